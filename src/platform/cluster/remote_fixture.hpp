#pragma once
// For tests: a whole API server in this process over TLS on an ephemeral port, and a RemoteCluster
// that talks to it. The server can be stopped and started again on its port, and lose its history.

#include <doctest/doctest.h>

#include "adapter/net/server.hpp"
#include "adapter/tls/authority.hpp"
#include "platform/api/api_server.hpp"
#include "platform/api/rbac.hpp"
#include "platform/cluster/local.hpp"
#include "platform/cluster/remote.hpp"

namespace gp::cluster {

// The other side.
class ServedPlatform {
 public:
  static constexpr std::string_view kToken = "admin-token";

  explicit ServedPlatform(std::size_t history_events_max = 10'000) {
    object::add_builtin_kinds(kinds_);
    object::Kind widget;
    widget.group = "test.goldenpath.dev";
    widget.version = "v1";
    widget.kind = "Widget";
    widget.list_kind = "WidgetList";
    widget.plural = "widgets";
    widget.singular = "widget";
    widget.has_status = true;
    kinds_.add(std::move(widget));
    store::StoreOptions options;
    options.path = ":memory:";
    options.history_events_max = history_events_max;
    auto opened = store::Store::open(std::move(options), system_clock());
    REQUIRE(opened);
    store = std::move(*opened);
    verbs = std::make_unique<api::Verbs>(*store, kinds_, system_clock(), system_random());
    REQUIRE(api::ensure_default_roles(*verbs));
    add_token(kToken, api::Caller{"admin", {}, {"system:masters", "system:authenticated"}, {}});
    api_ = std::make_unique<api::ApiServer>(*verbs, authentication_, system_random());
    local = std::make_unique<LocalCluster>(*verbs);
    REQUIRE(local->create(Context(system_clock()),
                          Value::object({{"apiVersion", "v1"},
                                         {"kind", "Namespace"},
                                         {"metadata", Value::object({{"name", "default"}})}}),
                          "test"));
    start();
  }
  ~ServedPlatform() { stop(); }

  void add_token(std::string_view token, api::Caller caller) {
    authentication_.add_token(token, std::move(caller));
  }

  void start() {
    net::ServerOptions options;
    options.worker_threads = 8;
    options.drain = Duration::zero();
    server_ = std::make_unique<net::Server>(options);
    net::ListenOptions listen;
    listen.name = "kube";
    listen.port = port_;
    listen.tls = tls();
    listen.handler = [this](net::Request& request) {
      if (intercept) {
        if (auto answer = intercept(request)) return std::move(*answer);
      }
      return api_->handle(request);
    };
    const auto listener = server_->listen(std::move(listen));
    REQUIRE(listener);
    port_ = listener->port;
  }
  void stop() { server_.reset(); }
  net::Server& server() { return *server_; }
  std::uint16_t port() const { return port_; }
  object::KindRegistry& kinds() { return kinds_; }

  void rotate_certificate() { REQUIRE(server_->reload_tls("kube", tls())); }

  kubeconfig::Connection connection(std::string_view token = kToken) const {
    kubeconfig::Connection made;
    made.context = made.file = "test";
    made.cluster.server = fmt::format("https://127.0.0.1:{}", port_);
    made.cluster.authority.data = authority_.certificate_pem;
    made.user.token = token;
    return made;
  }

  // Answers in the API's place, when it returns something.
  std::function<std::optional<net::Response>(net::Request&)> intercept;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<api::Verbs> verbs;
  std::unique_ptr<LocalCluster> local;

 private:
  net::TlsOptions tls() const {
    const auto pair = tls::issue_server_certificate(
        authority_, "server", {.dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}},
        system_clock().now(), std::chrono::hours(1));
    REQUIRE(pair);
    return {pair->certificate_pem, pair->private_key_pem, {}};
  }

  const tls::KeyPair authority_ =
      *tls::make_authority("root", system_clock().now(), std::chrono::hours(24));
  object::KindRegistry kinds_;
  api::Authentication authentication_;
  std::unique_ptr<api::ApiServer> api_;
  std::unique_ptr<net::Server> server_;
  std::uint16_t port_ = 0;
};

inline std::unique_ptr<RemoteCluster> connect(kubeconfig::Connection connection,
                                              http::Network& network, Clock& clock,
                                              RemoteOptions options = {}) {
  auto credentials = kubeconfig::Credentials::open(std::move(connection), clock);
  REQUIRE(credentials);
  return std::make_unique<RemoteCluster>("there", std::move(*credentials), network, clock, options);
}

// Unlimited and impatient.
inline RemoteOptions quick_options() {
  RemoteOptions options;
  options.requests_per_second = 0;
  options.backoff_min = std::chrono::milliseconds(1);
  options.backoff_max = std::chrono::milliseconds(10);
  return options;
}

}  // namespace gp::cluster
