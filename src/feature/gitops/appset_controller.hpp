#pragma once
// Makes Applications of ApplicationSets, keeps them as their template says, and removes those that
// no generator names any more. Private to the feature.

#include "feature/gitops/appset_generators.hpp"
#include "feature/gitops/repositories.hpp"
#include "platform/runtime/manager.hpp"

namespace gp::gitops {

inline constexpr std::string_view kApplicationSets = "applicationsets.argoproj.io";
inline constexpr std::string_view kClusters = "clusters.goldenpath.dev";
// On Applications: the set that has made them.
inline constexpr std::string_view kSetLabel = "goldenpath.dev/applicationset";

class ApplicationSetController final : public runtime::Controller {
 public:
  explicit ApplicationSetController(Repositories& repositories) : repositories_(repositories) {}

  Result<runtime::Next> reconcile(runtime::Reconcile& run) override;

 private:
  struct Outcome {
    std::size_t applications = 0;
    std::vector<std::string> problems;
  };
  Result<std::vector<Value>> applications_of(runtime::Reconcile& run);
  Outcome write(runtime::Reconcile& run, const std::vector<Value>& wanted);
  Result<> remove_others(runtime::Reconcile& run, const std::vector<Value>& wanted);
  void report(runtime::Reconcile& run, const Result<Outcome>& outcome);

  Repositories& repositories_;
};

// The Applications that a specification and sets of parameters give. AlreadyExists when two have
// one name.
Result<std::vector<Value>> fill_applications(const Value& document, const std::vector<Value>& sets);

}  // namespace gp::gitops
