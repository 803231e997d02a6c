#include "platform/api/admission_webhook.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "platform/api/admission_policy.hpp"

namespace gp::api::admission {
namespace {

constexpr std::int64_t kTimeoutDefault = 10;
constexpr std::int64_t kTimeoutMax = 30;

// The first version in the webhook's own order that we speak.
std::string version_of(const Value& versions) {
  for (const Value& version : versions.items()) {
    if (version.text() == "v1" || version.text() == "v1beta1") return version.string();
  }
  return "v1";
}

}  // namespace

Webhook Webhook::read(const Value& value, const cel::Environment& environment) {
  Webhook hook;
  hook.name = value["name"].string();
  hook.match = Match::read(value);
  hook.ignores_failures = value["failurePolicy"].text() == "Ignore";
  hook.is_reinvocable = value["reinvocationPolicy"].text() == "IfNeeded";
  const std::int64_t seconds = value["timeoutSeconds"].integer(kTimeoutDefault);
  hook.timeout = std::chrono::seconds(std::clamp<std::int64_t>(seconds, 1, kTimeoutMax));
  hook.version = version_of(value["admissionReviewVersions"]);
  const Value& client = value["clientConfig"];
  hook.url = client["url"].string();
  hook.authority_pem = base64_decode(client["caBundle"].text()).value_or(std::string());
  if (const Value& service = client["service"]; service.is_object()) {
    hook.service = ServiceReference{service["namespace"].string(), service["name"].string(),
                                    service["path"].string(), service["port"].integer(443)};
  }
  for (const Value& item : value["matchConditions"].items()) {
    auto expression = compile(item["expression"].text(), environment, {cel::Type::Kind::Bool});
    if (!expression) {  // it was refused when it was written; only an older object can bring it
      hook.match = fail(std::move(expression.error()));
      break;
    }
    hook.conditions.push_back({item["name"].string(), std::move(*expression)});
  }
  return hook;
}

WebhookConfiguration WebhookConfiguration::read(const Value& document, Revision revision) {
  WebhookConfiguration configuration;
  configuration.name = document["metadata"]["name"].string();
  configuration.revision = revision;
  const cel::Environment environment = make_environment({});
  for (const Value& hook : document["webhooks"].items()) {
    configuration.webhooks.push_back(Webhook::read(hook, environment));
  }
  return configuration;
}

bool WebhookSet::may_match(Operation operation, const Target& target,
                           const object::KindRegistry& kinds) const {
  if (configurations.empty() || is_exempt(*target.kind)) return false;
  for (const auto& configuration : configurations) {
    for (const Webhook& hook : configuration->webhooks) {
      if (!hook.match || hook.match->kind_for(operation, target, kinds) != nullptr) return true;
    }
  }
  return false;
}

}  // namespace gp::api::admission
