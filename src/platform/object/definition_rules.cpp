// When a CustomResourceDefinition is acceptable (apiextensions' validation package).

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "engine/selector/names.hpp"
#include "platform/object/definition.hpp"
#include "platform/object/definition_versions.hpp"
#include "platform/object/go_text.hpp"
#include "platform/object/rules_builtin.hpp"

namespace gp::object {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ","));
}

void check_names(const Value& names, Report& report) {
  for (const char* field : {"plural", "singular", "kind", "listKind"}) {
    if (names[field].empty()) report.required(child("spec.names", field));
  }
  for (const char* field : {"plural", "singular"}) {
    if (names[field].empty()) continue;
    const auto errors = selector::dns1035_label_errors(names[field].text());
    if (!errors.empty()) report.invalid(child("spec.names", field), names[field], joined(errors));
  }
  for (const char* field : {"kind", "listKind"}) {
    if (names[field].empty()) continue;
    const auto errors = selector::dns1035_label_errors(lower(names[field].text()));
    if (errors.empty()) continue;
    report.invalid(
        child("spec.names", field), names[field],
        fmt::format("may have mixed case, but should otherwise match: {}", joined(errors)));
  }
  for (const char* field : {"shortNames", "categories"}) {
    for (std::size_t i = 0; i < names[field].size(); ++i) {
      const auto errors = selector::dns1035_label_errors(names[field].at(i).text());
      if (errors.empty()) continue;
      report.invalid(element(child("spec.names", field), i), names[field].at(i), joined(errors));
    }
  }
  if (!names["kind"].empty() && names["kind"] == names["listKind"]) {
    report.invalid("spec.names.listKind", names["listKind"],
                   "kind and listKind may not be the same");
  }
}

void check_group(const Value& group, Report& report) {
  if (group.empty()) {
    report.required("spec.group");
    return;
  }
  const auto errors = selector::dns_subdomain_errors(group.text());
  if (!errors.empty()) {
    report.invalid("spec.group", group, joined(errors));
  } else if (!group.text().contains('.')) {
    report.invalid("spec.group", group, "should be a domain with at least one dot");
  }
}

bool has_defaults(const Value& schema, std::size_t depth = 0) {
  constexpr std::size_t kDepthMax = 256;
  if (depth > kDepthMax) return false;
  if (schema.is_object() && schema.contains("default")) return true;
  const auto properties = schema["properties"].members();
  return std::ranges::any_of(properties,
                             [&](const Value::Member& property) {
                               return has_defaults(property.value, depth + 1);
                             }) ||
         (schema["items"].is_object() && has_defaults(schema["items"], depth + 1)) ||
         (schema["additionalProperties"].is_object() &&
          has_defaults(schema["additionalProperties"], depth + 1));
}

