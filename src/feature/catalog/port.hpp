#pragma once
// Where the catalog keeps itself: entities and sources as objects of the store.
//
// Implementations: ClusterPort (cluster_port.hpp) and MemoryPort below.

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "feature/catalog/state.hpp"

namespace gp::catalog {

// A location that somebody registered, or that the configuration names.
struct SourceRecord {
  std::string id;  // a UUID; of configured ones the name of the Location entity
  LocationRef location;
  std::string entity_name;  // "generated-<sha1>", fixed when it was made
  bool is_registered = false;

  std::string entity_ref() const { return "location:default/" + entity_name; }
  friend bool operator==(const SourceRecord&, const SourceRecord&) = default;
};

class Port {
 public:
  virtual ~Port() = default;

  virtual Result<std::vector<std::pair<std::string, Seed>>> load_entities() = 0;
  virtual Result<std::vector<SourceRecord>> load_sources() = 0;

  // Writes what changed and fills in the uids that the store gave. Changes that could not be
  // written come back, to be tried again; what the store will never take is reported by `refused`.
  struct Refused {
    std::string ref;
    Error error;
  };
  virtual std::vector<Change> apply(std::vector<Change>& changes,
                                    std::vector<Refused>& refused) = 0;

  // Durable when it returns.
  virtual Result<> put_source(const SourceRecord& source) = 0;
  virtual Result<> remove_source(const SourceRecord& source) = 0;
  // {entities, problems: [{file, line, entityRef, message, severity}]}
  virtual void report_source(const SourceRecord& source, Value status) = 0;
};

// Keeps nothing beyond the process: tests and the benchmark.
class MemoryPort final : public Port {
 public:
  Result<std::vector<std::pair<std::string, Seed>>> load_entities() override;
  Result<std::vector<SourceRecord>> load_sources() override;
  std::vector<Change> apply(std::vector<Change>& changes, std::vector<Refused>& refused) override;
  Result<> put_source(const SourceRecord& source) override;
  Result<> remove_source(const SourceRecord& source) override;
  void report_source(const SourceRecord& source, Value status) override;

  Value status_of(const std::string& target) const;  // null when never reported

 private:
  mutable std::mutex mutex_;  // guards the fields below
  std::map<std::string, Value> entities_;
  std::map<std::string, SourceRecord> sources_;
  std::map<std::string, Value> statuses_;  // by target
};

// A visible entity without what the catalog computes: what a Seed holds.
Seed seed_of(const Value& visible);

}  // namespace gp::catalog
