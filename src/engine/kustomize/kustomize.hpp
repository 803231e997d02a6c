#pragma once
// Kustomize: a folder's kustomization.yaml, and all it names, become a list of objects.
//
// Follows kustomize 5 (sigs.k8s.io/kustomize, its reference for the Kustomization file), in the
// order in which that applies things: resources, generators, components, patches, namespace,
// prefix, suffix, labels, annotations, JSON patches, replicas, images, replacements, transformers;
// at the root then name hashes, references to changed names, and variables.
//
// Nothing here touches the world: files, remote bases and charts come from an Environment. Not
// supported: plugins that are programs or containers, `openapi:`.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::kustomize {

struct Gvk;

// A folder to build, inside the tree that was fetched with it.
struct Folder {
  std::string path;      // absolute, without "." and ".."
  std::string boundary;  // what it may name lies below this one
};

class Environment {
 public:
  virtual ~Environment() = default;

  // Paths are absolute and clean. NotFound when there is nothing; a symbolic link that leads out of
  // the tree is the environment's to refuse.
  virtual Result<std::string> read(const std::string& path) = 0;
  virtual bool is_directory(const std::string& path) = 0;
  // "https://github.com/org/repo//folder?ref=v1": a Git repository at a revision.
  virtual Result<Folder> fetch_folder(std::string_view url) = 0;
  virtual Result<std::string> fetch_file(std::string_view url) = 0;
  // A `helmCharts` entry's documents; `folder` is what its paths are relative to.
  virtual Result<std::vector<Value>> render_chart(const Value& chart, const Value& globals,
                                                  const std::string& folder) = 0;

  // The members that tell the items of a list apart when patches merge, for "spec/containers" of a
  // kind: none replaces the list, one empty name merges plain values.
  virtual std::vector<std::string> merge_keys(const Gvk& gvk, std::string_view path) = 0;
  virtual bool is_cluster_scoped(const Gvk& gvk) = 0;
};

struct Limits {
  std::size_t depth_max = 64;  // kustomizations within kustomizations
  std::size_t kustomizations_max = 2'000;
  std::size_t objects_max = 50'000;
};

struct Options {
  Limits limits;
  // Changes the root's kustomization before it is read: what `kustomize edit` would have done.
  std::function<void(Value& kustomization)> edit;
};

struct Built {
  std::vector<Value> objects;
  std::vector<std::string> warnings;
};

// Errors name the kustomization they come from.
Result<Built> build(Environment& environment, const Folder& folder, const Options& options = {});

// kustomization.yaml, kustomization.yml, Kustomization
bool is_kustomization_file(std::string_view name);

}  // namespace gp::kustomize
