#include "engine/template/cycles.hpp"

#include <unordered_map>

namespace gp::tmpl {

// Trial deletion: a body whose references all come from inside the graph, and that nothing with an
// outside reference reaches, is garbage.
class CycleCollector {
 public:
  void run(std::vector<Val> changed) {
    for (const Val& map : changed) {
      visit(map);
      // Our own hold counts as one from inside, so that it does not keep the map alive.
      ++nodes_.at(body_of(map)).inside;
    }
    count_inside_references();
    keep_what_is_held_outside();
    empty_the_rest();
  }

 private:
  struct Node {
    Val value;                 // holds the body while we work
    std::uint32_t inside = 1;  // references from inside the graph; `value` is the first
    bool kept = false;
  };

  static Body* body_of(const Val& value) { return value.as_.body; }
  static bool is_container(const Val& value) {
    return value.is_map() || (value.is_slice() && value.counted_ && !value.is_bytes());
  }

  template <typename Action>
  static void each_child(const Val& container, const Action& action) {
    if (container.is_map()) {
      for (const Map::Entry& entry : container.map().entries())
        if (is_container(entry.value)) action(entry.value);
      return;
    }
    for (const Val& item : container.items())
      if (is_container(item)) action(item);
  }

  void visit(const Val& value) {
    if (!nodes_.try_emplace(body_of(value), Node{value}).second) return;
    pending_.push_back(body_of(value));
    while (!pending_.empty()) {
      const Val container = nodes_.at(pop()).value;
      each_child(container, [this](const Val& child) {
        if (nodes_.try_emplace(body_of(child), Node{child}).second)
          pending_.push_back(body_of(child));
      });
    }
  }

  void count_inside_references() {
    for (const auto& [body, node] : nodes_)
      each_child(node.value, [this](const Val& child) { ++nodes_.at(body_of(child)).inside; });
  }

  void keep_what_is_held_outside() {
    for (auto& [body, node] : nodes_) {
      if (node.kept || body->references_ <= node.inside) continue;
      node.kept = true;
      pending_.push_back(body);
      while (!pending_.empty()) {
        each_child(nodes_.at(pop()).value, [this](const Val& child) {
          Node& next = nodes_.at(body_of(child));
          if (next.kept) return;
          next.kept = true;
          pending_.push_back(body_of(child));
        });
      }
    }
  }

  void empty_the_rest() {
    for (const auto& [body, node] : nodes_)
      if (!node.kept && node.value.is_map()) node.value.map().clear();
  }

  Body* pop() {
    Body* body = pending_.back();
    pending_.pop_back();
    return body;
  }

  std::unordered_map<Body*, Node> nodes_;
  std::vector<Body*> pending_;
};

void free_cycles(std::vector<Val> changed) {
  CycleCollector().run(std::move(changed));
}

}  // namespace gp::tmpl
