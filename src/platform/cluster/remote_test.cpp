#include "platform/cluster/remote.hpp"

#include "platform/cluster/cluster_contract.hpp"
#include "platform/cluster/remote_fixture.hpp"

namespace gp::cluster {
namespace {

using namespace std::chrono_literals;
using contract::config_map;
using contract::config_map_key;

struct Fixture {
  ServedPlatform there;
  http::Network network;
  std::unique_ptr<RemoteCluster> cluster =
      connect(there.connection(), network, system_clock(), quick_options());
  const Context context{system_clock(), 30s};

  // Counts what arrives, and answers the next ones with these.
  std::vector<net::Response> answers;
  std::atomic<int> requests = 0;
  std::string last_target;
  void intercept(std::string_view prefix) {
    there.intercept = [this, prefix](net::Request& request) -> std::optional<net::Response> {
      if (!request.path.starts_with(prefix)) return std::nullopt;
      ++requests;
      last_target = request.target;
      if (answers.empty()) return std::nullopt;
      net::Response answer = std::move(answers.front());
      answers.erase(answers.begin());
      return answer;
    };
  }
};

net::Response busy() {
  return net::Response::text(429, "busy").header("Retry-After", "0");
}

net::Response expired() {
  return net::Response::json(410, Value::object({{"kind", "Status"},
                                                 {"apiVersion", "v1"},
                                                 {"reason", "Expired"},
                                                 {"message", "too old"},
                                                 {"code", 410}}));
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: keeps the contract") {
  contract::check_contract(*cluster, system_clock());
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: says which kind or resource is not served") {
  Value unknown = config_map("a");
  unknown.set("kind", "Gadget");
  const auto created = cluster->create(context, unknown, "test");
  REQUIRE_FALSE(created);
  CHECK(created.error().code == Code::NotFound);
  CHECK(created.error().message == "no kind \"Gadget\" in \"v1\" is served here");
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: a kind that came after the first look is found") {
  REQUIRE(cluster->create(context, config_map("a"), "test"));
  object::Kind gadget;
  gadget.group = "test.goldenpath.dev";
  gadget.version = "v1";
  gadget.kind = "Gadget";
  gadget.list_kind = "GadgetList";
  gadget.plural = "gadgets";
  gadget.singular = "gadget";
  there.kinds().add(std::move(gadget));

  Value document = contract::widget("g", 1);
  document.set("kind", "Gadget");
  CHECK(cluster->create(context, document, "test"));
}

TEST_CASE_FIXTURE(Fixture,
                  "remote cluster: a server without aggregated discovery is asked by group") {
  there.intercept = [](net::Request& request) -> std::optional<net::Response> {
    if (request.path == "/api" || request.path == "/apis")
      request.headers.set("Accept", "application/json");
    return std::nullopt;
  };
  CHECK(cluster->create(context, config_map("a"), "test"));
  const auto kind = cluster->discovery().of_resource(context, contract::kWidgets);
  REQUIRE(kind);
  CHECK(kind->subresources == std::vector<std::string>{"status"});
  CHECK(kind->path("shop", "w", "status") ==
        "/apis/test.goldenpath.dev/v1/namespaces/shop/widgets/w/status");
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: a list comes in pages and is whole") {
  RemoteOptions options = quick_options();
  options.page_objects = 7;
  cluster = connect(there.connection(), network, system_clock(), options);
  for (int i = 0; i < 30; ++i)
    REQUIRE(there.local->create(context, config_map(fmt::format("m{:02}", i)), "test"));
  intercept("/api/v1/namespaces/default/configmaps");

  const auto listed = cluster->list(context, contract::all_config_maps());

  REQUIRE(listed);
  CHECK(listed->objects.size() == 30);
  CHECK(listed->objects.back()->name() == "m29");
  CHECK(requests == 5);
}

TEST_CASE_FIXTURE(Fixture,
                  "remote cluster: a snapshot that is forgotten between pages is begun anew") {
  RemoteOptions options = quick_options();
  options.page_objects = 2;
  cluster = connect(there.connection(), network, system_clock(), options);
  for (const char* name : {"a", "b", "c"})
    REQUIRE(there.local->create(context, config_map(name), "test"));
  int pages = 0;
  there.intercept = [&](net::Request& request) -> std::optional<net::Response> {
    if (!request.query.contains("continue") || ++pages > 1) return std::nullopt;
    return expired();
  };

  const auto listed = cluster->list(context, contract::all_config_maps());

  REQUIRE(listed);
  CHECK(listed->objects.size() == 3);
  CHECK(pages == 2);
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: a caller's own pages are of one snapshot") {
  for (const char* name : {"a", "b", "c"})
    REQUIRE(cluster->create(context, config_map(name), "test"));
  ListOptions options = contract::all_config_maps();
  options.limit = 2;
  const auto first = cluster->list(context, options);
  REQUIRE(first);
  CHECK(first->has_more);
  CHECK(first->remaining == 1);
  REQUIRE(cluster->create(context, config_map("bb"), "test"));

  options.continue_after = "default/b";
  options.at = first->revision;
  const auto second = cluster->list(context, options);

  REQUIRE(second);
  REQUIRE(second->objects.size() == 1);
  CHECK(second->objects[0]->name() == "c");
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: a busy server is asked again, also for writes") {
  REQUIRE(cluster->discovery().all(context));
  intercept("/api/v1/namespaces/default/configmaps");
  for (int i = 0; i < 2; ++i) answers.push_back(busy());

  CHECK(cluster->create(context, config_map("a"), "test"));
  CHECK(requests == 3);
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: a server that stays busy is given up, in its words") {
  REQUIRE(cluster->discovery().all(context));
  intercept("/api/v1/namespaces/default/configmaps");
  for (int i = 0; i < 9; ++i) answers.push_back(busy());

  const auto read = cluster->get(context, config_map_key("a"));

  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::ResourceExhausted);
  CHECK(read.error().message == "the answer was 429 \"busy\"");
  CHECK(requests == 5);
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: a failed read is repeated, a failed write is not") {
  REQUIRE(cluster->discovery().all(context));
  REQUIRE(cluster->create(context, config_map("a"), "test"));
  intercept("/api/v1/namespaces/default/configmaps");
  answers.push_back(net::Response::text(502, "bad gateway"));
  CHECK(cluster->get(context, config_map_key("a")));
  CHECK(requests == 2);

