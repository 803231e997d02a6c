#pragma once
// Mutating- and ValidatingWebhookConfigurations, compiled once a revision, and their calls. Private
// to this folder.

#include <atomic>
#include <memory>

#include "base/worker_pool.hpp"
#include "platform/api/admission_match.hpp"
#include "platform/api/admission_review.hpp"
#include "platform/api/admission_transport.hpp"

namespace gp::api::admission {

struct ServiceReference {
  std::string ns, name, path;
  std::int64_t port = 443;
};

struct Webhook {
  std::string name;
  Result<Match> match;
  std::vector<Condition> conditions;
  bool ignores_failures = false, is_reinvocable = false;
  Duration timeout{};
  std::string version;  // of AdmissionReview
  std::string url, authority_pem;
  std::optional<ServiceReference> service;

  static Webhook read(const Value& value, const cel::Environment& environment);
};

struct WebhookConfiguration {
  std::string name;
  Revision revision = 0;
  std::vector<Webhook> webhooks;

  static WebhookConfiguration read(const Value& document, Revision revision);
};

struct WebhookSet {
  std::vector<std::shared_ptr<const WebhookConfiguration>> configurations;  // by name

  bool may_match(Operation operation, const Target& target,
                 const object::KindRegistry& kinds) const;
};

// Where a Service's webhook answers: an endpoint's address; and what messages call it.
struct Place {
  std::string url, shown_url, server_name;
};
Result<Place> place_of(const Webhook& webhook, const store::Store& store);

class WebhookCaller {
 public:
  // All of these must outlive the caller. Without a transport every call fails.
  WebhookCaller(WebhookTransport* transport, Clock& clock, Random& random);

  Result<> mutate(const WebhookSet& set, AdmissionRequest& request, const Surroundings& around,
                  Authorizer* authorizer);
  Result<> validate(const WebhookSet& set, AdmissionRequest& request, const Surroundings& around,
                    Authorizer* authorizer);

 private:
  struct Due;
  Result<std::vector<Due>> due(const WebhookSet& set, AdmissionRequest& request,
                               const Surroundings& around, Authorizer* authorizer) const;
  Result<ReviewAnswer> ask(const Webhook& webhook, Inputs& inputs, const store::Store& store,
                           bool is_mutating);
  Result<ReviewAnswer> ask_in_time(const Webhook& webhook, Inputs& inputs,
                                   const store::Store& store, bool is_mutating);
  Result<bool> mutate_one(const Webhook& webhook, AdmissionRequest& request,
                          const Surroundings& around, Authorizer* authorizer);

  WebhookTransport* transport_;
  Clock& clock_;
  Random& random_;
  std::atomic<int> calls_{0};  // under way
  WorkerPool pool_;            // for validating webhooks that are asked at the same time
};

}  // namespace gp::api::admission
