#pragma once
// Kubernetes Events: what happened to an object, in words, counted instead of repeated.
//
// The same words about the same object are one Event whose count and lastTimestamp grow, also over
// a restart: its name is derived from what it says. An object about which very many different
// things are said gets one combined Event for the rest. lifecycle removes Events an hour after they
// last happened.
//
// Events are for people and best effort: a refused one is logged, never an error of the reconcile.

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/context.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::runtime {

class EventRecorder {
 public:
  EventRecorder(cluster::Cluster& cluster, Clock& clock) : cluster_(cluster), clock_(clock) {}

  struct Note {
    std::string type;  // "Normal", "Warning"
    std::string reason;
    std::string message;
  };
  // `document` is what it is about; `component` says it.
  void record(const Value& document, std::string_view component, const Note& note);

 private:
  // How many different messages were seen for one object, reason and component since `since`.
  struct Similar {
    Duration since{0};
    std::vector<std::size_t> messages;  // hashes
  };
  bool is_one_too_many(const std::string& group, const std::string& message);
  Result<> write(const Value& document, std::string_view component, const Note& note);

  cluster::Cluster& cluster_;
  Clock& clock_;
  std::mutex mutex_;  // guards `similar_`
  std::map<std::string, Similar> similar_;
};

}  // namespace gp::runtime
