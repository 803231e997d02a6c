#pragma once
// platform.yaml (kind Platform, goldenpath.dev/v1alpha1): where things are in a platform
// repository.
//
//   apiVersion: goldenpath.dev/v1alpha1
//   kind: Platform
//   metadata: { name: acme }
//   spec:
//     catalog:
//       locations: [ catalog/all.yaml, "teams/*/catalog-info.yaml", { type: url, target:
//       "https://git.example/x/catalog-info.yaml" } ] rules: [ { allow: [Component, API, …] } ] #
//       default: Backstage's kinds, all allowed
//     manifests: [ manifests/, crds/*.yaml ]               # plain Kubernetes objects, applied to
//     the local cluster repositories:                                        # the same repository
//     runs offline
//       - { url: "https://git.example/acme/platform", path: . }
//       - { url: "https://git.example/acme/charts", path: ../charts, ref: main }
//
//     authentication: { jwt: [ { issuer: …, claimMappings: … } ] }   # who may use the API
//     audit: { enabled: true, policy: audit-policy.yaml }  # a log of requests to the API
//     workloads: { controllers: false }   # objects only: no ReplicaSets, pods, Jobs are made
//
// Paths are relative to the file's folder. Unknown fields are errors that name the nearest known
// one.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::config {

struct CatalogLocation {
  std::string type = "file";  // file, url
  std::string target;         // as written; globs allowed for file
  int line = 0;               // in platform.yaml
};

struct CatalogRule {
  std::vector<std::string> allow;  // kinds, compared without case
};

struct Repository {
  std::string url;   // prefix that Applications, Locations and values name
  std::string path;  // absolute folder that stands for it
  std::string ref;   // informative
  int line = 0;
};

struct Platform {
  std::string name = "platform";
  std::string root;  // absolute folder of platform.yaml
  std::string file;  // absolute path of platform.yaml
  std::vector<CatalogLocation> locations;
  std::vector<CatalogRule> rules;  // empty: all built-in kinds
  // spec.catalog.reading: hosts that Locations and placeholders may be read from over the network
  // ("localhost:7999", "*.example.org"), beside those of the url locations above.
  std::vector<std::string> catalog_reading;
  std::vector<std::string> manifests;
  std::vector<Repository> repositories;
  // spec.authentication.jwt: OpenID Connect issuers, as in Kubernetes' AuthenticationConfiguration.
  Value jwt;
  // spec.workloads.controllers: false leaves Deployments, Jobs and their like to others.
  bool runs_workloads = true;
  // spec.audit: requests to the API are told of in the data folder's audit.log, by this policy
  // (absolute path; empty: the standard one).
  bool audits = false;
  std::string audit_policy;
};

// `path` is a folder that holds platform.yaml, or the file itself. Errors read `platform.yaml:12:
// …`.
Result<Platform> load_platform(const std::string& path);

// A URL mapped to local files by `repositories`: the longest matching prefix wins, compared by path
// parts, with the forms of Git hosts understood (…/blob/main/x, …/tree/main/x, …/raw/main/x, ?ref=,
// trailing .git). Empty when nothing maps it.
std::string map_url(const Platform& platform, std::string_view url);

}  // namespace gp::config
