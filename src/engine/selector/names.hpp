#pragma once
// Kubernetes' rules for names, label keys and label values, with its messages. Empty result: valid.

#include <string>
#include <string_view>
#include <vector>

namespace gp::selector {

std::vector<std::string> label_key_errors(std::string_view key);       // IsQualifiedName
std::vector<std::string> label_value_errors(std::string_view value);   // IsValidLabelValue
std::vector<std::string> dns_subdomain_errors(std::string_view name);  // IsDNS1123Subdomain
std::vector<std::string> dns_label_errors(std::string_view name);      // IsDNS1123Label
std::vector<std::string> dns1035_label_errors(std::string_view name);  // IsDNS1035Label (Services)

}  // namespace gp::selector
