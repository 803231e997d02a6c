#pragma once
// The rules of built-in kinds, one function a kind. Private to this folder; rule_of() finds them by
// name.

#include "platform/object/rules.hpp"

namespace gp::object {

// rules_core.cpp
void check_config_map(const Value& object, const Value* before, Report& report);
void check_secret(const Value& object, const Value* before, Report& report);
void check_event(const Value& object, const Value* before, Report& report);

// rules_pods.cpp
void check_pod(const Value& object, const Value* before, Report& report);

// rules_workloads.cpp
void check_deployment(const Value& object, const Value* before, Report& report);
void check_replica_set(const Value& object, const Value* before, Report& report);
void check_daemon_set(const Value& object, const Value* before, Report& report);
void check_stateful_set(const Value& object, const Value* before, Report& report);
void check_replication_controller(const Value& object, const Value* before, Report& report);
void check_job(const Value& object, const Value* before, Report& report);
void check_cron_job(const Value& object, const Value* before, Report& report);

// rules_network.cpp
void check_service(const Value& object, const Value* before, Report& report);
void check_ingress(const Value& object, const Value* before, Report& report);
void check_network_policy(const Value& object, const Value* before, Report& report);

// rules_policy.cpp
void check_role(const Value& object, const Value* before, Report& report);
void check_cluster_role(const Value& object, const Value* before, Report& report);
void check_role_binding(const Value& object, const Value* before, Report& report);
void check_cluster_role_binding(const Value& object, const Value* before, Report& report);
void check_budget(const Value& object, const Value* before, Report& report);
void check_quota(const Value& object, const Value* before, Report& report);
void check_autoscaler(const Value& object, const Value* before, Report& report);
void check_priority_class(const Value& object, const Value* before, Report& report);
void check_storage_class(const Value& object, const Value* before, Report& report);
void check_lease(const Value& object, const Value* before, Report& report);
void check_claim(const Value& object, const Value* before, Report& report);
void check_volume(const Value& object, const Value* before, Report& report);

// definition_rules.cpp
void check_definition(const Value& object, const Value* before, Report& report);

// rules_extensions.cpp
void check_webhooks(const Value& object, const Value* before, Report& report);
void check_api_service(const Value& object, const Value* before, Report& report);

}  // namespace gp::object
