#pragma once
// How webhooks are reached: the app hands in an HTTP client; tests a fake.

#include <string>

#include "base/context.hpp"
#include "base/result.hpp"

namespace gp::api {

struct WebhookCall {
  std::string url;            // where to connect
  std::string server_name;    // that the certificate must carry; empty: the URL's host
  std::string authority_pem;  // that the certificate must come from; empty: the system's
  std::string body;           // JSON
  std::size_t answer_bytes_max = 3U << 20U;
};

struct WebhookAnswer {
  int status = 0;
  std::string body;
};

class WebhookTransport {
 public:
  virtual ~WebhookTransport() = default;
  // POSTs; blocks until the context's deadline at most. Any status is a success here. Of a
  // transport failure, details["cause"] may be "connect", "name", "tls" or "timeout".
  virtual Result<WebhookAnswer> send(const Context& context, const WebhookCall& call) = 0;
};

}  // namespace gp::api
