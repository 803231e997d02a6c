#pragma once
// A server with TLS for tests: its authority, certificates and the wishes of clients that trust it.

#include "adapter/net/server_fixture.hpp"
#include "adapter/tls/authority.hpp"

namespace gp::net {

struct TlsFixture : ServerFixture {
  tls::KeyPair authority = make("root");
  tls::KeyPair client_authority = make("clients");

  tls::KeyPair make(std::string_view name) const {
    return *tls::make_authority(name, now(), std::chrono::hours(24));
  }
  static TimePoint now() { return system_clock().now(); }

  TlsOptions tls_options(bool asks_clients = false) const {
    const auto pair = tls::issue_server_certificate(
        authority, "server", {.dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}}, now(),
        std::chrono::hours(1));
    TlsOptions options{.certificate_chain_pem = pair->certificate_pem + authority.certificate_pem,
                       .private_key_pem = pair->private_key_pem,
                       .client_authority_pem = {}};
    if (asks_clients) options.client_authority_pem = client_authority.certificate_pem;
    return options;
  }

  void start_tls(Handler handler, ServerOptions options = {}) {
    ListenOptions listen = listen_options(std::move(handler));
    listen.tls = tls_options();
    start(std::move(listen), options);
  }

  TestClient::TlsWish wish() const {
    return {.authority_pem = authority.certificate_pem,
            .certificate_pem = {},
            .key_pem = {},
            .protocols = {}};
  }
  TestClient::TlsWish wish_as(const tls::KeyPair& client) const {
    TestClient::TlsWish as_client = wish();
    as_client.certificate_pem = client.certificate_pem;
    as_client.key_pem = client.private_key_pem;
    return as_client;
  }
};

}  // namespace gp::net
