#pragma once
// A catalog in memory for tests: sources as text, processed until nothing is left to do.

#include "feature/catalog/memory_source.hpp"
#include "feature/catalog/state.hpp"

namespace gp::catalog {

struct StateFixture {
  MemorySource source;
  SeededRandom random{7};
  State state{random};
  Rules rules;
  std::map<std::string, Value> visible;  // by ref, as stitched so far

  static std::string component(std::string_view name, std::string_view spec = "",
                               std::string_view metadata = "") {
    return fmt::format(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {}{}}}\n"
        "spec: {{type: service, lifecycle: p, owner: o{}}}\n---\n",
        name, metadata, spec);
  }
  static std::string location(std::string_view name, std::string_view targets) {
    return fmt::format(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: {}}}\n"
        "spec: {{targets: [{}]}}\n---\n",
        name, targets);
  }

  RefId add(const std::string& target) {
    const LocationRef ref{"file", target};
    return state.add_root(ref, "root-" + target.substr(target.rfind('/') + 1));
  }
  // Everything that is due, then the visible changes.
  std::vector<Change> settle() {
    const Processor processor(source, rules);
    for (bool found = true; found;) {
      found = false;
      for (const bool is_remote : {false, true}) {
        while (const auto work = state.take(is_remote)) {
          state.complete(*work, processor.process(work->entity));
          found = true;
        }
      }
    }
    auto changes = state.stitch();
    for (const Change& change : changes) {
      if (change.entity.is_null())
        visible.erase(change.ref);
      else
        visible.insert_or_assign(change.ref, change.entity);
    }
    return changes;
  }
  void reread(const std::string& path) {
    state.refresh_reading([&](const LocationRef& read) { return read.target == path; });
  }
  std::vector<std::string> refs() const {
    std::vector<std::string> out;
    for (const auto& [ref, entity] : visible) {
      if (ref.find("/root-") == std::string::npos) out.push_back(ref);
    }
    return out;
  }
  std::vector<std::string> relations(const std::string& ref) const {
    std::vector<std::string> out;
    const auto found = visible.find(ref);
    if (found == visible.end()) return out;
    for (const Value& relation : found->second["relations"].items()) {
      out.push_back(relation["type"].string() + " " + relation["targetRef"].string());
    }
    return out;
  }
};

}  // namespace gp::catalog
