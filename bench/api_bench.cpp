// What requests to the Kubernetes API cost the server in CPU time, over TLS, from the socket to the
// disk and back.
//
//   gp_api_bench [FOLDER [PART…]]   uses a new folder below FOLDER (default: the current one);
//   parts
//                                   are storage, reads, lists, patches, watches (default: all)
//
// The clients run on the measuring thread; what every other thread of the process uses is the
// server's. The peer of the storage part is etcd, another process on the same disk, asked by the
// same client; its own CPU time counts.

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <span>

#include "bench/api_documents.hpp"
#include "bench/api_fan_out.hpp"
#include "bench/api_world.hpp"
#include "bench/etcd_peer.hpp"
#include "bench/store_parts.hpp"

namespace gp::bench {
namespace {

constexpr int kRounds = 3;
constexpr std::size_t kMapsInList = 10'000;

using Cpu = std::function<double()>;  // seconds, of the server

double others_cpu() {
  return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
}

Clients clients_of(const World& world, int http_major, std::size_t count,
                   std::string_view token = "admin") {
  Clients clients;
  for (std::size_t i = 0; i < count; ++i) clients.push_back(world.client(http_major, token));
  return clients;
}

// Asks by all clients at once, again and again; every answer must have `status`.
template <typename Make>
void ask_all(Clients& clients, std::size_t requests, int status, const Make& make) {
  for (std::size_t done = 0; done < requests; done += clients.size()) {
    for (std::size_t i = 0; i < clients.size(); ++i) clients[i]->ask(make(done + i));
    for (const auto& client : clients) {
      const Answer answer = client->await();
      if (answer.status == status) continue;
      fmt::print("{} instead of {}: {}\n", answer.status, status, client->body());
      std::exit(1);
    }
  }
}

// Microseconds of the server's CPU for one request: the best of a few rounds. `make` is given
// numbers that do not come again.
template <typename Make>
double measure(Clients clients, std::size_t requests, int status, const Make& make,
               const Cpu& cpu = others_cpu) {
  std::size_t number = 0;
  const auto next = [&](std::size_t) { return make(number++); };
  ask_all(clients, std::max(requests / 10, clients.size()), status, next);
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const double begin = cpu();
    ask_all(clients, requests, status, next);
    best = std::min(best, (cpu() - begin) * 1e6 / static_cast<double>(requests));
  }
  return best;
}

void print_head(std::string_view what) {
  fmt::print("\n{:<46} {:>10} {:>10} {:>10}\n", what, "HTTP/1.1", "HTTP/2", "etcd");
}

// Microseconds, or milliseconds for what takes long.
std::string shown(std::optional<double> us) {
  if (!us) return "-";
  return *us < 10'000 ? fmt::format("{:.1f} us", *us) : fmt::format("{:.1f} ms", *us / 1e3);
}

void print_row(std::string_view what, std::optional<double> http1, double http2,
               std::optional<double> peer = {}, double goal_us = 0) {
  fmt::print("{:<46} {:>10} {:>10} {:>10}", what, shown(http1), shown(http2), shown(peer));
  const double worst = std::max(http1.value_or(0), http2);
  if (goal_us > 0) {
    fmt::print("   goal {}: {}", shown(goal_us), worst <= goal_us ? "ok" : "MISSED");
  }
  if (peer) fmt::print("   {:.2f} of etcd", http2 / *peer);
  fmt::print("\n");
  std::fflush(stdout);
}

// The same request by both protocols.
template <typename Make>
void compare(const World& world, std::string_view what, std::size_t requests, int status,
             const Make& make, double goal_us = 0, std::string_view token = "admin") {
  // Each is connected when its turn comes: the server closes connections that ask nothing.
  const double http1 = measure(clients_of(world, 1, 1, token), requests, status, make);
  const double http2 = measure(clients_of(world, 2, 1, token), requests, status, make);
  print_row(what, http1, http2, {}, goal_us);
}

Ask get(std::string path, std::string accept = "application/json") {
  Ask ask;
  ask.path = std::move(path);
  ask.accept = std::move(accept);
  return ask;
}

Ask with_body(std::string_view method, std::string path, std::string body,
              std::string_view type = "application/json") {
  Ask ask;
  ask.method = method;
  ask.path = std::move(path);
  ask.body = std::move(body);
  ask.type = type;
  return ask;
}

// ConfigMaps 0 to kMapsInList - 1, another namespace's for what is measured by creating.
class ApiBench {
 public:
  explicit ApiBench(std::string folder) : folder_(std::move(folder)), world_(folder_), random_(7) {}

