#include "app/webhook_transport.hpp"

namespace gp::app {

Result<api::WebhookAnswer> HttpWebhooks::send(const Context& context,
                                              const api::WebhookCall& call) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = call.url;
  request.headers = {{"Content-Type", "application/json"},
                     {"Accept", "application/json, */*"},
                     {"User-Agent", "kube-apiserver-admission"}};
  request.body = call.body;
  request.body_bytes_max = call.answer_bytes_max;
  request.redirects_max = 0;
  request.authority_pem = call.authority_pem;
  request.tls_server_name = call.server_name;
  http::ClientResponse response = TRY(client_.send(context, request));
  return api::WebhookAnswer{response.status, std::move(response.body)};
}

}  // namespace gp::app
