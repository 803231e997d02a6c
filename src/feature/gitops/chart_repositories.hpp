#pragma once
// Charts over the network: Helm repositories (https://…, an index.yaml and archives) and OCI
// registries (oci://…, or a host without a scheme, as Argo CD writes them).
//
// A chart is unpacked below the data folder, by the digest of its archive, so that value files in
// it are files. What a repository offers is remembered for three minutes and kept on disk: when the
// network is down, what is known will do. Private to the feature.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapter/http_client/http_client.hpp"
#include "feature/gitops/chart_index.hpp"
#include "feature/gitops/checkout.hpp"
#include "feature/gitops/git_repositories.hpp"

namespace gp::gitops {

// What is wanted: a chart's name in a repository, and a version or a range of them.
struct ChartWanted {
  std::string url, chart, version;
};

class ChartRepositories {
 public:
  ChartRepositories(std::string folder, Clock& clock, FindCredentials find_credentials);
  ~ChartRepositories();

  // A folder that holds the chart as CHART/; its revision is the chart's version. An exact version
  // that is here already needs no network, unless it must be sure (`is_hard`).
  Result<Checkout> checkout(const Context& context, const ChartWanted& wanted, bool is_hard);

 private:
  struct Listing;  // what one repository, or one repository of a registry, offers
  struct Archive {
    std::string bytes, digest;
  };

  Listing& listing(const std::string& url);
  Result<> refresh(const Context& context, Listing& listing, const ChartWanted& wanted,
                   bool is_hard);
  Result<std::string> read_listing(const Context& context, const ChartWanted& wanted);
  Result<Archive> download(const Context& context, const ChartWanted& wanted,
                           const ChartEntry& entry);
  std::optional<Checkout> unpacked(const ChartWanted& wanted, const ChartEntry& entry) const;
  Result<Checkout> unpack(const ChartWanted& wanted, const ChartEntry& entry,
                          const Archive& archive);
  std::string memory_of(const ChartWanted& wanted, const std::string& version) const;

  const std::string folder_;
  Clock& clock_;
  const FindCredentials find_credentials_;
  http::Client client_;
  std::mutex mutex_;  // guards the field below
  std::map<std::string, std::unique_ptr<Listing>> listings_;
};

}  // namespace gp::gitops
