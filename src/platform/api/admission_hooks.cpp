// Which webhooks a request has to pass, and in which order.

#include <condition_variable>
#include <mutex>

#include "engine/patch/patch.hpp"
#include "platform/api/admission_policy.hpp"
#include "platform/api/admission_webhook.hpp"
#include "platform/api/status.hpp"
#include "platform/object/convert.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/defaults.hpp"

namespace gp::api::admission {
namespace {

Error internal(const std::string& message) {
  return status::make(
      Code::Internal, 500, "InternalError", "Internal error occurred: " + message,
      Value::object({{"causes", Value::array({Value::object({{"message", message}})})}}));
}

// What an answer says beside yes and no.
void take_notes(const Webhook& hook, const ReviewAnswer& answer, AdmissionRequest& request) {
  if (request.warnings != nullptr) {
    request.warnings->insert(request.warnings->end(), answer.warnings.begin(),
                             answer.warnings.end());
  }
  if (request.audit_annotations == nullptr) return;
  for (const auto& [key, value] : answer.audit_annotations) {
    (*request.audit_annotations)[fmt::format("{}/{}", hook.name, key)] = value;
  }
}

// The patched document as a write would take it: decoded and defaulted.
Result<Value> patched(const AdmissionRequest& request, const KindPtr& kind, const Value& shown,
                      const Value& patch) {
  Value result = TRY(patch::apply_json_patch(shown, patch));
  if (request.operation == Operation::Connect || request.target.subresource == "scale") {
    return result;
  }
  std::vector<std::string> ignored;
  Value decoded = TRY(object::decode_patched(*kind, result, ignored));
  if (kind != request.target.kind) decoded = object::convert(decoded, *request.target.kind);
  object::apply_defaults(*request.target.kind, decoded,
                         request.old_object.is_null() ? nullptr : &request.old_object);
  return decoded;
}

}  // namespace

// A webhook that has to be asked, and how it is shown the request.
struct WebhookCaller::Due {
  const Webhook* hook;
  std::unique_ptr<Inputs> inputs;
  Result<ReviewAnswer> answer;
};

WebhookCaller::WebhookCaller(WebhookTransport* transport, Clock& clock, Random& random)
    : transport_(transport),
      clock_(clock),
      random_(random),
      pool_({.name = "webhooks", .threads = 8, .queue_max = 256}) {}

namespace {

// Null: the webhook is not about this request. An error: nobody can tell, and it may not pass.
Result<std::unique_ptr<Inputs>> inputs_for(const Webhook& hook, const AdmissionRequest& request,
                                           const Surroundings& around, Authorizer* authorizer) {
  const object::Kind& resource = *request.target.kind;
  if (!hook.match) {
    if (hook.ignores_failures) return nullptr;
    return fail(internal(
        fmt::format("failed calling webhook \"{}\": {}", hook.name, hook.match.error().message)));
  }
  const KindPtr kind = hook.match->matches(request, around);
  if (!kind) return nullptr;
  auto inputs = std::make_unique<Inputs>(request, kind, authorizer, around.namespace_of(request));
  auto holds = conditions_hold(hook.conditions, *inputs);
  if (!holds) {
    if (hook.ignores_failures) return nullptr;
    return fail(status::forbidden(resource, request.target.name, holds.error().message));
  }
  if (!*holds) return nullptr;
  return inputs;
}

}  // namespace

// True if the object is another one now.
Result<bool> WebhookCaller::mutate_one(const Webhook& hook, AdmissionRequest& request,
                                       const Surroundings& around, Authorizer* authorizer) {
  const auto inputs = TRY(inputs_for(hook, request, around, authorizer));
  if (!inputs) return false;
  const ReviewAnswer answer = TRY(ask_in_time(hook, *inputs, *around.store, true));
  take_notes(hook, answer, request);
  if (!answer.is_allowed) return fail(webhook_refusal(hook.name, answer.status));
  if (!answer.patch || answer.patch->empty()) return false;
  if (request.object.is_null()) {
    return fail(
        internal(fmt::format("admission webhook \"{}\" attempted to modify the object, "
                             "which is not supported for this operation",
                             hook.name)));
  }
  const KindPtr kind = hook.match->kind_for(request.operation, request.target, *around.kinds);
  auto changed = patched(request, kind, inputs->object(), *answer.patch);
  if (!changed) return fail(internal(changed.error().message));
  const bool is_new = *changed != request.object;
  if (is_new) {
    request.object = std::move(*changed);
    request.is_changed = true;
  }
  return is_new;
}

// One after another, each sees what the ones before it made. A change makes those before it that
// wish so look again, once.
Result<> WebhookCaller::mutate(const WebhookSet& set, AdmissionRequest& request,
                               const Surroundings& around, Authorizer* authorizer) {
  if (is_exempt(*request.target.kind)) return {};
  std::vector<const Webhook*> asked, again;
  for (const auto& configuration : set.configurations) {
    for (const Webhook& hook : configuration->webhooks) {
      const bool is_changed = TRY(mutate_one(hook, request, around, authorizer));
      if (is_changed) again = asked;
      if (hook.is_reinvocable) asked.push_back(&hook);
    }
  }
  for (const Webhook* hook : again) TRY(mutate_one(*hook, request, around, authorizer));
  return {};
}

Result<std::vector<WebhookCaller::Due>> WebhookCaller::due(const WebhookSet& set,
                                                           AdmissionRequest& request,
                                                           const Surroundings& around,
                                                           Authorizer* authorizer) const {
  std::vector<Due> due;
  for (const auto& configuration : set.configurations) {
    for (const Webhook& hook : configuration->webhooks) {
      auto inputs = TRY(inputs_for(hook, request, around, authorizer));
      if (inputs) due.push_back({&hook, std::move(inputs), ReviewAnswer{}});
    }
  }
  return due;
}

// All at the same time; the first refusal in order is the answer.
Result<> WebhookCaller::validate(const WebhookSet& set, AdmissionRequest& request,
                                 const Surroundings& around, Authorizer* authorizer) {
  if (is_exempt(*request.target.kind)) return {};
  std::vector<Due> hooks = TRY(due(set, request, around, authorizer));
  if (hooks.empty()) return {};

  std::mutex mutex;
  std::condition_variable done;
  std::size_t open = 0;
  const auto call = [&](Due& due) {
    due.answer = ask_in_time(*due.hook, *due.inputs, *around.store, false);
  };
  for (std::size_t i = 1; i < hooks.size(); ++i) {
    {
      const std::lock_guard lock(mutex);
      ++open;
    }
    const bool is_taken = pool_.submit([&, i] {
      call(hooks[i]);
      const std::lock_guard lock(mutex);
      if (--open == 0) done.notify_all();
    });
    if (is_taken) continue;
    call(hooks[i]);
    const std::lock_guard lock(mutex);
    --open;
  }
  call(hooks[0]);
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return open == 0; });

  for (Due& due : hooks) {
    if (!due.answer) return fail(std::move(due.answer.error()));
    take_notes(*due.hook, *due.answer, request);
    if (!due.answer->is_allowed) {
      return fail(webhook_refusal(due.hook->name, due.answer->status));
    }
  }
  return {};
}

}  // namespace gp::api::admission
