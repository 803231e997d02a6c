// What it costs to follow 10,000 objects of a cluster elsewhere, beside the local one: the first
// list and 2,000 changes, seen by an informer. Over TLS on loopback, both sides in this process.

#include <sys/resource.h>

#include <cstdio>

#include "adapter/net/server.hpp"
#include "adapter/tls/authority.hpp"
#include "platform/api/api_server.hpp"
#include "platform/cluster/informer.hpp"
#include "platform/cluster/local.hpp"
#include "platform/cluster/remote.hpp"

namespace {

using namespace gp;
using namespace std::chrono_literals;

constexpr std::size_t kObjects = 10'000;
constexpr std::size_t kChanges = 2'000;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Took {
  double wall_ms, cpu_ms;
};

template <typename Work>
Took measure(Work work) {
  const double cpu = cpu_seconds();
  const Duration start = system_clock().monotonic();
  work();
  const Duration wall = system_clock().monotonic() - start;
  return {std::chrono::duration<double, std::milli>(wall).count(), (cpu_seconds() - cpu) * 1e3};
}

Value config_map(std::size_t i, std::string_view text) {
  return Value::object(
      {{"apiVersion", "v1"},
       {"kind", "ConfigMap"},
       {"metadata", Value::object({{"name", fmt::format("m{}", i)}, {"namespace", "default"}})},
       {"data", Value::object({{"text", text}, {"pad", std::string(400, 'x')}})}});
}

void write(cluster::Cluster& local, std::size_t count, std::string_view text) {
  std::vector<Value> documents;
  for (std::size_t i = 0; i < count; ++i) documents.push_back(config_map(i, text));
  for (const auto& written :
       local.write_all(Context(system_clock()), std::move(documents), "bench")) {
    GP_CHECK(written.has_value(), "the bench can write");
  }
}

void follow(const char* name, cluster::Cluster& cluster, cluster::Cluster& local) {
  cluster::Informers informers(cluster, system_clock(), system_random());
  const cluster::Informer& maps = informers.of("configmaps");
  std::atomic<std::size_t> events = 0;
  informers.add_handler("configmaps", [&](const store::Event&) { ++events; });
  const auto wait = [&](std::size_t wanted) {
    while (events < wanted) std::this_thread::sleep_for(100us);
  };
  const Took listed = measure([&] {
    informers.start();
    wait(kObjects);
  });
  write(local, kChanges, fmt::format("{} before", name));
  wait(kObjects + kChanges);
  const Took changes = measure([&] {
    write(local, kChanges, name);
    wait(kObjects + 2 * kChanges);
  });
  std::printf("%-8s %12.0f %12.0f %16.0f %14.0f\n", name, listed.wall_ms, listed.cpu_ms,
              changes.wall_ms, changes.cpu_ms);
  informers.stop();
  GP_CHECK(maps.size() == kObjects, "the view is whole");
}

}  // namespace

int main() {
  object::KindRegistry kinds;
  object::add_builtin_kinds(kinds);
  store::StoreOptions options;
  options.path = ":memory:";
  auto store = store::Store::open(std::move(options), system_clock());
  GP_CHECK(store.has_value(), "the store opens");
  api::Verbs verbs(**store, kinds, system_clock(), system_random());
  cluster::LocalCluster local(verbs);
  api::Authentication authentication;
  authentication.add_token("t", {"admin", {}, {"system:masters"}, {}});
  api::ApiServer api(verbs, authentication, system_random());

  const TimePoint now = system_clock().now();
  const auto authority = tls::make_authority("root", now, 24h);
  const auto pair =
      tls::issue_server_certificate(*authority, "server", {{"localhost"}, {"127.0.0.1"}}, now, 1h);
  net::Server server;
  net::ListenOptions listen;
  listen.name = "kube";
  listen.tls = net::TlsOptions{pair->certificate_pem, pair->private_key_pem, {}};
  listen.handler = [&](net::Request& request) { return api.handle(request); };
  const auto listener = server.listen(std::move(listen));
  GP_CHECK(listener.has_value(), "an ephemeral port is free");

  kubeconfig::Connection connection;
  connection.cluster.server = fmt::format("https://127.0.0.1:{}", listener->port);
  connection.cluster.authority.data = authority->certificate_pem;
  connection.user.token = "t";
  http::Network network;
  auto credentials = kubeconfig::Credentials::open(std::move(connection), system_clock());
  cluster::RemoteCluster remote("there", std::move(*credentials), network, system_clock());

  GP_CHECK(local
               .create(Context(system_clock()),
                       Value::object({{"apiVersion", "v1"},
                                      {"kind", "Namespace"},
                                      {"metadata", Value::object({{"name", "default"}})}}),
                       "bench")
               .has_value(),
           "the namespace is made");
  write(local, kObjects, "begin");
  std::printf("%zu objects, %zu changes; changes include writing them\n", kObjects, kChanges);
  std::printf("%-8s %12s %12s %16s %14s\n", "cluster", "list ms", "list CPU", "changes ms",
              "changes CPU");
  follow("local", local, local);
  follow("remote", remote, local);
  server.stop();
  return 0;
}
