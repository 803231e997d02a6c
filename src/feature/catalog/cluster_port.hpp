#pragma once
// The catalog's objects in the local cluster: one an entity (kind and name as their author wrote
// them), and a CatalogSource for each location. The kinds are built in (platform/object/types).

#include <set>
#include <string>

#include "base/clock.hpp"
#include "feature/catalog/port.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::catalog {

class ClusterPort final : public Port {
 public:
  ClusterPort(cluster::Cluster& cluster, Clock& clock) : cluster_(cluster), clock_(clock) {}

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
  std::set<std::string> with_status_;  // refs of stored entities; the engine flushes one at a time
};

}  // namespace gp::catalog
