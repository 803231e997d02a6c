#pragma once
// The API server of the benchmark, put together as the program does it: a durable store, admission,
// RBAC with the default roles, TLS, client certificates. Controllers and features stay out.

#include <filesystem>

#include "adapter/net/server.hpp"
#include "bench/api_client.hpp"
#include "platform/api/admission_chain.hpp"
#include "platform/api/api_server.hpp"
#include "platform/api/pki.hpp"
#include "platform/api/rbac.hpp"
#include "platform/store/store.hpp"

namespace gp::bench {

struct World {
  explicit World(const std::string& folder) : folder_(folder) {
    object::add_builtin_kinds(kinds);
    store::StoreOptions options;
    options.path = folder + "/goldenpath.db";
    options.selectable_fields = [this](std::string_view resource) {
      const object::KindPtr kind = kinds.find_resource(resource);
      return kind ? kind->selectable_fields : std::vector<std::string>();
    };
    store = *store::Store::open(std::move(options), system_clock());
    verbs = std::make_unique<api::Verbs>(*store, kinds, system_clock(), system_random());
    admission = std::make_unique<api::AdmissionChain>(*store, kinds, system_clock(),
                                                      system_random(), nullptr);
    verbs->set_admission(admission.get());
    GP_CHECK(api::ensure_default_roles(*verbs), "the store takes roles");
    authentication.add_token("admin", {"admin", {}, {"system:masters"}, {}});
    authentication.add_token("viewer", {"viewer", {}, {}, {}});
    api = std::make_unique<api::ApiServer>(*verbs, authentication, system_random());
    admission->set_authorizer(&api->authorizer());
    listen();
  }
  ~World() {
    server.stop();
    verbs->set_admission(nullptr);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::unique_ptr<Client> client(int http_major, std::string_view token = "admin") const {
    const std::string authorization = fmt::format("Bearer {}", token);
    if (http_major == 1) return std::make_unique<Client1>(port, tls1.get(), authorization);
    return std::make_unique<Client2>(port, tls2.get(), authorization);
  }

  object::KindRegistry kinds;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<api::Verbs> verbs;
  std::unique_ptr<api::AdmissionChain> admission;
  api::Authentication authentication;
  std::unique_ptr<api::ApiServer> api;
  net::Server server;
  std::uint16_t port = 0;
  api::Pki pki;
  std::shared_ptr<SSL_CTX> tls1{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  std::shared_ptr<SSL_CTX> tls2{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};

 private:
  void listen() {
    pki = *api::ensure_pki(folder_, "127.0.0.1", system_clock());
    net::ListenOptions options;
    options.name = "kube";
    options.tls = pki.server;
    options.handler = [this](net::Request& request) { return api->handle(request); };
    options.quick = [this](net::Request& request) { return api->quick(request); };
    const auto listener = server.listen(std::move(options));
    GP_CHECK(listener, "an ephemeral port is free");
    port = listener->port;
    static constexpr unsigned char kHttp2[] = "\x02h2";
    SSL_CTX_set_alpn_protos(tls2.get(), kHttp2, 3);
  }

  const std::string folder_;
};

}  // namespace gp::bench
