#pragma once
// One reconcile under way: what the controller sees as Reconcile. Private to the frame.

#include <optional>
#include <string>
#include <vector>

#include "platform/runtime/event_recorder.hpp"
#include "platform/runtime/manager.hpp"
#include "platform/runtime/report.hpp"

namespace gp::runtime {

class Run final : public Reconcile {
 public:
  Run(const Context& context, cluster::Cluster& cluster, object::ObjectRef object)
      : context_(context), cluster_(cluster), object_(std::move(object)), key_(object_->key()) {}

  const Context& context() const override { return context_; }
  cluster::Cluster& cluster() override { return cluster_; }
  const object::Key& key() const override { return key_; }
  const object::ObjectRef& object() const override { return object_; }
  const Value& document() override {
    if (!document_) document_ = object_->parse();
    return *document_;
  }
  void event(std::string_view type, std::string_view reason, std::string message) override {
    notes.push_back({std::string(type), std::string(reason), std::move(message)});
  }
  void condition(std::string_view type, std::string_view status, std::string_view reason,
                 std::string message) override {
    report.condition(type, status, reason, std::move(message));
  }
  void status(std::string_view field, Value value) override {
    report.field(field, std::move(value));
  }

  Report report;
  std::vector<EventRecorder::Note> notes;
  std::optional<std::int64_t> observed_generation;  // set once the controller has dealt with it

 private:
  const Context& context_;
  cluster::Cluster& cluster_;
  const object::ObjectRef object_;
  const object::Key key_;
  std::optional<Value> document_;
};

}  // namespace gp::runtime
