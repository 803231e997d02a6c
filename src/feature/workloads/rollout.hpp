#pragma once
// One Deployment with its ReplicaSets: which of them is the present one, what each is called, and
// scaling them. The strategies (deployment.cpp) and the status (deployment_status.cpp) are written
// over it.
//
// Names, annotations and the arithmetic are those of Kubernetes' deployment controller, so that
// `kubectl rollout` works.

#include <optional>
#include <string>
#include <vector>

#include "platform/runtime/manager.hpp"

namespace gp::workloads {

inline constexpr std::string_view kHashLabel = "pod-template-hash";
inline constexpr std::string_view kRevision = "deployment.kubernetes.io/revision";
inline constexpr std::string_view kRevisionHistory = "deployment.kubernetes.io/revision-history";
inline constexpr std::string_view kDesired = "deployment.kubernetes.io/desired-replicas";
inline constexpr std::string_view kMax = "deployment.kubernetes.io/max-replicas";

class Rollout {
 public:
  // Claims the ReplicaSets.
  static Result<Rollout> load(runtime::Reconcile& run);

  const Value& deployment() const { return deployment_; }
  bool is_paused() const { return deployment_["spec"]["paused"].boolean(); }
  std::int64_t wanted() const;
  bool is_rolling() const;
  std::int64_t surge() const;            // 0 with Recreate
  std::int64_t unavailable_max() const;  // 0 with Recreate

  // The ReplicaSet with the present template; null when it has not been made.
  const Value& present() const;
  std::vector<Value*> old();     // the others, oldest first
  std::vector<Value*> active();  // all with replicas, oldest first
  const std::vector<Value>& all() const { return sets_; }
  std::int64_t spec_total() const;  // replicas that are asked for, of all
  std::int64_t status_total(std::string_view field) const;

  // Notes the revision on the present ReplicaSet and the Deployment; makes the ReplicaSet first
  // when it is missing and `may_make`.
  Result<> settle_present(bool may_make);
  // True when it has changed.
  Result<bool> scale(Value& set, std::int64_t replicas);
  Result<bool> scale_present(std::int64_t replicas);
  // How many replicas the present ReplicaSet should have now.
  std::int64_t present_target() const;
  // Somebody changed spec.replicas: the change is spread over all, in proportion.
  bool is_scaled_anew() const;
  Result<> scale_all();
  // Removes what spec.revisionHistoryLimit no longer keeps.
  Result<> clean_up();

  // Conditions as they will be written. Times stay while nothing about a condition changes.
  const Value& condition(std::string_view type) const;
  void set_condition(std::string_view type, std::string_view status, std::string_view reason,
                     std::string message);
  void refresh_condition(std::string_view type, std::string_view status, std::string_view reason,
                         std::string message);  // "last updated" moves, though it says the same
  void drop_condition(std::string_view type);
  const Value& conditions() const { return conditions_; }
  const Value& collision_count() const { return collision_count_; }
  runtime::Reconcile& run() const { return *run_; }

 private:
  explicit Rollout(runtime::Reconcile& run);
  void find_present();
  Result<> make_present();
  Value new_set(const std::string& hash) const;
  std::int64_t next_revision() const;
  Result<> note_revision();
  Result<> note_on_deployment(const std::string& revision);
  Result<> write(Value& set, Value document);

  runtime::Reconcile* run_;
  Value deployment_;
  std::vector<Value> sets_;  // oldest first
  std::optional<std::size_t> present_;
  Value conditions_;
  Value collision_count_;
};

std::int64_t revision_of(const Value& object);

}  // namespace gp::workloads
