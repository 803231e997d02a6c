#pragma once
// Reconciles Applications: sources → objects → comparison → sync → status. Private to the feature.

#include <atomic>
#include <map>
#include <mutex>

#include "feature/gitops/gitops.hpp"
#include "feature/gitops/manifests.hpp"
#include "feature/gitops/routes.hpp"
#include "feature/gitops/sync.hpp"
#include "feature/gitops/watched.hpp"

namespace gp::gitops {

inline constexpr std::string_view kPartName = "gitops";

class ApplicationController final : public runtime::Controller {
 public:
  ApplicationController(FindCluster find_cluster, const object::KindRegistry& kinds,
                        Repositories& repositories, std::shared_ptr<Watched> watched,
                        std::shared_ptr<Comparisons> comparisons, runtime::Parts& parts,
                        Clock& clock);

  Result<runtime::Next> reconcile(runtime::Reconcile& run) override;
  Result<> reconcile_deleted(const Context& context, cluster::Cluster& cluster,
                             const object::Key& key) override;

 private:
  struct Refresh;  // one reconcile under way: refresh.hpp
  struct Render {
    std::string identity;  // of the sources and their revisions
    std::shared_ptr<const Rendered> rendered;
  };

  Result<runtime::Next> delete_cascading(runtime::Reconcile& run);
  Result<std::shared_ptr<const Rendered>> rendered(const Context& context, const object::Key& key,
                                                   const RenderRequest& request);
  Result<Value> project_of(runtime::Reconcile& run, const Application& app);
  void count(runtime::PartStatus& part);
  void report(const object::Key& key, std::string_view sync, std::string_view health,
              std::size_t problems);

  bool is_polled(const Application& app) const;

  const FindCluster find_cluster_;
  Repositories& repositories_;
  Renderer renderer_;
  Comparer comparer_;
  const std::shared_ptr<Watched> watched_;
  const std::shared_ptr<Comparisons> comparisons_;
  runtime::Parts& parts_;
  Clock& clock_;

  std::atomic<bool> is_degraded_ = false;

  struct Shown {
    std::string sync, health;
    std::size_t problems = 0;
  };
  std::mutex mutex_;  // guards the fields below
  std::map<object::Key, Render> renders_;
  std::map<object::Key, Shown> shown_;
};

}  // namespace gp::gitops
