#include "app/running_platform.hpp"

#include <algorithm>
#include <filesystem>
#include <future>
#include <thread>

#include "adapter/files/files.hpp"
#include "adapter/net/server.hpp"
#include "app/oidc_transport.hpp"
#include "app/version.hpp"
#include "app/webhook_transport.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "feature/catalog/catalog.hpp"
#include "feature/clusters/clusters.hpp"
#include "feature/gitops/gitops.hpp"
#include "feature/lifecycle/lifecycle.hpp"
#include "feature/manifests/manifests.hpp"
#include "feature/portal/portal.hpp"
#include "feature/workloads/workloads.hpp"
#include "platform/api/admission_chain.hpp"
#include "platform/api/api_server.hpp"
#include "platform/api/definitions.hpp"
#include "platform/api/fairness.hpp"
#include "platform/api/oidc_tokens.hpp"
#include "platform/api/pki.hpp"
#include "platform/api/port_forward.hpp"
#include "platform/api/rbac.hpp"
#include "platform/api/service_account_tokens.hpp"
#include "platform/cluster/local.hpp"
#include "platform/runtime/manager.hpp"
#include "platform/runtime/mount.hpp"
#include "platform/store/store.hpp"
#include "platform/web/assets.hpp"

namespace gp::web {
std::span<const Asset> portal_assets();  // generated from web/dist
}

namespace gp::app {
namespace {

namespace fs = std::filesystem;
using runtime::PartState;

constexpr std::size_t kTokenBytesMax = 1024;
constexpr std::size_t kPolicyBytesMax = 1U << 20U;

// The portal's token: made on the first start, kept afterwards.
Result<std::string> ensure_portal_token(const std::string& path, Random& random) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    std::string token = TRY(files::read_file(path, kTokenBytesMax));
    while (token.ends_with('\n')) token.pop_back();
    if (!token.empty()) return token;
  }
  std::string token = random_token(random);
  TRY(files::write_file_atomic(path, token + "\n", {.mode = 0600}));
  return token;
}

std::string host_port(const net::Listener& listener) {
  const bool is_v6 = listener.address.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", listener.address, listener.port)
               : fmt::format("{}:{}", listener.address, listener.port);
}

}  // namespace

struct RunningPlatform::Impl {
  Impl(PlatformSettings settings_in, runtime::Parts& parts_in, Clock& clock_in, Random& random_in)
      : settings(std::move(settings_in)), parts(parts_in), clock(clock_in), random(random_in) {
    for (const char* part : {"store", "kube", "catalog", "manifests", "gitops", "portal"})
      parts.declare(part);
  }

  std::string path(std::string_view name) const {
    return (fs::path(settings.data_dir) / name).string();
  }

  Result<> open_store() {
    parts.report({.name = "store", .state = PartState::Starting});
    object::add_builtin_kinds(kinds);
    store::StoreOptions options;
    options.path = path("goldenpath.db");
    options.selectable_fields = [this](std::string_view resource) {
      const object::KindPtr kind = kinds.find_resource(resource);
      return kind ? kind->selectable_fields : std::vector<std::string>();
    };
    store = TRY(store::Store::open(std::move(options), clock));
    const auto count = [this](runtime::PartStatus& part) {
      const store::StoreStats stats = store->stats();
      part.summary = fmt::format("{} objects at revision {}", stats.objects, stats.revision);
      part.count = stats.objects;
    };
    runtime::PartStatus part{.name = "store", .state = PartState::Ready};
    count(part);
    parts.report(std::move(part));
    parts.show("store", count);
    return {};
  }

  Result<> mount_features() {
    verbs = std::make_unique<api::Verbs>(*store, kinds, clock, random);
    admission =
        std::make_unique<api::AdmissionChain>(*store, kinds, clock, random, &webhook_transport);
    verbs->set_admission(admission.get());
    definitions = std::make_unique<api::Definitions>(*store, kinds, clock);
    verbs->set_definitions(definitions.get());
    local = std::make_unique<cluster::LocalCluster>(*verbs);
    controllers = std::make_unique<runtime::Manager>(*local, clock);
    const config::Platform* platform = settings.platform ? &*settings.platform : nullptr;
    mount = std::make_unique<runtime::Mount>(runtime::Mount{
        kinds, *local, *controllers, parts, router, platform, clock, random, settings.data_dir});

    const std::string token = TRY(ensure_portal_token(path("portal-token"), random));
    // First, so that its session filter is the outermost one.
    router.use(web::compress());
    sessions = portal::mount(*mount, {.version = std::string(kVersion),
                                      .session = {.token = token, .hosts = {settings.address}}});
    pki = TRY(api::ensure_pki(settings.data_dir, settings.address, clock));
    api::ServiceAccountKeys keys = TRY(service_account_keys.get());
    service_accounts =
        std::make_unique<api::ServiceAccountTokens>(*store, std::move(keys), clock, random);
    TRY(lifecycle::mount(
        *mount, *verbs, {.root_certificate = pki.authority_pem, .tokens = service_accounts.get()}));
    TRY(api::ensure_default_roles(*verbs));  // some of them live in its namespaces
    remotes = std::make_unique<cluster::ClusterSet>(clock);
    clusters::mount(*mount, *remotes);
    catalog = catalog::mount(*mount);
    TRY(manifests::mount(*mount));
    gitops = gitops::mount(*mount, [this](const std::string& name, const std::string& url) {
      return std::shared_ptr<cluster::Cluster>(name.empty() ? remotes->find_server(url)
                                                            : remotes->find(name));
    });
    const bool runs_workloads =
        settings.runs_workloads && (platform == nullptr || platform->runs_workloads);
    workloads::mount(*mount, {.is_on = runs_workloads});
    return definitions->load();  // every feature has registered its own kinds
  }

