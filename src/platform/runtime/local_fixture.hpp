#pragma once
// For tests: a whole local cluster in memory, with fake time, as app/ puts it together. Features
// mount into it.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "platform/cluster/local.hpp"
#include "platform/runtime/mount.hpp"

namespace gp::runtime {

struct LocalFixture {
  FakeClock clock;
  SeededRandom random{5};
  object::KindRegistry kinds;
  std::unique_ptr<store::Store> store = open_store();
  api::Verbs verbs{*store, kinds, clock, random};
  cluster::LocalCluster cluster{verbs};
  Manager manager{cluster, clock, random};
  Parts parts{clock};
  web::Router router;
  const Context context{clock};

  LocalFixture() {
    object::add_builtin_kinds(kinds);
    object::Kind widget;
    widget.group = "test.goldenpath.dev";
    widget.version = "v1";
    widget.kind = "Widget";
    widget.list_kind = "WidgetList";
    widget.plural = "widgets";
    widget.singular = "widget";
    widget.has_status = true;
    kinds.add(std::move(widget));
  }

  Mount mount(const config::Platform* platform = nullptr) {
    return {kinds, cluster, manager, parts, router, platform, clock, random, {}};
  }
  void start() {
    REQUIRE(manager.start());
    quiet();
  }
  void quiet() { REQUIRE(manager.wait_quiet(std::chrono::seconds(60))); }

  // A document of kind `kind` in core/v1, in namespace `ns` unless that is empty.
  static Value core(std::string_view kind, std::string_view ns, std::string_view name) {
    Value metadata = Value::object({{"name", name}});
    if (!ns.empty()) metadata.set("namespace", ns);
    return Value::object({{"apiVersion", "v1"}, {"kind", kind}, {"metadata", std::move(metadata)}});
  }
  Value create(const Value& document) {
    const auto created = cluster.create(context, document, "test");
    if (!created) FAIL(created.error().to_string());
    return (*created)->parse();
  }
  // Null when it is not there.
  Value read(std::string_view resource, std::string_view ns, std::string_view name) const {
    const auto object = store->get(resource, ns, name);
    return object ? object->parse() : Value();
  }
  bool exists(std::string_view resource, std::string_view ns, std::string_view name) const {
    return static_cast<bool>(store->get(resource, ns, name));
  }
  void remove(std::string_view resource, std::string_view ns, std::string_view name,
              api::DeleteOptions::Propagation propagation = {}) {
    api::DeleteOptions options;
    options.caller = api::Caller::system("test");
    options.propagation = propagation;
    const auto removed = cluster.remove(
        context, {std::string(resource), std::string(ns), std::string(name)}, options);
    if (!removed) FAIL(removed.error().to_string());
  }
  void merge(std::string_view resource, std::string_view ns, std::string_view name,
             const Value& patch) {
    const auto patched =
        cluster.patch(context, {std::string(resource), std::string(ns), std::string(name)},
                      api::PatchType::Merge, patch, "test");
    if (!patched) FAIL(patched.error().to_string());
  }
  std::vector<Value> all(std::string_view resource) const {
    store::ListOptions options;
    options.resource = resource;
    std::vector<Value> documents;
    for (const auto& object : store->list(options)->objects) documents.push_back(object->parse());
    return documents;
  }

 private:
  std::unique_ptr<store::Store> open_store() {
    store::StoreOptions options;
    options.path = ":memory:";
    options.selectable_fields = [this](std::string_view resource) {
      const auto kind = kinds.find_resource(resource);
      return kind ? kind->selectable_fields : std::vector<std::string>();
    };
    auto opened = store::Store::open(std::move(options), clock);
    REQUIRE(opened);
    return std::move(*opened);
  }
};

}  // namespace gp::runtime
