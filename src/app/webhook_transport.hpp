#pragma once
// Admission webhooks over HTTPS.

#include "adapter/http_client/http_client.hpp"
#include "platform/api/admission_transport.hpp"

namespace gp::app {

class HttpWebhooks final : public api::WebhookTransport {
 public:
  Result<api::WebhookAnswer> send(const Context& context, const api::WebhookCall& call) override;

 private:
  http::Client client_;
};

}  // namespace gp::app
