#include "feature/lifecycle/garbage_collector.hpp"

#include <doctest/doctest.h>

#include "feature/lifecycle/lifecycle.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::lifecycle {
namespace {

using namespace std::chrono_literals;
using Propagation = api::DeleteOptions::Propagation;

Value reference(const Value& owner, bool blocks = false) {
  Value value = Value::object({{"apiVersion", owner["apiVersion"]},
                               {"kind", owner["kind"]},
                               {"name", owner["metadata"]["name"]},
                               {"uid", owner["metadata"]["uid"]}});
  if (blocks) value.set("blockOwnerDeletion", true);
  return value;
}

struct Fixture : runtime::LocalFixture {
  Fixture() {
    auto mounted = mount();
    REQUIRE(lifecycle::mount(mounted, verbs, {}));
    create(core("Namespace", "", "shop"));
  }

  Value add(std::string_view name, std::vector<Value> owners = {}, std::string_view ns = "shop") {
    Value document = core("ConfigMap", ns, name);
    if (!owners.empty()) {
      Value references = Value::array();
      for (Value& owner : owners) references.push_back(std::move(owner));
      document.edit("metadata").set("ownerReferences", std::move(references));
    }
    return create(document);
  }
  Value get(std::string_view name) const { return read("configmaps", "shop", name); }
  void drop(std::string_view name, Propagation propagation = Propagation::Default) {
    remove("configmaps", "shop", name, propagation);
  }
  void hold(std::string_view name) {
    merge("configmaps", "shop", name, finalizers(Value::array({"example.com/hold"})));
  }
  void release(std::string_view name) { merge("configmaps", "shop", name, finalizers(nullptr)); }