void check_preserves(const Value& spec, const Value* before, Report& report) {
  if (!spec["preserveUnknownFields"].boolean()) return;
  constexpr const char* kAt = "spec.preserveUnknownFields";
  const auto versions = spec["versions"].items();
  if (std::ranges::any_of(versions, [](const Value& version) {
        return has_defaults(version["schema"]["openAPIV3Schema"]);
      })) {
    report.invalid(kAt, true, "must be false in order to use defaults in the schema");
  }
  if (spec["conversion"]["strategy"].text("None") != "None") {
    report.invalid("spec.conversion.strategy", spec["conversion"]["strategy"],
                   "must be None if spec.preserveUnknownFields is true");
  }
  if (before != nullptr && (*before)["spec"]["preserveUnknownFields"].boolean()) return;
  report.invalid(kAt, true,
                 "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                 "spec.versions[*].schema instead");
}

void check_review_versions(const Value& versions, Report& report) {
  constexpr const char* kAt = "spec.conversion.conversionReviewVersions";
  if (versions.empty()) {
    report.required(kAt);
    return;
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const std::string_view version = versions.at(i).text();
    if (!seen.insert(version).second) {
      report.invalid(element(kAt, i), version, "duplicate version");
      continue;
    }
    report.invalid_all(element(kAt, i), version, selector::dns1035_label_errors(version));
  }
  if (!seen.contains("v1") && !seen.contains("v1beta1")) {
    report.invalid_printed(kAt, go_strings(versions), "must include at least one of v1, v1beta1");
  }
}

void check_choice(const Value& value, const std::string& at,
                  std::initializer_list<std::string_view> allowed, Report& report) {
  if (value.empty()) {
    report.required(at);
  } else if (std::ranges::find(allowed, value.text()) == allowed.end()) {
    report.not_supported(at, value, allowed);
  }
}

void check_conversion(const Value& conversion, Report& report) {
  check_choice(conversion["strategy"], "spec.conversion.strategy", {"None", "Webhook"}, report);
  constexpr const char* kClient = "spec.conversion.webhookClientConfig";
  const Value& hook = conversion["webhook"];
  const Value& client = hook["clientConfig"];
  if (conversion["strategy"].text() != "Webhook") {
    constexpr const char* kWhy = "should not be set when strategy is not set to Webhook";
    if (client.is_object()) report.forbidden(kClient, kWhy);
    if (!hook["conversionReviewVersions"].empty()) {
      report.forbidden("spec.conversion.conversionReviewVersions", kWhy);
    }
    return;
  }
  if (!client.is_object()) {
    report.required(kClient, "required when strategy is set to Webhook");
  } else if (client["url"].is_null() == client["service"].is_null()) {
    report.required(kClient, "exactly one of url or service is required");
  } else if (!client["url"].is_null() && !client["url"].text().starts_with("https://")) {
    report.invalid(child(kClient, "url"), client["url"],
                   "'https' is the only allowed URL scheme; desired format: https://host[/path]");
  }
  check_review_versions(hook["conversionReviewVersions"], report);
}

// Versions in which objects may still be stored must not vanish from the definition.
void check_stored(const Value& object, Report& report) {
  const Value& stored = object["status"]["storedVersions"];
  const Value& versions = object["spec"]["versions"];
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const bool is_there = std::ranges::any_of(
        versions.items(), [&](const Value& version) { return version["name"] == stored.at(i); });
    if (!is_there) {
      report.invalid(element("status.storedVersions", i), stored.at(i),
                     fmt::format("missing from spec.versions; {} was previously a storage version, "
                                 "and must remain in spec.versions until a storage migration "
                                 "ensures no data remains persisted in {} and removes {} from "
                                 "status.storedVersions",
                                 stored.at(i).text(), stored.at(i).text(), stored.at(i).text()));
    }
  }
}

void check_approval(const Value& object, const Value* before, Report& report) {
  if (!is_protected_group(object["spec"]["group"].text())) return;
  const Approval approval = approval_of(object);
  if (before != nullptr && approval_of(*before).state == approval.state) return;
  const std::string at = fmt::format("metadata.annotations[{}]", kApprovalAnnotation);
  if (approval.state == Approval::State::Missing) report.required(at, approval.message);
  if (approval.state == Approval::State::Invalid) {
    report.invalid(at, object["metadata"]["annotations"][kApprovalAnnotation], approval.message);
  }
}

bool is_established(const Value& definition) {
  return std::ranges::any_of(
      definition["status"]["conditions"].items(), [](const Value& condition) {
        return condition["type"].text() == "Established" && condition["status"].text() == "True";
      });
}

}  // namespace

void check_definition(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  const std::string wanted =
      fmt::format("{}.{}", spec["names"]["plural"].text(), spec["group"].text());
  if (object["metadata"]["name"].text() != wanted) {
    report.invalid("metadata.name", object["metadata"]["name"],
                   "must be spec.names.plural+\".\"+spec.group");
  }
  check_stored(object, report);
  check_approval(object, before, report);
  if (before != nullptr && (*before)["spec"] == spec) return;  // its status alone has changed

  check_group(spec["group"], report);
  check_choice(spec["scope"], "spec.scope", {"Cluster", "Namespaced"}, report);
  check_names(spec["names"], report);
  check_definition_versions(spec["versions"], before, report);
  if (spec["conversion"].is_object()) check_conversion(spec["conversion"], report);
  check_preserves(spec, before, report);
  if (before == nullptr) return;
  const Value& old = (*before)["spec"];
  report.immutable("spec.group", spec["group"], old["group"]);
  report.immutable("spec.names.plural", spec["names"]["plural"], old["names"]["plural"]);
  if (!is_established(*before)) return;
  report.immutable("spec.scope", spec["scope"], old["scope"]);
  report.immutable("spec.names.kind", spec["names"]["kind"], old["names"]["kind"]);
}

}  // namespace gp::object
