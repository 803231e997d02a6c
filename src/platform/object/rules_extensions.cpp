// What extends the API: webhooks, API services (definitions: definition_rules.cpp).

#include <algorithm>
#include <set>

#include "engine/selector/names.hpp"
#include "platform/object/rules_builtin.hpp"
#include "platform/object/rules_pods.hpp"

namespace gp::object {
namespace {

void check_client(const Value& config, const std::string& path, Report& report) {
  if (config["url"].is_null() == config["service"].is_null()) {
    report.required(path, "exactly one of url or service is required");
  }
  if (const Value& url = config["url"]; !url.is_null() && !url.text().starts_with("https://")) {
    report.invalid(child(path, "url"), url, "'https' is the only allowed URL scheme");
  }
}

}  // namespace

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
