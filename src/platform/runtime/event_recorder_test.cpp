#include "platform/runtime/event_recorder.hpp"

#include <doctest/doctest.h>

#include "platform/cluster/fake.hpp"

namespace gp::runtime {
namespace {

using namespace std::chrono_literals;

struct Fixture {
  FakeClock clock;
  SeededRandom random{3};
  cluster::FakeCluster cluster{clock, random};
  EventRecorder recorder{cluster, clock};
  Value about =
      cluster
          .put(Value::object({{"apiVersion", "v1"},
                              {"kind", "Secret"},
                              {"metadata", Value::object({{"name", "s"}, {"namespace", "shop"}})}}))
          ->parse();

  void say(std::string message, std::string reason = "Failed") {
    recorder.record(about, "goldenpath-test", {"Warning", std::move(reason), std::move(message)});
  }
  std::vector<Value> events() const {
    std::vector<Value> all;
    for (const auto& object : cluster.all("events")) all.push_back(object->parse());
    return all;
  }
};

TEST_CASE_FIXTURE(Fixture, "events: name what they are about, who says it and when") {
  say("no store");

  REQUIRE(events().size() == 1);
  const Value event = events()[0];
  CHECK(event["metadata"]["namespace"].text() == "shop");
  CHECK(event["metadata"]["name"].text().starts_with("s."));
  CHECK(event["involvedObject"]["kind"].text() == "Secret");
  CHECK(event["involvedObject"]["uid"] == about["metadata"]["uid"]);
  CHECK(event["type"].text() == "Warning");
  CHECK(event["reason"].text() == "Failed");
  CHECK(event["count"].integer() == 1);
  CHECK(event["firstTimestamp"].text() == "2023-11-14T22:13:20Z");
  CHECK(event["reportingComponent"].text() == "goldenpath-test");
  CHECK(event["source"]["component"].text() == "goldenpath-test");
}

TEST_CASE_FIXTURE(Fixture, "events: the same words are counted, also by another process") {
  say("no store");
  clock.advance(1min);
  EventRecorder restarted(cluster, clock);
  restarted.record(about, "goldenpath-test", {"Warning", "Failed", "no store"});

  REQUIRE(events().size() == 1);
  CHECK(events()[0]["count"].integer() == 2);
  CHECK(events()[0]["firstTimestamp"].text() == "2023-11-14T22:13:20Z");
  CHECK(events()[0]["lastTimestamp"].text() == "2023-11-14T22:14:20Z");
}

TEST_CASE_FIXTURE(Fixture,
                  "events: after ten different messages the rest is combined, for a while") {
  for (int i = 0; i < 30; ++i) say(fmt::format("attempt {} failed", i));
  CHECK(events().size() == 11);
  const auto all = events();
  const auto combined = std::ranges::find_if(all, [](const Value& event) {
    return event["message"].text() == "(combined from similar events): attempt 29 failed";
  });
  REQUIRE(combined != all.end());
  CHECK((*combined)["count"].integer() == 20);

  clock.advance(11min);
  say("attempt 31 failed");
  CHECK(events().size() == 12);
}

TEST_CASE_FIXTURE(
    Fixture, "events: about cluster-wide things live in namespace default, under a lawful name") {
  about = Value::object({{"apiVersion", "rbac.authorization.k8s.io/v1"},
                         {"kind", "ClusterRole"},
                         {"metadata", Value::object({{"name", "system:Node"}, {"uid", "u"}})}});
  say("odd");

  REQUIRE(events().size() == 1);
  CHECK(events()[0]["metadata"]["namespace"].text() == "default");
  CHECK(events()[0]["metadata"]["name"].text().starts_with("system-node."));
}

TEST_CASE_FIXTURE(Fixture,
                  "events: a refused one is no error, and a crossing write is tried again") {
  cluster.fail_next_writes(1, forbidden("namespace shop is being terminated"));
  say("lost");
  CHECK(events().empty());

  say("kept");
  cluster.conflict_next_writes(1);
  say("kept");
  REQUIRE(events().size() == 1);
  CHECK(events()[0]["count"].integer() == 2);
}

}  // namespace
}  // namespace gp::runtime
