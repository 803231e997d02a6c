#pragma once
// Blocking HTTP client on libcurl: TLS verification, proxies, redirects, limits, deadlines,
// cancellation.
//
// One client keeps its connections; any thread may use it. Answers above `body_bytes_max` fail with
// TooLarge. Credentials in URLs are refused (pass a header), and never appear in an error.
//
// Many requests at once, and answers that do not end: network.hpp.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"

namespace gp::http {

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::size_t body_bytes_max = 32U << 20U;
  int redirects_max = 5;      // 0: do not follow
  std::string authority_pem;  // instead of the system's; empty: the system's
  std::string client_certificate_pem, client_key_pem;
  bool verify_tls = true;
  // The name that the server's certificate must carry and that is asked for, when it differs from
  // the URL's host.
  std::string tls_server_name;
  // "http://…", "https://…" or "socks5://…"; credentials in it are used, and never shown. Empty:
  // HTTPS_PROXY and NO_PROXY, though never for loopback addresses.
  std::string proxy;
  Duration timeout{0};  // of the whole exchange, beside the context's; 0: none
  // When set, body bytes are handed over as they arrive and not collected; false stops (Cancelled).
  std::function<bool(std::string_view)> on_data;
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string header(std::string_view lower_case_name) const;
};

// What a transport failure was about: the host's name, the connection, TLS (a certificate), the
// proxy, time, or the exchange itself.
inline constexpr std::string_view kCauses[] = {"name",  "connect", "tls",
                                               "proxy", "timeout", "exchange"};

// The certificates that the server presents (PEM, its own first), trusted or not: to tell what is
// wrong with them. Sends nothing but a HEAD request without credentials.
Result<std::vector<std::string>> presented_certificates(const Context& context,
                                                        const ClientRequest& where);

class Client {
 public:
  Client();
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  // An answer of any status is a success here; only transport failures are errors, in words such as
  // `GET https://host/path: connection refused`; details["cause"] is one of kCauses.
  Result<ClientResponse> send(const Context& context, const ClientRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::http
