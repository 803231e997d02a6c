#include "platform/api/admission_chain.hpp"

#include "base/log.hpp"
#include "platform/api/admission_builtin.hpp"
#include "platform/api/admission_policy.hpp"
#include "platform/api/admission_webhook.hpp"

namespace gp::api {
namespace {

using admission::CompiledPolicy;
using admission::PolicyBinding;
using admission::ReadBinding;
using admission::WebhookConfiguration;

constexpr std::string_view kPolicies = "validatingadmissionpolicies.admissionregistration.k8s.io";
constexpr std::string_view kBindings =
    "validatingadmissionpolicybindings.admissionregistration.k8s.io";
constexpr std::string_view kMutating = "mutatingwebhookconfigurations.admissionregistration.k8s.io";
constexpr std::string_view kValidating =
    "validatingwebhookconfigurations.admissionregistration.k8s.io";

// Every object of a resource as `make` reads it; what is at the revision it was before is kept as
// it is.
template <typename Item, typename Make>
Result<std::vector<std::shared_ptr<const Item>>> read_all(
    const store::Store& store, std::string_view resource,
    const std::vector<std::shared_ptr<const Item>>& before, const Make& make) {
  store::ListOptions options;
  options.resource = resource;
  const store::Listed listed = TRY(store.list(options));
  std::vector<std::shared_ptr<const Item>> items;
  auto known = before.begin();  // both are in the order of names
  for (const ObjectRef& object : listed.objects) {
    while (known != before.end() && (*known)->name < object->name()) ++known;
    const bool is_same = known != before.end() && (*known)->name == object->name() &&
                         (*known)->revision == object->revision();
    items.push_back(is_same ? *known
                            : std::make_shared<const Item>(make(object->parse(), *object)));
  }
  return items;
}

CompiledPolicy compile_policy(const Value& document, const object::Object& object) {
  return {std::string(object.name()), object.revision(),
          document["spec"]["failurePolicy"].text() == "Ignore",
          admission::Policy::compile(document)};
}

ReadBinding read_binding(const Value& document, const object::Object& object) {
  return {std::string(object.name()), document["spec"]["policyName"].string(), object.revision(),
          PolicyBinding::read(document)};
}

WebhookConfiguration read_webhooks(const Value& document, const object::Object& object) {
  return WebhookConfiguration::read(document, object.revision());
}

}  // namespace

struct AdmissionChain::State {
  admission::PolicySet policies;
  admission::WebhookSet mutating, validating;

  bool is_empty() const {
    return policies.policies.empty() && mutating.configurations.empty() &&
           validating.configurations.empty();
  }
};

struct AdmissionChain::Follow {
  std::vector<std::unique_ptr<store::Watcher>> watchers;
};

struct AdmissionChain::Callers {
  admission::WebhookCaller webhooks;
  admission::Surroundings around;
};

AdmissionChain::AdmissionChain(store::Store& store, const object::KindRegistry& kinds, Clock& clock,
                               Random& random, WebhookTransport* transport)
    : store_(store),
      kinds_(kinds),
      is_stale_(std::make_shared<std::atomic<bool>>(true)),
      state_(std::make_shared<const State>()),
      callers_(new Callers{{transport, clock, random}, {&kinds, &store}}) {}

AdmissionChain::~AdmissionChain() = default;

// Watchers only say that there is news; what it is, is read as a whole, being little.
Result<> AdmissionChain::follow() {
  if (!follow_) {
    auto started = std::make_unique<Follow>();
    for (const std::string_view resource : {kPolicies, kBindings, kMutating, kValidating}) {
      store::WatchOptions options;
      options.resource = resource;
      auto watcher = TRY(store_.watch(options));
      started->watchers.push_back(std::move(watcher));
      started->watchers.back()->on_ready([is_stale = is_stale_] { *is_stale = true; });
    }
    follow_ = std::move(started);
  }
  for (const auto& watcher : follow_->watchers) {
    constexpr std::size_t kEventsAtOnce = 256;
    std::vector<store::Event> events;
    do {
      events.clear();
      auto polled = watcher->poll(events, kEventsAtOnce);
      if (!polled) {  // the history has moved past us
        follow_.reset();
        return fail(std::move(polled.error()));
      }
    } while (!events.empty());
  }
  return {};
}

Result<std::shared_ptr<const AdmissionChain::State>> AdmissionChain::read_state(
    const State& before) {
  auto next = std::make_shared<State>();
  next->policies.policies =
      TRY(read_all(store_, kPolicies, before.policies.policies, compile_policy));
  next->policies.bindings =
      TRY(read_all(store_, kBindings, before.policies.bindings, read_binding));
  next->mutating.configurations =
      TRY(read_all(store_, kMutating, before.mutating.configurations, read_webhooks));
  next->validating.configurations =
      TRY(read_all(store_, kValidating, before.validating.configurations, read_webhooks));
  return std::shared_ptr<const State>(std::move(next));
}

std::shared_ptr<const AdmissionChain::State> AdmissionChain::state() {
  const bool is_fresh = !is_stale_->load(std::memory_order_acquire);
  if (is_fresh && !has_rules_.load(std::memory_order_acquire)) return nullptr;
  const std::lock_guard lock(mutex_);
  if (is_stale_->exchange(false)) {
    // Followed first, so that what changes while it is read is read again.
    auto followed = follow();
    auto read = followed ? read_state(*state_) : fail(std::move(followed.error()));
    if (read) {
      state_ = std::move(*read);
      has_rules_ = !state_->is_empty();
    } else {
      *is_stale_ = true;  // the next request tries again
      log::warn("admission", "could not follow policies and webhooks",
                {{"error", read.error().message}});
    }
  }
  return state_;
}

bool AdmissionChain::may_mutate(Operation operation, const Target& target) {
  if (admission::has_builtin_changes(operation, target)) return true;
  const auto now = state();
  return now && now->mutating.may_match(operation, target, kinds_);
}

bool AdmissionChain::may_validate(Operation operation, const Target& target) {
  if (admission::has_builtin_rules(operation, target)) return true;
  const auto now = state();
  return now && (now->policies.may_match(operation, target, kinds_) ||
                 now->validating.may_match(operation, target, kinds_));
}

Result<> AdmissionChain::mutate(AdmissionRequest& request) {
  TRY(admission::apply_builtin_changes(request, callers_->around));
  const auto now = state();
  if (!now || !now->mutating.may_match(request.operation, request.target, kinds_)) return {};
  return callers_->webhooks.mutate(now->mutating, request, callers_->around, authorizer_);
}

Result<> AdmissionChain::validate(AdmissionRequest& request) {
  TRY(admission::check_builtin_rules(request, callers_->around));
  const auto now = state();
  if (!now) return {};
  TRY(now->policies.validate(request, callers_->around, authorizer_));
  if (!now->validating.may_match(request.operation, request.target, kinds_)) return {};
  return callers_->webhooks.validate(now->validating, request, callers_->around, authorizer_);
}

}  // namespace gp::api
