#pragma once
// The admission of the platform: webhooks and policies as the store holds them, and built-in rules.
//
// What the store says is kept compiled in memory and follows the store's history. A request that
// nothing is about costs a flag and a look at a few lists.

#include <atomic>
#include <memory>
#include <mutex>

#include "platform/api/admission.hpp"
#include "platform/api/admission_transport.hpp"
#include "platform/api/authorizer.hpp"

namespace gp::api {

class AdmissionChain final : public Admission {
 public:
  // All of these must outlive the chain. Without a transport webhooks cannot be called.
  AdmissionChain(store::Store& store, const object::KindRegistry& kinds, Clock& clock,
                 Random& random, WebhookTransport* transport);
  ~AdmissionChain() override;

  // Whom the expressions' `authorizer` asks; before the first request.
  void set_authorizer(Authorizer* authorizer) { authorizer_ = authorizer; }

  bool may_mutate(Operation operation, const Target& target) override;
  bool may_validate(Operation operation, const Target& target) override;
  Result<> mutate(AdmissionRequest& request) override;
  Result<> validate(AdmissionRequest& request) override;

 private:
  struct State;   // immutable
  struct Follow;  // the store's news
  std::shared_ptr<const State> state();
  Result<std::shared_ptr<const State>> read_state(const State& before);
  Result<> follow();

  store::Store& store_;
  const object::KindRegistry& kinds_;
  Authorizer* authorizer_ = nullptr;
  // Set when the store may have news; shared with the watchers' callbacks, which may come late.
  std::shared_ptr<std::atomic<bool>> is_stale_;
  std::mutex mutex_;  // guards the two fields below
  std::shared_ptr<const State> state_;
  std::unique_ptr<Follow> follow_;
  std::atomic<bool> has_rules_ = false;  // `state_` holds anything at all
  struct Callers;
  std::unique_ptr<Callers> callers_;
};

}  // namespace gp::api