  void run(std::span<char* const> wanted) {
    prepare();
    const auto part = [&](std::string_view name, void (ApiBench::*measure)()) {
      const auto is_it = [name](const char* one) { return name == one; };
      if (wanted.empty() || std::ranges::any_of(wanted, is_it)) (this->*measure)();
    };
    part("storage", &ApiBench::storage);
    part("reads", &ApiBench::reads);
    part("lists", &ApiBench::lists);
    part("patches", &ApiBench::patches);
    part("watches", &ApiBench::watches);
    fmt::print("\n");
    note("peak memory, clients and server", fmt::format("{:.0f} MB", peak_megabytes()));
  }

 private:
  void prepare() {
    Clients client = clients_of(world_, 2, 1);
    for (const char* ns : {"bench", "creates"}) {
      ask_all(client, 1, 201, [&](std::size_t) {
        return with_body(
            "POST", "/api/v1/namespaces",
            fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})",
                        ns));
      });
    }
    ask_all(client, 1, 201, [&](std::size_t) {
      return with_body(
          "POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/bench/rolebindings",
          R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":)"
          R"({"name":"viewers"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":)"
          R"("ClusterRole","name":"view"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io",)"
          R"("kind":"User","name":"viewer"}]})");
    });
    Clients many = clients_of(world_, 2, 50);
    ask_all(many, kMapsInList, 201, [&](std::size_t i) { return create_map(i, kMaps); });
  }

  template <typename Make>
  void ask_once(int status, const Make& make) {
    Clients client = clients_of(world_, 2, 1);
    ask_all(client, 1, status, make);
  }
  Ask create_map(std::size_t number, std::string_view place) {
    return with_body("POST", std::string(place), map_document(number, random_));
  }

  // Creates, gets and a range beside etcd, which keeps the same documents.
  void storage() {
    print_head("server CPU a request, storage");
    std::optional<Etcd> etcd;
    if (Etcd::is_installed()) {
      etcd.emplace(folder_ + "/etcd", folder_ + "/pki");
    } else {
      fmt::print("  (etcd is not installed: no peer; apt-get install etcd)\n");
    }
    const Cpu etcd_cpu = [&] { return etcd->cpu(); };
    const auto peers = [&](std::size_t count) {
      Clients clients;
      for (std::size_t i = 0; i < count; ++i) clients.push_back(etcd->client(world_.tls2.get()));
      return clients;
    };
    constexpr std::string_view kPlace = "/api/v1/namespaces/creates/configmaps";
    std::size_t made = 0;
    for (const std::size_t writers : {std::size_t{1}, std::size_t{64}}) {
      const std::size_t requests = writers == 1 ? 500 : 6400;
      const auto create = [&](std::size_t) { return create_map(made++, kPlace); };
      const double http1 = measure(clients_of(world_, 1, writers), requests, 201, create);
      const double http2 = measure(clients_of(world_, 2, writers), requests, 201, create);
      std::optional<double> peer;
      if (etcd) {
        const auto put = [&](std::size_t) {
          const std::size_t number = made++;
          return Etcd::put(map_name(number), map_document(number, random_));
        };
        peer = measure(peers(writers), requests, 200, put, etcd_cpu);
      }
      print_row(fmt::format("durable create, {} writer{}", writers, writers == 1 ? "" : "s"), http1,
                http2, peer, 100);
    }
    if (!etcd) return;
    Clients filler = peers(50);
    ask_all(filler, kMapsInList, 200, [&](std::size_t i) {
      return Etcd::put("list/" + map_name(i), map_document(i, random_));
    });
    const auto etcd_get = [](std::size_t i) {
      return Etcd::get("list/" + map_name(i % kMapsInList));
    };
    const auto etcd_range = [](std::size_t) { return Etcd::range("list/", "list0"); };
    const auto list = [](std::size_t) { return get(std::string(kMaps)); };
    print_row("get", {}, measure(clients_of(world_, 2, 1), 20'000, 200, get_one),
              measure(peers(1), 20'000, 200, etcd_get, etcd_cpu));
    print_row("list of 10,000", {}, measure(clients_of(world_, 2, 1), 20, 200, list),
              measure(peers(1), 20, 200, etcd_range, etcd_cpu));
  }

  static Ask get_one(std::size_t i) {
    return get(fmt::format("{}/{}", kMaps, map_name(i % kMapsInList)));
  }

  void reads() {
    print_head("server CPU a request, reading");
    compare(world_, "get", 20'000, 200, get_one, 25);
    compare(world_, "get, allowed by a role", 20'000, 200, get_one, 25, "viewer");
    compare(world_, "get, as a Table", 5'000, 200, [](std::size_t i) {
      return get(fmt::format("{}/{}", kMaps, map_name(i % kMapsInList)), std::string(kTable));
    });
    compare(world_, "get, nothing there", 5'000, 404,
            [](std::size_t i) { return get(fmt::format("{}/none-{}", kMaps, i)); });
    compare(world_, "discovery (aggregated)", 1'000, 200, [](std::size_t) {
      return get("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
    });
  }

  void lists() {
    print_head("server CPU a request, lists of 10,000 ConfigMaps");
    const std::string all(kMaps);
    const auto list = [&](std::string_view query, std::string_view accept = "application/json") {
      return [path = all + std::string(query), accept](std::size_t) {
        return get(path, std::string(accept));
      };
    };
    compare(world_, "JSON", 20, 200, list(""), 15'000);
    compare(world_, "Table", 10, 200, list("", kTable));
    compare(world_, "metadata only", 10, 200,
            list("", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"));
    compare(world_, "JSON, gzip", 3, 200, [&](std::size_t) {
      Ask ask = get(all);
      ask.more = {{"accept-encoding", "gzip"}};
      return ask;
    });
    compare(world_, "a page of 500", 200, 200, list("?limit=500"));
    compare(world_, "label selector, 100 of them", 500, 200, list("?labelSelector=team%3Dgreen"));
    compare(world_, "label selector, two that meet in 20", 500, 200,
            list("?labelSelector=team%3Dgreen,app%3Dapp-100"));
    compare(world_, "field selector, one name", 500, 200,
            list("?fieldSelector=metadata.name%3Dmap-0004711"));
  }

  // Every request changes the object.
  void patches() {
    print_head("server CPU a request, patches of a Deployment");
    const std::string web = std::string(kDeployments) + "/web";
    ask_once(201, [&](std::size_t) {
      return with_body("POST", std::string(kDeployments), deployment_document("web", "first"));
    });
    int turn = 0;
    const auto patch = [&](std::string_view type, std::string_view text) {
      return [&turn, web, type, text](std::size_t) {
        return with_body("PATCH", web, fmt::format(fmt::runtime(text), ++turn), type);
      };
    };
    compare(world_, "JSON patch", 500, 200,
            patch("application/json-patch+json",
                  R"([{{"op":"replace","path":"/metadata/labels/app","value":"v{}"}}])"));
    compare(world_, "merge patch", 500, 200,
            patch("application/merge-patch+json",
                  R"({{"metadata":{{"annotations":{{"example.org/turn":"v{}"}}}}}})"));
    compare(
        world_, "strategic merge patch", 500, 200,
        patch(
            "application/strategic-merge-patch+json",
            R"({{"spec":{{"template":{{"spec":{{"containers":[{{"name":"web","image":"i:{}"}}]}}}}}}}})"));
    const std::string applied = std::string(kDeployments) + "/applied?fieldManager=bench";
    const auto apply = [&](std::size_t) {
      return with_body("PATCH", applied, deployment_document("applied", std::to_string(++turn)),
                       "application/apply-patch+yaml");
    };
    ask_once(201, apply);
    compare(world_, "server-side apply, a change", 500, 200, apply, 300);
    compare(
        world_, "server-side apply, nothing new", 500, 200,
        [&](std::size_t) {
          return with_body("PATCH", applied, deployment_document("applied", "same"),
                           "application/apply-patch+yaml");
        },
        300);
    compare(world_, "update (PUT)", 500, 200, [&](std::size_t) {
      return with_body("PUT", web, deployment_document("web", std::to_string(++turn)));
    });
  }

  void watches() {
    fmt::print("\n{:<46} {:>10} {:>10} {:>10} {:>10}\n",
               "watch fan-out over TLS, from write to client", "p50", "p99", "raw p50", "raw p99");
    for (const std::size_t watchers : {std::size_t{50}, std::size_t{1000}}) {
      FanOut fan_out(world_, watchers);
      const Delays ours = fan_out.measure(200);
      const Delays raw = raw_fan_out(watchers, 200, fan_out.event_bytes());
      fmt::print("{:<46} {:>7.2f} ms {:>7.2f} ms {:>7.2f} ms {:>7.2f} ms",
                 fmt::format("{} watchers", watchers), ours.p50_ms, ours.p99_ms, raw.p50_ms,
                 raw.p99_ms);
      if (watchers == 50) {
        fmt::print("   goal p99 5 ms: {}", ours.p99_ms < 5 ? "ok" : "MISSED");
      }
      fmt::print("   server CPU {:.1f} us an event and watcher\n", ours.cpu_us);
    }
  }

  static constexpr std::string_view kTable =
      "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";

  const std::string folder_;
  World world_;
  SeededRandom random_;
};

}  // namespace
}  // namespace gp::bench

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  const std::string parent = argc > 1 ? argv[1] : ".";
  std::string folder = parent + "/api-bench-XXXXXX";
  GP_CHECK(::mkdtemp(folder.data()) != nullptr, "the folder can be written");
  const std::span<char* const> words(argv, static_cast<std::size_t>(argc));
  gp::bench::ApiBench(folder).run(words.subspan(std::min<std::size_t>(words.size(), 2)));
  std::filesystem::remove_all(folder);
  return 0;
}