  Result<net::Listener> listen_on(net::ListenOptions options) {
    auto bound = server->listen(std::move(options));
    if (bound) return bound;
    return fail(std::move(bound.error())
                    .with_hint("stop the other program, or move all ports with --port-base N"));
  }

  // OpenID Connect issuers of the command line and of platform.yaml.
  Result<> trust_issuers() {
    std::vector<api::OidcIssuer> issuers = settings.oidc_issuers;
    if (settings.platform) {
      auto more = api::read_jwt_authenticators(settings.platform->jwt);
      if (!more) {
        Error error = std::move(more.error());
        error.message =
            fmt::format("{}: spec.authentication.{}", settings.platform->file, error.message);
        return fail(std::move(error));
      }
      std::ranges::move(*more, std::back_inserter(issuers));
    }
    if (issuers.empty()) return {};
    oidc = std::make_unique<api::OidcTokens>(std::move(issuers), oidc_transport, clock);
    authentication.add_verifier(
        [this](const api::TokenQuestion& question) { return oidc->verify(question); });
    oidc->start();
    return {};
  }

  Result<> open_audit_log() {
    const config::Platform* platform = settings.platform ? &*settings.platform : nullptr;
    const bool is_asked = !settings.audit.path.empty() || !settings.audit_policy_file.empty();
    if (!is_asked && (platform == nullptr || !platform->audits)) return {};
    std::string file = settings.audit_policy_file;
    if (file.empty() && platform != nullptr) file = platform->audit_policy;
    auto policy = api::audit::Policy::standard();
    if (!file.empty()) {
      const std::string text = TRY(files::read_file(file, kPolicyBytesMax));
      policy = TRY(api::audit::Policy::parse(text, file));
    }
    api::AuditOptions options = settings.audit;
    if (options.path.empty()) options.path = path("audit.log");
    audit = TRY(api::AuditLog::open(std::move(policy), std::move(options), clock));
    api_server->set_audit(audit.get());
    return {};
  }

  Result<> listen() {
    parts.report({.name = "kube", .state = PartState::Starting});
    if (!settings.tokens_file.empty()) TRY(authentication.load_tokens(settings.tokens_file));
    authentication.set_audiences(service_accounts->audiences());
    authentication.add_verifier(
        [this](const api::TokenQuestion& question) { return service_accounts->verify(question); });
    TRY(trust_issuers());
    api_server = std::make_unique<api::ApiServer>(*verbs, authentication, random);
    api_server->set_service_accounts(service_accounts.get());
    admission->set_authorizer(&api_server->authorizer());
    api_server->set_port_forwards(&port_forwards);
    TRY(open_audit_log());
    server = std::make_unique<net::Server>(
        net::ServerOptions{.worker_threads = api::Fairness::kWorkers}, clock);

    net::ListenOptions kube;
    kube.name = "kube";
    kube.address = settings.address;
    kube.port = settings.kube_port;
    kube.tls = pki.server;
    kube.handler = [this](net::Request& request) { return api_server->handle(request); };
    kube.quick = [this](net::Request& request) { return api_server->quick(request); };
    const net::Listener kube_listener = TRY(listen_on(std::move(kube)));
    addresses.kube = "https://" + host_port(kube_listener);
    port_forwards.add({"kube", kube_listener.address, kube_listener.port, 443});
    addresses.kubeconfig = TRY(api::write_kubeconfig(settings.data_dir, pki, addresses.kube));
    parts.report({.name = "kube",
                  .state = PartState::Ready,
                  .summary = fmt::format("{} kinds", kinds.all().size()),
                  .address = addresses.kube,
                  .count = kinds.all().size()});

    parts.report({.name = "portal", .state = PartState::Starting});
    serve_portal();
    net::ListenOptions portal;
    portal.name = "portal";
    portal.address = settings.address;
    portal.port = settings.portal_port;
    portal.handler = [this](net::Request& request) { return router.handle(request); };
    const net::Listener portal_listener = TRY(listen_on(std::move(portal)));
    addresses.portal = "http://" + host_port(portal_listener);
    port_forwards.add({"portal", portal_listener.address, portal_listener.port, 80});
    addresses.portal_token_file = path("portal-token");
    parts.report({.name = "portal", .state = PartState::Ready, .address = addresses.portal});
    return {};
  }