  answers.push_back(net::Response::text(502, "bad gateway"));
  const auto written = cluster->create(context, config_map("b"), "test");
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Code::Unavailable);
  CHECK(requests == 3);
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: a watch behind forgotten history is Gone") {
  const auto first = cluster->create(context, config_map("a"), "test");
  REQUIRE(first);
  REQUIRE(cluster->create(context, config_map("b"), "test"));
  there.store->compact(there.store->revision());
  WatchOptions options;
  options.resource = "configmaps";
  options.after = (*first)->revision();

  auto watcher = cluster->watch(context, options);

  Error error = watcher ? Error() : watcher.error();
  if (watcher) {
    const contract::Wakes wakes;
    (*watcher)->on_ready(contract::Wakes(wakes).counter());
    std::vector<Event> events;
    Result<> polled;
    for (int seen = 0; polled; seen = wakes.count()) {
      polled = (*watcher)->poll(events, 10);
      if (polled) REQUIRE(wakes.wait_beyond(seen));
    }
    error = polled.error();
  }
  CHECK(error.code == Code::Gone);
}

TEST_CASE_FIXTURE(Fixture,
                  "remote cluster: a resource version of a future is Gone, not waited for") {
  WatchOptions options;
  options.resource = "configmaps";
  options.after = 1'000'000;
  const auto watcher = cluster->watch(context, options);
  REQUIRE_FALSE(watcher);
  CHECK(watcher.error().code == Code::Gone);
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: refusals are the server's words") {
  there.add_token("bob-token", {"bob", {}, {"system:authenticated"}, {}});
  auto bob = connect(there.connection("bob-token"), network, system_clock(), quick_options());
  const auto read = bob->get(context, config_map_key("a"));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::Forbidden);
  CHECK(read.error().message ==
        "configmaps \"a\" is forbidden: User \"bob\" cannot get resource \"configmaps\" in API "
        "group \"\" in the namespace \"default\"");

  auto nobody = connect(there.connection("wrong"), network, system_clock(), quick_options());
  const auto refused = nobody->get(context, config_map_key("a"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::Unauthenticated);
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: it can act as somebody else") {
  kubeconfig::Connection as_bob = there.connection();
  as_bob.user.impersonate = "bob";
  as_bob.user.impersonate_groups = {"dev"};
  auto bob = connect(as_bob, network, system_clock(), quick_options());
  const auto read = bob->get(context, config_map_key("a"));
  REQUIRE_FALSE(read);
  CHECK(read.error().message.contains("User \"bob\""));
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: what one applies is owned, by force") {
  REQUIRE(cluster->create(context, config_map("a"), "somebody"));
  const Value wanted = Value::object({{"apiVersion", "v1"},
                                      {"kind", "ConfigMap"},
                                      {"metadata", Value::object({{"name", "a"}})},
                                      {"data", Value::object({{"text", "mine"}})}});
  const auto applied =
      cluster->patch(context, config_map_key("a"), PatchType::Apply, wanted, "goldenpath-gitops");
  REQUIRE(applied);
  CHECK((*applied)->parse()["data"]["text"].text() == "mine");
}

TEST_CASE_FIXTURE(Fixture, "remote cluster: nobody there is said with the cluster's name") {
  there.stop();
  const auto read = cluster->get(context, config_map_key("a"));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::Unavailable);
  CHECK(read.error().message ==
        fmt::format("cluster \"there\": GET https://127.0.0.1:{}/api: connection refused",
                    there.port()));
}

TEST_CASE("token bucket: a burst is free, the rest waits its turn") {
  FakeClock clock;
  TokenBucket bucket(10, 3);
  const Context context(clock);
  for (int i = 0; i < 3; ++i) REQUIRE(bucket.take(context));
  CHECK(clock.pending_timers() == 0);

  std::atomic<bool> is_through = false;
  std::thread waiter([&] { is_through = bucket.take(context).has_value(); });
  while (clock.pending_timers() == 0) std::this_thread::yield();
  CHECK_FALSE(is_through);
  clock.advance(100ms);
  waiter.join();
  CHECK(is_through);
}

}  // namespace
}  // namespace gp::cluster
