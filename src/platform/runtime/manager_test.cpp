#include "platform/runtime/manager.hpp"

#include <doctest/doctest.h>

#include "platform/cluster/fake.hpp"

namespace gp::runtime {
namespace {

using namespace std::chrono_literals;
using object::Key;

const Key kKey{"widgets.test.goldenpath.dev", "shop", "w"};

Value widget(int size) {
  return Value::object({{"apiVersion", "test.goldenpath.dev/v1"},
                        {"kind", "Widget"},
                        {"metadata", Value::object({{"name", "w"}, {"namespace", "shop"}})},
                        {"spec", Value::object({{"size", size}})}});
}

// A controller that does what the test says.
struct Script : Controller {
  std::function<Result<Next>(Reconcile&)> action = [](Reconcile&) { return Next::done(); };
  std::vector<Key> deleted;

  Result<Next> reconcile(Reconcile& run) override { return action(run); }
  Result<> reconcile_deleted(const Context&, cluster::Cluster&, const Key& key) override {
    deleted.push_back(key);
    return {};
  }
};

struct Fixture {
  FakeClock clock;
  SeededRandom random{3};
  cluster::FakeCluster cluster{clock, random};
  Manager manager{cluster, clock, random};
  ControllerOptions options;
  std::unique_ptr<Script> owned = std::make_unique<Script>();
  Script& script = *owned;

  Fixture() {
    options.name = "widgets";
    options.resource = kKey.resource;
  }
  void start() {
    manager.add(options, std::move(owned));
    REQUIRE(manager.start());
    quiet();
  }
  void quiet() { REQUIRE(manager.wait_quiet(30s)); }
  std::uint64_t reconciles() const { return manager.stats().at(0).reconciles; }