 private:
  static Value finalizers(Value list) {
    return Value::object({{"metadata", Value::object({{"finalizers", std::move(list)}})}});
  }
};

TEST_CASE_FIXTURE(Fixture,
                  "garbage collector: dependents go with their owner, and theirs with them") {
  start();
  const Value owner = add("owner");
  const Value child = add("child", {reference(owner)});
  add("grandchild", {reference(child)});
  add("stranger");
  quiet();

  drop("owner");
  quiet();
  CHECK(get("child").is_null());
  CHECK(get("grandchild").is_null());
  CHECK_FALSE(get("stranger").is_null());
}

TEST_CASE_FIXTURE(Fixture,
                  "garbage collector: what lost its owner while nobody watched goes at start") {
  const Value owner = add("owner");
  add("child", {reference(owner)});
  drop("owner");
  CHECK_FALSE(get("child").is_null());

  start();
  CHECK(get("child").is_null());
}

TEST_CASE_FIXTURE(Fixture, "garbage collector: a new owner of the same name is another one") {
  start();
  const Value owner = add("owner");
  drop("owner");
  add("owner");
  add("late", {reference(owner)});
  quiet();
  CHECK(get("late").is_null());
}

TEST_CASE_FIXTURE(Fixture,
                  "garbage collector: with another living owner only the reference is struck") {
  start();
  const Value first = add("first");
  const Value second = add("second");
  add("child", {reference(first), reference(second)});
  quiet();

  drop("first");
  quiet();
  REQUIRE(get("child")["metadata"]["ownerReferences"].size() == 1);
  CHECK(get("child")["metadata"]["ownerReferences"].at(0)["name"].text() == "second");

  drop("second");
  quiet();
  CHECK(get("child").is_null());
}

TEST_CASE_FIXTURE(Fixture, "garbage collector: orphans lose the reference and stay") {
  start();
  const Value owner = add("owner");
  add("child", {reference(owner)});
  quiet();

  drop("owner", Propagation::Orphan);
  quiet();
  CHECK(get("owner").is_null());
  REQUIRE_FALSE(get("child").is_null());
  CHECK(get("child")["metadata"]["ownerReferences"].is_null());
  CHECK(get("child")["metadata"]["deletionTimestamp"].is_null());
}

TEST_CASE_FIXTURE(
    Fixture, "garbage collector: in the foreground the owner waits for dependents that block it") {
  start();
  const Value owner = add("owner");
  add("child", {reference(owner, true)});
  add("other", {reference(owner)});
  hold("child");
  hold("other");
  quiet();

  drop("owner", Propagation::Foreground);
  quiet();
  CHECK_FALSE(get("owner").is_null());
  CHECK_FALSE(get("child")["metadata"]["deletionTimestamp"].is_null());
  CHECK_FALSE(get("other")["metadata"]["deletionTimestamp"].is_null());

  release("child");
  quiet();
  CHECK(get("owner").is_null());  // "other" does not block it
  CHECK_FALSE(get("other").is_null());
}

TEST_CASE_FIXTURE(Fixture, "garbage collector: foreground goes from the leaves to the root") {
  start();
  const Value root = add("root");
  const Value middle = add("middle", {reference(root, true)});
  add("leaf", {reference(middle, true)});
  hold("leaf");
  quiet();

  drop("root", Propagation::Foreground);
  quiet();
  CHECK_FALSE(get("root").is_null());
  CHECK_FALSE(get("middle").is_null());
  CHECK(get("middle")["metadata"]["finalizers"] == Value::array({"foregroundDeletion"}));

  release("leaf");
  quiet();
  for (const char* name : {"leaf", "middle", "root"}) CHECK(get(name).is_null());
}

TEST_CASE_FIXTURE(Fixture,
                  "garbage collector: owners in a circle do not wait for each other for ever") {
  start();
  const Value first = add("first");
  const Value second = add("second", {reference(first, true)});
  merge("configmaps", "shop", "first",
        Value::object({{"metadata", Value::object({{"ownerReferences",
                                                    Value::array({reference(second, true)})}})}}));
  quiet();

  drop("first", Propagation::Foreground);
  quiet();
  CHECK(get("first").is_null());
  CHECK(get("second").is_null());
}

TEST_CASE_FIXTURE(
    Fixture, "garbage collector: an owner in another namespace does not count, and that is told") {
  start();
  create(core("Namespace", "", "other"));
  const Value owner = add("owner", {}, "other");
  add("child", {reference(owner)});
  quiet();

  CHECK(get("child").is_null());
  const auto events = all("events");
  const auto told = std::ranges::find_if(events, [](const Value& event) {
    return event["reason"].text() == "OwnerRefInvalidNamespace";
  });
  REQUIRE(told != events.end());
  CHECK((*told)["involvedObject"]["name"].text() == "child");
  CHECK((*told)["message"].text() ==
        fmt::format("ownerRef [v1/ConfigMap, namespace: shop, name: owner, uid: {}] does not exist "
                    "in namespace \"shop\"",
                    owner["metadata"]["uid"].text()));
}

TEST_CASE_FIXTURE(
    Fixture,
    "garbage collector: a cluster-wide object cannot belong to a namespaced one, and stays") {
  start();
  const Value owner = add("owner");
  Value ns = core("Namespace", "", "owned");
  ns.edit("metadata").set("ownerReferences", Value::array({reference(owner)}));
  create(ns);
  quiet();
  drop("owner");
  quiet();
  CHECK(exists("namespaces", "", "owned"));
}

TEST_CASE_FIXTURE(Fixture, "garbage collector: an owner whose kind nobody serves is left alone") {
  start();
  add("child", {Value::object({{"apiVersion", "unknown.example/v1"},
                               {"kind", "Thing"},
                               {"name", "t"},
                               {"uid", "0b4bd1c6-6e6e-4a3e-9d0a-6f0d3a4bfa11"}})});
  quiet();
  CHECK_FALSE(get("child").is_null());
}

TEST_CASE_FIXTURE(Fixture, "garbage collector: hundreds of dependents go together") {
  start();
  const Value owner = add("owner");
  for (int i = 0; i < 200; ++i) add(fmt::format("child-{}", i), {reference(owner, i % 2 == 0)});
  quiet();
  drop("owner", Propagation::Foreground);
  quiet();
  CHECK(store
            ->dependents([&] {
              Uuid uid{};
              parse_uuid(owner["metadata"]["uid"].text(), uid);
              return uid;
            }())
            .empty());
  CHECK(get("owner").is_null());
}

}  // namespace
}  // namespace gp::lifecycle
