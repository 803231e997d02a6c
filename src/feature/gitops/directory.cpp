#include <algorithm>

#include "adapter/files/files.hpp"
#include "adapter/files/glob.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"
#include "feature/gitops/manifests.hpp"

namespace gp::gitops {
namespace {

constexpr int kDepthMax = 32;
constexpr std::size_t kFilesMax = 20'000;
constexpr std::size_t kFileBytesMax = 32U << 20U;
constexpr std::string_view kSkipMark = "# +argocd:skip-file-rendering";

bool is_manifest(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

Result<> list_files(const std::string& root, const std::string& below, bool recurses, int depth,
                    std::vector<std::string>& names) {
  const std::string folder = below.empty() ? root : root + "/" + below;
  const std::vector<files::Entry> entries = TRY(files::list_directory(folder));
  for (const files::Entry& entry : entries) {
    const std::string name = below.empty() ? entry.name : below + "/" + entry.name;
    if (entry.type == files::EntryType::Directory) {
      const bool goes_in = recurses && depth < kDepthMax && !entry.name.starts_with(".git");
      if (goes_in) TRY(list_files(root, name, recurses, depth + 1, names));
    } else if (is_manifest(entry.name)) {
      if (names.size() == kFilesMax)
        return fail(too_large("{}: more than {} manifest files", root, kFilesMax));
      names.push_back(name);
    }
  }
  return {};
}

Result<> add_object(const std::string& where, const Value& value, std::vector<Value>& objects) {
  if (value.is_null()) return {};
  const bool is_object =
      value.is_object() && value["kind"].is_string() && value["apiVersion"].is_string();
  if (!is_object) {
    return fail(invalid_argument("{}: no Kubernetes object: apiVersion or kind is missing", where)
                    .with_hint("name it in the source's directory.exclude if it is none"));
  }
  const bool is_list = value["kind"].text().ends_with("List") && value["items"].is_array();
  if (!is_list) {
    objects.push_back(value);
    return {};
  }
  for (const Value& item : value["items"].items()) TRY(add_object(where, item, objects));
  return {};
}

Result<> read_one(const Checkout& checkout, const std::string& path, const std::string& shown,
                  std::vector<Value>& objects) {
  const std::string real = TRY(inside(checkout, path));
  const std::string text = TRY(files::read_file(real, kFileBytesMax));
  if (text.contains(kSkipMark)) return {};
  if (shown.ends_with(".json")) {
    auto value = parse_json(text, {.bytes_max = kFileBytesMax});
    if (!value) return fail(std::move(value.error()).with_context(shown));
    return add_object(shown, *value, objects);
  }
  YamlOptions options;
  options.limits.bytes_max = kFileBytesMax;
  auto documents = parse_yaml_stream(text, options);
  if (!documents) return fail(std::move(documents.error()).with_context(shown));
  for (const YamlDocument& document : *documents)
    TRY(add_object(fmt::format("{}:{}", shown, document.line), document.value, objects));
  return {};
}

}  // namespace

Result<std::vector<Value>> read_directory(const Checkout& checkout, const std::string& folder,
                                          const Value& directory) {
  const std::string root = TRY(inside(checkout, folder));
  std::vector<std::string> names;
  TRY(list_files(root, {}, directory["recurse"].boolean(), 0, names));
  std::ranges::sort(names);
  const std::string include = directory["include"].string();
  const std::string exclude = directory["exclude"].string();
  std::vector<Value> objects;
  for (const std::string& name : names) {
    if (!include.empty() && !files::matches_glob(include, name)) continue;
    if (!exclude.empty() && files::matches_glob(exclude, name)) continue;
    const std::string path = folder.empty() || folder == "." ? name : folder + "/" + name;
    TRY(read_one(checkout, path, name, objects));
  }
  return objects;
}

}  // namespace gp::gitops
