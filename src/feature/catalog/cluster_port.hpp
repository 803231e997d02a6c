#pragma once
// The catalog's objects in the local cluster: one an entity (kind and name as their author wrote
// them), and a CatalogSource for each location. The kinds are built in (platform/object/types).

#include <set>
#include <string>

#include "base/clock.hpp"
#include "feature/catalog/port.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::catalog {

inline constexpr std::string_view kSources = "catalogsources.goldenpath.dev";

// The source that a CatalogSource names: spec.path (below the platform repository, `root`),
// spec.url, or spec.type with spec.target. `spec.registered: false` marks those of platform.yaml.
Result<SourceRecord> source_of(const Value& document, const std::string& root);

class ClusterPort final : public Port {
 public:
  ClusterPort(cluster::Cluster& cluster, Clock& clock, std::string root = {})
      : cluster_(cluster), clock_(clock), root_(std::move(root)) {}

  Result<std::vector<std::pair<std::string, Seed>>> load_entities() override;
  Result<std::vector<SourceRecord>> load_sources() override;
  std::vector<Change> apply(std::vector<Change>& changes, std::vector<Refused>& refused) override;
  Result<> put_source(const SourceRecord& source) override;
  Result<> remove_source(const SourceRecord& source) override;
  void report_source(const SourceRecord& source, Value status) override;

 private:
  Context context() const { return Context(clock_, std::chrono::seconds(30)); }
  Result<> remove(const Value& entity);
  Result<> write_status(const Change& change);

  cluster::Cluster& cluster_;
  Clock& clock_;
  const std::string root_;             // of the platform repository
  std::set<std::string> with_status_;  // refs of stored entities; the engine flushes one at a time
};

}  // namespace gp::catalog
