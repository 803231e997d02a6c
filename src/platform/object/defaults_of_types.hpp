#pragma once
// One function a type: what the API server fills in beyond constants. Private to this folder.

#include "base/value.hpp"

namespace gp::object {

// defaults_workloads.cpp
void default_container(Value& container);
void default_pod_spec(Value& spec);
void default_pod(Value& pod);
void default_replication_controller(Value& controller);
void default_deployment_spec(Value& spec);
void default_daemon_set_spec(Value& spec);
void default_stateful_set_spec(Value& spec);
void default_job(Value& job);

// defaults_others.cpp
void default_service_spec(Value& spec);
void default_pending(Value& volume);
void default_limit_range_item(Value& item);
void default_network_policy_spec(Value& spec);
void default_subject(Value& subject);
void default_autoscaler_spec(Value& spec);
void default_definition_spec(Value& spec);

// Sets what is absent, null or an empty text.
void set_if_unset(Value& object, std::string_view name, const Value& value);

}  // namespace gp::object
