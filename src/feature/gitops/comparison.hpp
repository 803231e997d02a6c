#pragma once
// What a repository wants against what a cluster has: one state an object, and which of them
// differ.
//
// An object is OutOfSync when syncing would change it: the cluster is asked for a preview of the
// very write that a sync would make, and that is compared with what is there. Answers are
// remembered by what was wanted and the revision that was live, so an unchanged object costs one
// read.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "feature/gitops/application.hpp"
#include "feature/gitops/health.hpp"
#include "feature/gitops/resource_key.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::gitops {

struct ResourceState {
  ResourceKey key;
  std::string version;
  Value target;    // null: nothing wants it any more
  Value live;      // null: it is not there
  Value expected;  // what a sync would make of it; null when that is unknown
  bool is_synced = false;
  bool is_hook = false;
  bool requires_pruning = false;
  bool is_unserved = false;  // the cluster does not know the kind (yet)
  std::int64_t wave = 0;
  std::optional<Health> health;
  std::string problem;  // why it could not be compared

  object::Key store_key;  // empty resource when is_unserved
};

// A condition of the Application: {"RepeatedResourceWarning", "…"}.
struct Notice {
  std::string type, message;
  bool operator==(const Notice&) const = default;
};

struct Comparison {
  std::vector<ResourceState> resources;  // by key; hooks too
  std::vector<Notice> notices;
  bool is_synced = true;
  Health health;
};

// What was the application's when it was last compared.
struct Owned {
  ResourceKey key;
  std::string version;
};

// Annotations and labels that tell whose an object is.
inline constexpr std::string_view kTrackingAnnotation = "argocd.argoproj.io/tracking-id";
std::string tracking_id(const Application& app, const ResourceKey& key);
// "ns_app" or "app" of a tracking id; empty when there is none.
std::string_view tracked_by(const Value& object);

bool is_hook(const Value& object);
std::int64_t wave_of(const Value& object);

class Comparer {
 public:
  // `owned`: what the last comparison found to be the application's, for what is to be pruned.
  Result<Comparison> compare(const Context& context, cluster::Cluster& cluster,
                             const Application& app, std::vector<Value> targets,
                             const std::vector<Owned>& owned);

 private:
  struct Remembered {
    std::string wanted;  // digest
    object::Revision live = 0;
    bool is_synced = false;
    Value expected;
  };
  class Run;
  void judge(const Context& context, cluster::Cluster& cluster, const Application& app,
             ResourceState& state);

  std::mutex mutex_;                              // guards the field below
  std::map<std::string, Remembered> remembered_;  // by cluster and key
};

}  // namespace gp::gitops
