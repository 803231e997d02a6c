#pragma once
// The rules of pods and pod templates, and small checks that others use too. Private to this
// folder.

#include "platform/object/rules.hpp"

namespace gp::object {

// A PodSpec; `path` is "spec" or "spec.template.spec".
void check_pod_spec(const Value& spec, const std::string& path, Report& report);
// A PodTemplateSpec.
void check_pod_template(const Value& pod, const std::string& path, Report& report);

// `must be greater than or equal to 0`; absent is fine.
void check_not_negative(const Value& value, const std::string& path, Report& report);
// `must be between 1 and 65535, inclusive`.
void check_port_number(const Value& value, const std::string& path, Report& report);
// A number of a port or its name.
void check_port_reference(const Value& value, const std::string& path, Report& report);
// A LabelSelector object: its labels and expressions.
void check_selector(const Value& selector, const std::string& path, Report& report);
// Plain labels.
void check_label_map(const Value& labels, const std::string& path, Report& report);
// A number, or a percentage.
void check_count_or_percent(const Value& value, const std::string& path, Report& report);
// Required, and a DNS label.
void check_dns_label(const Value& name, const std::string& path, Report& report);

}  // namespace gp::object
