// Checks that the rules of several kinds use.

#include "engine/selector/names.hpp"
#include "platform/object/rules_pods.hpp"

namespace gp::object {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// IANA service names, as ports have: at most 15 of a-z, 0-9 and "-", with a letter, no "--".
std::vector<std::string> port_name_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (name.size() > 15) errors.emplace_back("must be no more than 15 characters");
  if (name.find_first_not_of("-abcdefghijklmnopqrstuvwxyz0123456789") != name.npos) {
    errors.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (name.find_first_of("abcdefghijklmnopqrstuvwxyz") == name.npos) {
    errors.emplace_back("must contain at least one letter (a-z)");
  }
  if (name.contains("--")) errors.emplace_back("must not contain consecutive hyphens");
  if (!name.empty() && (name.front() == '-' || name.back() == '-')) {
    errors.emplace_back("must not begin or end with a hyphen");
  }
  return errors;
}

}  // namespace

void check_not_negative(const Value& value, const std::string& path, Report& report) {
  if (value.is_integer() && value.integer() < 0) {
    report.invalid(path, value, "must be greater than or equal to 0");
  }
}

void check_port_number(const Value& value, const std::string& path, Report& report) {
  if (value.integer() < 1 || value.integer() > 65535) {
    report.invalid(path, value.is_null() ? Value(0) : value,
                   "must be between 1 and 65535, inclusive");
  }
}

void check_port_reference(const Value& value, const std::string& path, Report& report) {
  if (value.is_string()) {
    report.invalid_all(path, value, port_name_errors(value.text()));
  } else {
    check_port_number(value, path, report);
  }
}

void check_label_map(const Value& labels, const std::string& path, Report& report) {
  for (const Value::Member& member : labels.members()) {
    report.invalid_all(path, member.key(), selector::label_key_errors(member.key()));
    report.invalid_all(path, member.value, selector::label_value_errors(member.value.text()));
  }
}

void check_selector(const Value& selector, const std::string& path, Report& report) {
  check_label_map(selector["matchLabels"], child(path, "matchLabels"), report);
  const Value& expressions = selector["matchExpressions"];
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const Value& expression = expressions.at(i);
    const std::string at = element(child(path, "matchExpressions"), i);
    const std::string_view op = expression["operator"].text();
    if ((op == "In" || op == "NotIn") && expression["values"].empty()) {
      report.required(child(at, "values"), "must be specified when `operator` is 'In' or 'NotIn'");
    } else if ((op == "Exists" || op == "DoesNotExist") && !expression["values"].empty()) {
      report.forbidden(child(at, "values"),
                       "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
    report.invalid_all(child(at, "key"), expression["key"],
                       selector::label_key_errors(expression["key"].text()));
  }
}

void check_count_or_percent(const Value& value, const std::string& path, Report& report) {
  if (value.is_null()) return;
  if (!value.is_string()) {
    check_not_negative(value, path, report);
    return;
  }
  const std::string_view text = value.text();
  const bool is_percent = text.size() > 1 && text.back() == '%' &&
                          std::ranges::all_of(text.substr(0, text.size() - 1), is_digit);
  if (!is_percent) {
    report.invalid(path, value,
                   "a valid percent string must be a numeric string followed by an ending '%' "
                   "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
  }
}

void check_dns_label(const Value& name, const std::string& path, Report& report) {
  if (name.empty()) {
    report.required(path);
  } else {
    report.invalid_all(path, name, selector::dns_label_errors(name.text()));
  }
}

}  // namespace gp::object