  // The portal's listener also carries the Kubernetes API, for the signed-in session, and the
  // pages.
  void serve_portal() {
    router.any("/kube/{rest...}", [this](net::Request& request) {
      request.path.erase(0, std::string_view("/kube").size());
      request.target.erase(0, std::string_view("/kube").size());
      return api_server->handle_as(api::Caller::system("portal"), request);
    });
    router.add("GET", "/kube-watch", [this](net::Request& request) {
      return api_server->watch_socket_as(api::Caller::system("portal"), request);
    });
    router.fallback(web::serve_assets(web::portal_assets()));
  }

  Result<> write_addresses() const {
    const Value document = Value::object({{"portal", addresses.portal},
                                          {"kube", addresses.kube},
                                          {"kubeconfig", addresses.kubeconfig}});
    // Of this run only, so it need not survive a power cut.
    return files::write_file_atomic(path("addresses.json"), to_json(document) + "\n",
                                    {.mode = 0600, .sync = false});
  }

  Result<Addresses> start() {
    // The first start makes an RSA key, which takes longer than all else: meanwhile.
    service_account_keys = std::async(
        std::launch::async, [this] { return api::ensure_service_account_keys(settings.data_dir); });
    TRY(open_store());
    TRY(mount_features());
    TRY(listen());
    TRY(controllers->start());
    TRY(catalog->start());
    TRY(write_addresses());
    publisher = std::jthread([this] { publish_listeners(); });
    return addresses;
  }

  // Durable writes that nobody waits for when the platform comes up.
  void publish_listeners() const {
    const auto published = port_forwards.publish(*verbs);
    if (published) return;
    log::warn("kube", "could not publish the platform's own Pods and Services",
              {{"error", published.error().message}});
  }

  // In the reverse order: nobody new comes in, then nothing more is done, then the store ends.
  void stop() {
    if (std::exchange(is_stopped, true)) return;
    std::error_code ignored;
    if (!addresses.portal.empty()) fs::remove(path("addresses.json"), ignored);
    if (publisher.joinable()) publisher.join();
    if (oidc) oidc->stop();  // nobody waits for keys any more
    if (server) server->stop();
    if (catalog) catalog->stop();
    if (controllers) controllers->stop();
    server.reset();
    catalog.reset();
    gitops.reset();  // its watches of folders wake controllers
    controllers.reset();
    parts.show("store", {});
    if (verbs) verbs->set_admission(nullptr);
    admission.reset();
    store.reset();
  }

  PlatformSettings settings;
  runtime::Parts& parts;
  Clock& clock;
  Random& random;
  Addresses addresses;
  bool is_stopped = false;

  object::KindRegistry kinds;
  std::unique_ptr<store::Store> store;
  HttpWebhooks webhook_transport;
  HttpOidc oidc_transport;
  std::unique_ptr<api::Verbs> verbs;
  std::unique_ptr<api::AdmissionChain> admission;
  std::unique_ptr<api::Definitions> definitions;
  std::unique_ptr<cluster::LocalCluster> local;
  std::unique_ptr<cluster::ClusterSet> remotes;  // before the controllers that use it
  std::unique_ptr<gitops::GitOps> gitops;        // as well
  std::unique_ptr<runtime::Manager> controllers;
  web::Router router;
  std::unique_ptr<runtime::Mount> mount;
  std::unique_ptr<portal::Sessions> sessions;
  std::unique_ptr<catalog::Catalog> catalog;
  api::Pki pki;
  std::future<Result<api::ServiceAccountKeys>> service_account_keys;
  std::unique_ptr<api::ServiceAccountTokens> service_accounts;
  std::unique_ptr<api::OidcTokens> oidc;
  api::Authentication authentication;
  api::PortForwards port_forwards;
  std::unique_ptr<api::AuditLog> audit;  // before the server that writes into it
  std::unique_ptr<api::ApiServer> api_server;
  std::unique_ptr<net::Server> server;
  std::jthread publisher;
};

RunningPlatform::RunningPlatform(PlatformSettings settings, runtime::Parts& parts, Clock& clock,
                                 Random& random)
    : impl_(std::make_unique<Impl>(std::move(settings), parts, clock, random)) {}

RunningPlatform::~RunningPlatform() {
  stop();
}

Result<Addresses> RunningPlatform::start() {
  return impl_->start();
}

void RunningPlatform::stop() {
  impl_->stop();
}

}  // namespace gp::app