  Value read(const Key& key = kKey) const {
    const auto object = cluster.peek(key);
    return object ? object->parse() : Value();
  }
  Value condition(std::string_view type) const {
    const Value document = read();
    for (const Value& item : document["status"]["conditions"].items()) {
      if (item["type"].text() == type) return item;
    }
    return {};
  }
  std::vector<Value> events() const {
    std::vector<Value> all;
    for (const auto& object : cluster.all("events")) all.push_back(object->parse());
    return all;
  }
  void annotate(std::string_view name, Value value) {
    const Value patch = Value::object(
        {{"metadata",
          Value::object({{"annotations", Value::object({{name, std::move(value)}})}})}});
    REQUIRE(cluster.patch(Context(clock), kKey, cluster::PatchType::Merge, patch, "test"));
  }
};

TEST_CASE_FIXTURE(Fixture,
                  "manager: what exists and what changes is reconciled, and reported Ready") {
  cluster.put(widget(1));
  start();
  CHECK(reconciles() == 1);
  CHECK(condition("Ready")["status"].text() == "True");
  CHECK(condition("Ready")["reason"].text() == "Reconciled");
  CHECK(read()["status"]["observedGeneration"].integer() == 1);

  REQUIRE(cluster.update(Context(clock), widget(2), "test"));
  quiet();
  CHECK(reconciles() == 2);  // its own status writes do not wake it
  CHECK(read()["status"]["observedGeneration"].integer() == 2);
}

TEST_CASE_FIXTURE(Fixture,
                  "manager: status is written once a reconcile, and only when it changed") {
  script.action = [](Reconcile& run) {
    run.status("size", run.document()["spec"]["size"]);
    run.condition("Checked", "True", "Fine", "");
    return Next::done();
  };
  cluster.put(widget(1));
  start();
  const std::size_t writes = cluster.writes();
  CHECK(writes == 2);
  CHECK(read()["status"]["size"].integer() == 1);

  manager.enqueue("widgets", kKey);
  quiet();
  CHECK(reconciles() == 2);
  CHECK(cluster.writes() == writes);
}

TEST_CASE_FIXTURE(Fixture,
                  "manager: an error is told in Ready and an event, and tried again with backoff") {
  std::atomic<bool> is_broken = true;
  script.action = [&](Reconcile&) -> Result<Next> {
    if (!is_broken) return Next::done();
    return fail(not_found("SecretStore \"aws\" does not exist").with_hint("create it"));
  };
  cluster.put(widget(1));
  start();
  CHECK(reconciles() == 1);
  CHECK(condition("Ready")["status"].text() == "False");
  CHECK(condition("Ready")["reason"].text() == "NotFound");
  CHECK(condition("Ready")["message"].text() == "SecretStore \"aws\" does not exist (create it)");
  REQUIRE(events().size() == 1);
  CHECK(events()[0]["type"].text() == "Warning");
  CHECK(events()[0]["message"].text() == "SecretStore \"aws\" does not exist (create it)");

  clock.advance(50ms);
  quiet();
  clock.advance(100ms);
  quiet();
  CHECK(reconciles() == 3);
  CHECK(manager.stats().at(0).errors == 3);
  CHECK(events().size() == 1);
  CHECK(events()[0]["count"].integer() == 3);

  is_broken = false;
  clock.advance(200ms);
  quiet();
  CHECK(condition("Ready")["status"].text() == "True");
  clock.advance(1h);
  quiet();
  CHECK(reconciles() == 4);
}

TEST_CASE_FIXTURE(Fixture, "manager: Next::in comes again at that time and not before") {
  script.action = [](Reconcile&) { return Next::in(1h); };
  cluster.put(widget(1));
  start();

  clock.advance(59min);
  quiet();
  CHECK(reconciles() == 1);
  clock.advance(1min);
  quiet();
  CHECK(reconciles() == 2);
}

TEST_CASE_FIXTURE(Fixture, "manager: a status that others wrote meanwhile is kept") {
  script.action = [&](Reconcile&) {
    Value document = read();
    document.set("status", Value::object({{"theirs", 1}}));
    cluster.put(document);
    return Next::done();
  };
  cluster.put(widget(1));
  manager.add(options, std::move(owned));
  script.action = [&, action = script.action, has_run = false](Reconcile& run) mutable {
    return std::exchange(has_run, true) ? Next::done() : *action(run);
  };
  REQUIRE(manager.start());
  quiet();

  CHECK(read()["status"]["theirs"].integer() == 1);
  CHECK(condition("Ready")["status"].text() == "True");
}

TEST_CASE_FIXTURE(Fixture, "manager: status writes survive lost compare-and-sets") {
  start();
  cluster.conflict_next_writes(2);
  cluster.put(widget(1));
  quiet();
  CHECK(condition("Ready")["status"].text() == "True");
}

TEST_CASE_FIXTURE(Fixture, "manager: a status that cannot be written is tried again") {
  cluster.put(widget(1));
  cluster.fail_next_writes(1, unavailable("disk full"));
  start();
  CHECK(read()["status"].is_null());

  clock.advance(50ms);
  quiet();
  CHECK(condition("Ready")["status"].text() == "True");
}

TEST_CASE_FIXTURE(Fixture, "manager: a lost compare-and-set is no error, only another turn") {
  std::atomic<int> turns = 0;
  script.action = [&](Reconcile&) -> Result<Next> {
    if (turns++ == 0) return fail(conflict("modified"));
    return Next::done();
  };
  cluster.put(widget(1));
  start();
  CHECK(read()["status"].is_null());
  CHECK(events().empty());

  clock.advance(50ms);
  quiet();
  CHECK(condition("Ready")["status"].text() == "True");
  CHECK(manager.stats().at(0).errors == 0);
}

TEST_CASE_FIXTURE(Fixture, "manager: an exception stays within its reconcile") {
  script.action = [](Reconcile&) -> Result<Next> { throw std::runtime_error("bad library"); };
  cluster.put(widget(1));
  start();

  CHECK(condition("Ready")["reason"].text() == "Internal");
  CHECK(condition("Ready")["message"].text().find("bad library") != std::string_view::npos);
}

TEST_CASE_FIXTURE(Fixture,
                  "manager: a suspended object is left alone and says so until it is resumed") {
  cluster.put(widget(1));
  start();
  annotate(kSuspendAnnotation, "true");
  quiet();
  REQUIRE(cluster.update(
      Context(clock),
      [] {
        Value document = widget(2);
        document.edit("metadata").set("annotations", Value::object({{kSuspendAnnotation, "true"}}));
        return document;
      }(),
      "test"));
  quiet();
  CHECK(reconciles() == 1);
  CHECK(condition("Suspended")["status"].text() == "True");
  CHECK(read()["status"]["observedGeneration"].integer() == 1);

  annotate(kSuspendAnnotation, nullptr);
  quiet();
  CHECK(reconciles() == 2);
  CHECK(condition("Suspended")["status"].text() == "False");
  CHECK(read()["status"]["observedGeneration"].integer() == 2);
}

TEST_CASE_FIXTURE(
    Fixture, "manager: the finalizer is put on, finalize runs at deletion, then it is taken off") {
  std::atomic<int> finalized = 0;
  std::atomic<bool> is_clean = false;
  options.finalizer = "goldenpath.dev/widgets";
  options.finalize = [&](Reconcile& run) -> Result<Next> {
    ++finalized;
    run.condition("Cleaning", "True", "InProgress", "removing 2 roles");
    if (!is_clean) return Next::in(5s);
    return Next::done();
  };
  cluster.put(widget(1));
  start();
  CHECK(read()["metadata"]["finalizers"] == Value::array({"goldenpath.dev/widgets"}));

  REQUIRE(cluster.remove(Context(clock), kKey, {}));
  quiet();
  CHECK(finalized == 1);
  CHECK(condition("Cleaning")["message"].text() == "removing 2 roles");

  is_clean = true;
  clock.advance(5s);
  quiet();
  CHECK(finalized == 2);
  CHECK(read().is_null());
}

TEST_CASE_FIXTURE(Fixture,
                  "manager: deleting waits for finalize to succeed, and says why it does not") {
  options.finalizer = "goldenpath.dev/widgets";
  options.finalize = [](Reconcile&) -> Result<Next> {
    return fail(unavailable("database is down"));
  };
  cluster.put(widget(1));
  start();

  REQUIRE(cluster.remove(Context(clock), kKey, {}));
  quiet();
  CHECK(condition("Ready")["message"].text() == "database is down");
  CHECK(read()["metadata"]["finalizers"].size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "manager: other resources wake the keys they map to") {
  options.watches.push_back({"secrets",
                             [](const store::Event& event) {
                               return std::vector{Key{kKey.resource,
                                                      std::string(event.object->ns()),
                                                      std::string(event.object->name())}};
                             },
                             {}});
  cluster.put(widget(1));
  start();
  cluster.put(Value::object({{"apiVersion", "v1"},
                             {"kind", "Secret"},
                             {"metadata", Value::object({{"name", "w"}, {"namespace", "shop"}})}}));
  quiet();
  CHECK(reconciles() == 2);
}

TEST_CASE_FIXTURE(Fixture, "manager: deletions reach only controllers that ask for them") {
  options.sees_deleted = true;
  cluster.put(widget(1));
  start();
  cluster.erase(kKey);
  quiet();
  CHECK(script.deleted == std::vector{kKey});
}

TEST_CASE_FIXTURE(Fixture,
                  "manager: without a primary resource, keys of any kind come from the stream") {
  std::mutex mutex;
  std::vector<std::string> seen;
  script.action = [&](Reconcile& run) {
    const std::lock_guard lock(mutex);
    seen.push_back(run.key().resource);
    return Next::done();
  };
  options.resource.clear();
  options.reports_ready = false;
  options.watches.push_back(
      {"", [](const store::Event& event) { return std::vector{event.object->key()}; },
       [] { return std::vector{kKey}; }});
  cluster.put(widget(1));
  start();
  cluster.put(Value::object({{"apiVersion", "v1"},
                             {"kind", "Secret"},
                             {"metadata", Value::object({{"name", "s"}, {"namespace", "shop"}})}}));
  quiet();
  CHECK(seen == std::vector<std::string>{kKey.resource, "secrets"});
}

TEST_CASE_FIXTURE(Fixture,
                  "manager: a resource that nobody serves yet delays only its own controller") {
  cluster.fail_next_lists(1, not_found("no resource \"widgets\" is served here"));
  cluster.put(widget(1));
  manager.add(options, std::move(owned));
  REQUIRE(manager.start());
  CHECK(reconciles() == 0);

  clock.advance(1s);
  while (reconciles() == 0) std::this_thread::yield();
  quiet();
  CHECK(condition("Ready")["status"].text() == "True");
}

TEST_CASE_FIXTURE(Fixture, "manager: stopping interrupts who waits and drops what is queued") {
  std::atomic<bool> is_running = false;
  script.action = [&](Reconcile& run) -> Result<Next> {
    is_running = true;
    while (!run.context().is_done()) std::this_thread::yield();
    return fail(cancelled("stopped while waiting"));
  };
  cluster.put(widget(1));
  manager.add(options, std::move(owned));
  REQUIRE(manager.start());
  while (!is_running) std::this_thread::yield();
  manager.stop();

  CHECK(manager.stats().at(0).running == 0);
  CHECK(events().empty());
}

TEST_CASE_FIXTURE(Fixture, "manager: a controller that comes later joins in") {
  start();
  auto late = std::make_unique<Script>();
  std::atomic<int> runs = 0;
  late->action = [&](Reconcile&) {
    ++runs;
    return Next::done();
  };
  cluster.put(widget(1));
  quiet();
  options.name = "late";
  manager.add(options, std::move(late));
  while (runs == 0) std::this_thread::yield();
  quiet();
  CHECK(manager.stats().size() == 2);
}

}  // namespace
}  // namespace gp::runtime
