#pragma once
// For tests: a local cluster with the workload controllers, and a pretended node that tests drive
// by hand.

#include "base/yaml.hpp"
#include "feature/workloads/workloads.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::workloads {

struct WorkloadsFixture : runtime::LocalFixture {
  WorkloadsFixture() {
    create(core("Namespace", "", "shop"));
    auto mounted = runtime::LocalFixture::mount();
    workloads::mount(mounted, {});
    start();
  }
  ~WorkloadsFixture() { manager.stop(); }

  Value apply(std::string_view text) {
    const auto document = parse_yaml(text);
    if (!document) FAIL(document.error().to_string());
    const Value created = create(*document);
    quiet();
    return created;
  }
  Value read_in_shop(std::string_view resource, std::string_view name) const {
    return read(resource, "shop", name);
  }
  std::vector<Value> pods() const { return all("pods"); }
  // What a node would write.
  void set_status(const Value& pod, std::string_view phase, bool is_ready) {
    const Value ready = Value::object({{"type", "Ready"},
                                       {"status", is_ready ? "True" : "False"},
                                       {"lastTransitionTime", format_time(clock.now())}});
    const Value patch = Value::object(
        {{"status", Value::object({{"phase", phase}, {"conditions", Value::array({ready})}})}});
    const auto written = cluster.patch(
        context, {"pods", pod["metadata"]["namespace"].string(), pod["metadata"]["name"].string()},
        api::PatchType::Merge, patch, "kubelet", "status");
    if (!written) FAIL(written.error().to_string());
  }
  void run_all() {  // every pod that is not ready becomes it
    for (int turn = 0; turn < 20; ++turn) {
      bool has_changed = false;
      for (const Value& pod : pods()) {
        if (pod["status"]["phase"].text() != "Pending") continue;
        set_status(pod, "Running", true);
        has_changed = true;
      }
      quiet();
      if (!has_changed) return;
    }
  }
  static Value condition(const Value& object, std::string_view type) {
    for (const Value& known : object["status"]["conditions"].items()) {
      if (known["type"].text() == type) return known;
    }
    return {};
  }
  bool has_event(std::string_view reason, std::string_view message) const {
    const auto events = all("events");
    return std::ranges::any_of(events, [&](const Value& event) {
      return event["reason"].text() == reason &&
             event["message"].text().find(message) != std::string_view::npos;
    });
  }
  void patch(std::string_view resource, std::string_view name, std::string_view yaml) {
    const auto document = parse_yaml(yaml);
    if (!document) FAIL(document.error().to_string());
    merge(resource, "shop", name, *document);
    quiet();
  }
};

}  // namespace gp::workloads
