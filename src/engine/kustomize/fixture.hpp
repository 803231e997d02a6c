#pragma once
// A platform repository in memory, for tests and the fuzz target.

#include <map>

#include "base/yaml.hpp"
#include "engine/kustomize/kustomize.hpp"
#include "engine/kustomize/resource.hpp"

namespace gp::kustomize {

class MemoryTree final : public Environment {
 public:
  explicit MemoryTree(std::map<std::string, std::string> files) : files_(std::move(files)) {}

  Result<std::string> read(const std::string& path) override {
    const auto found = files_.find(path);
    if (found == files_.end()) return fail(not_found("{}: no such file", path));
    return found->second;
  }
  bool is_directory(const std::string& path) override {
    const auto below = files_.lower_bound(path + "/");
    return below != files_.end() && below->first.starts_with(path + "/");
  }
  Result<Folder> fetch_folder(std::string_view url) override {
    return Folder{"/remote/" + std::string(url.substr(url.rfind('/') + 1)), "/remote"};
  }
  Result<std::string> fetch_file(std::string_view url) override {
    return fail(not_found("{}: nothing is fetched in tests", url));
  }
  Result<std::vector<Value>> render_chart(const Value& chart, const Value& /*globals*/,
                                          const std::string& folder) override {
    return std::vector<Value>{
        Value::object({{"apiVersion", "v1"},
                       {"kind", "ConfigMap"},
                       {"metadata", Value::object({{"name", chart["releaseName"]}})},
                       {"data", Value::object({{"chart", chart["name"]}, {"folder", folder}})}})};
  }
  std::vector<std::string> merge_keys(const Gvk& gvk, std::string_view path) override {
    if (gvk.group.contains("example.com")) return {};
    if (path.ends_with("containers") || path.ends_with("env") || path.ends_with("volumes"))
      return {"name"};
    if (path.ends_with("ports")) return {"containerPort", "protocol"};
    if (path == "metadata/finalizers") return {""};
    return {};
  }
  bool is_cluster_scoped(const Gvk& gvk) override {
    return gvk.kind == "Namespace" || gvk.kind.starts_with("Cluster") ||
           gvk.kind == "CustomResourceDefinition";
  }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace gp::kustomize
