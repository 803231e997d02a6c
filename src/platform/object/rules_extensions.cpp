// What extends the API: definitions, webhooks, API services.

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "engine/schema/structural.hpp"
#include "engine/selector/names.hpp"
#include "platform/object/rules_builtin.hpp"
#include "platform/object/rules_pods.hpp"

namespace gp::object {
namespace {

void check_names(const Value& spec, Report& report) {
  const Value& names = spec["names"];
  for (const std::string_view field : {"plural", "singular"}) {
    if (!names[field].empty()) {
      report.invalid_all(child("spec.names", field), names[field],
                         selector::dns1035_label_errors(names[field].text()));
    }
  }
  for (const std::string_view field : {"kind", "listKind"}) {
    const std::string label = lower(names[field].text());
    if (label.empty()) continue;
    for (const std::string& detail : selector::dns1035_label_errors(label)) {
      report.invalid(child("spec.names", field), names[field],
                     fmt::format("may have mixed case, but should otherwise match: {}", detail));
    }
  }
  if (!names["kind"].empty() && names["kind"] == names["listKind"]) {
    report.invalid("spec.names.listKind", names["listKind"],
                   "kind and listKind may not be the same");
  }
}

void check_version_schema(const Value& version, const std::string& path, Report& report) {
  const Value& schema = version["schema"]["openAPIV3Schema"];
  const std::string at = child(path, "schema.openAPIV3Schema");
  if (schema.is_null()) {
    report.required(at, "schemas are required");
    return;
  }
  if (schema["type"].empty()) {
    report.required(child(at, "type"), "must not be empty at the root");
  } else if (schema["type"].text() != "object") {
    report.invalid(child(at, "type"), schema["type"], "must be object at the root");
  }
  if (const auto compiled = schema::StructuralSchema::compile(schema); !compiled) {
    report.invalid_printed(at, "schema", compiled.error().message);
  }
}

void check_versions(const Value& versions, Report& report) {
  std::set<std::string> names;
  std::size_t stored = 0;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const Value& version = versions.at(i);
    const std::string at = element("spec.versions", i);
    if (!version["name"].empty()) {
      report.invalid_all(child(at, "name"), version["name"],
                         selector::dns1035_label_errors(version["name"].text()));
      if (!names.insert(version["name"].string()).second) {
        report.invalid_printed("spec.versions", "[…]", "must contain unique version names");
      }
    }
    stored += version["storage"].boolean() ? 1U : 0U;
    check_version_schema(version, at, report);
  }
  if (!versions.empty() && stored != 1) {
    report.invalid_printed("spec.versions", "[…]",
                           "must have exactly one version marked as storage version");
  }
}

void check_client(const Value& config, const std::string& path, Report& report) {
  if (config["url"].is_null() == config["service"].is_null()) {
    report.required(path, "exactly one of url or service is required");
  }
  if (const Value& url = config["url"]; !url.is_null() && !url.text().starts_with("https://")) {
    report.invalid(child(path, "url"), url, "'https' is the only allowed URL scheme");
  }
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
  if (!spec["group"].empty()) {
    report.invalid_all("spec.group", spec["group"],
                       selector::dns_subdomain_errors(spec["group"].text()));
    if (!spec["group"].text().contains('.')) {
      report.invalid("spec.group", spec["group"], "should be a domain with at least one dot");
    }
  }
  check_names(spec, report);
  check_versions(spec["versions"], report);
  if (spec["preserveUnknownFields"].boolean()) {
    report.invalid("spec.preserveUnknownFields", true,
                   "must be false; set x-kubernetes-preserve-unknown-fields to true in the schema "
                   "instead");
  }
  if (before == nullptr) return;
  for (const std::string_view field : {"group", "scope"}) {
    report.immutable(child("spec", field), spec[field], (*before)["spec"][field]);
  }
  for (const std::string_view field : {"plural", "kind"}) {
    report.immutable(child("spec.names", field), spec["names"][field],
                     (*before)["spec"]["names"][field]);
  }
}

void check_webhooks(const Value& object, const Value* /*before*/, Report& report) {
  const Value& hooks = object["webhooks"];
  std::set<std::string> names;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const Value& hook = hooks.at(i);
    const std::string at = element("webhooks", i);
    const std::string_view name = hook["name"].text();
    if (!name.empty()) {
      report.invalid_all(child(at, "name"), hook["name"], selector::dns_subdomain_errors(name));
      if (std::ranges::count(name, '.') < 2) {
        report.invalid(child(at, "name"), hook["name"],
                       "should be a domain with at least three segments separated by dots");
      }
      if (!names.insert(std::string(name)).second) {
        report.duplicate(child(at, "name"), hook["name"]);
      }
    }
    if (hook["sideEffects"].empty()) {
      report.required(child(at, "sideEffects"), "must specify one of None, NoneOnDryRun");
    }
    if (hook["admissionReviewVersions"].empty()) {
      report.required(child(at, "admissionReviewVersions"), "must specify one of v1, v1beta1");
    }
    const Value& seconds = hook["timeoutSeconds"];
    if (seconds.is_integer() && (seconds.integer() < 1 || seconds.integer() > 30)) {
      report.invalid(child(at, "timeoutSeconds"), seconds,
                     "the timeout value must be between 1 and 30 seconds");
    }
    check_client(hook["clientConfig"], child(at, "clientConfig"), report);
  }
}

void check_api_service(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  const std::string wanted = fmt::format("{}.{}", spec["version"].text(), spec["group"].text());
  if (object["metadata"]["name"].text() != wanted) {
    report.invalid("metadata.name", object["metadata"]["name"],
                   "must be `spec.version+\".\"+spec.group`");
  }
}

}  // namespace gp::object
