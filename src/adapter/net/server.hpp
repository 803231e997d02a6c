#pragma once
// The network server: listeners, connections, HTTP/1.1, HTTP/2 (ALPN, over TLS), TLS, WebSocket.
//
// I/O runs on a few threads of its own; handlers run on the server's worker pool. Everything has a
// limit and a time-out; a client that is slow, half-closed or hostile costs itself only. Over
// limit: 503 with Retry-After when workers are saturated, 431/413/408/400 as RFC 9110 has them,
// connection refused beyond connections_max. stop() ends listeners at once, lets requests finish
// for `drain`, then closes.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/net/http.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"

namespace gp::net {

struct TlsOptions {
  std::string certificate_chain_pem;
  std::string private_key_pem;
  std::string client_authority_pem;  // empty: client certificates are not asked for; else optional,
                                     // verified
};

struct ListenOptions {
  std::string name;  // "kube", "portal": for logs and metrics
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: ephemeral, see Listener::port
  std::optional<TlsOptions> tls;
  Handler handler;  // runs on a worker; exceptions become 500
  // Optional quick path: runs on the I/O thread before the worker is asked; must not block.
  // Returning nothing hands the request to `handler`.
  std::function<std::optional<Response>(Request&)> quick;
};

struct ServerOptions {
  std::size_t io_threads = 2;
  std::size_t worker_threads = 32;
  std::size_t worker_queue_max = 4096;
  std::size_t connections_max = 10'000;
  std::size_t header_bytes_max = 64U << 10U;
  std::size_t headers_max = 200;
  std::size_t target_bytes_max = 32U << 10U;
  std::size_t body_bytes_max = 16U << 20U;
  std::size_t body_bytes_held_max = 256U << 20U;  // all bodies in memory together; beyond: 503
  std::size_t http2_streams_max = 250;
  Duration header_timeout = std::chrono::seconds(10);  // from the first byte to the end of the head
  Duration body_timeout = std::chrono::seconds(60);    // whole body
  Duration idle_timeout = std::chrono::seconds(120);   // between requests
  Duration write_timeout = std::chrono::seconds(60);   // no progress in writing
  Duration handler_deadline = std::chrono::seconds(60);  // Request::context
  Duration drain = std::chrono::seconds(5);
};

struct Listener {
  std::string name;
  std::string address;
  std::uint16_t port = 0;  // the real one
};

struct ServerStats {
  std::uint64_t connections_open = 0, connections_total = 0, requests_total = 0,
                requests_refused = 0;
};

class Server {
 public:
  explicit Server(ServerOptions options = {}, Clock& clock = system_clock());
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and begins to accept. A taken port is an error that names it.
  Result<Listener> listen(ListenOptions options);
  // Replaces certificate and key for new connections.
  Result<> reload_tls(const std::string& listener_name, TlsOptions tls);
  void stop();
  ServerStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::net
