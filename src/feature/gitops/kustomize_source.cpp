// Kustomize over a checkout, with an Application's settings laid over the folder's own.

#include <algorithm>

#include "adapter/files/files.hpp"
#include "base/text.hpp"
#include "engine/kustomize/image.hpp"
#include "engine/kustomize/kustomize.hpp"
#include "engine/kustomize/resource.hpp"
#include "feature/gitops/helm_source.hpp"
#include "feature/gitops/manifests.hpp"
#include "platform/object/strategic.hpp"

namespace gp::gitops {
namespace {

class TreeEnvironment final : public kustomize::Environment {
 public:
  TreeEnvironment(const Checkout& checkout, const object::KindRegistry& kinds,
                  std::vector<std::string>& warnings)
      : checkout_(checkout), kinds_(kinds), warnings_(warnings) {}

  Result<std::string> read(const std::string& path) override {
    const std::string real = TRY(files::resolve_inside(checkout_.root, relative(path)));
    return files::read_file(real);
  }
  bool is_directory(const std::string& path) override { return files::is_directory(path); }

  Result<kustomize::Folder> fetch_folder(std::string_view url) override {
    return fail(
        unimplemented("remote base {}: only bases of the same repository are built", url)
            .with_hint("copy it into the repository, or make it an application of its own"));
  }
  Result<std::string> fetch_file(std::string_view url) override {
    return fail(unimplemented("remote resource {}: only files of the same repository are read", url)
                    .with_hint("copy it into the repository"));
  }
  // Charts that stand below the kustomization ("charts/NAME", or where helmGlobals.chartHome says).
  Result<std::vector<Value>> render_chart(const Value& chart, const Value& globals,
                                          const std::string& folder) override {
    const std::string name = chart["name"].string();
    const std::string home = globals["chartHome"].string("charts");
    const std::string place = fmt::format("{}/{}/{}", relative(folder), home, name);
    const auto real = inside(checkout_, place);
    if (!real) {
      return fail(not_found("chart \"{}\" is not in {}/{}", name, relative(folder), home)
                      .with_hint("vendor it there: `helm pull --untar`, and commit it"));
    }
    Value helm = Value::object({{"skipCrds", !chart["includeCRDs"].boolean()},
                                {"skipTests", chart["skipTests"].boolean()},
                                {"releaseName", chart["releaseName"].string("release-name")}});
    for (const char* field : {"namespace", "kubeVersion", "apiVersions"}) {
      if (!chart[field].empty()) helm.set(field, chart[field]);
    }
    for (const char* field : {"valuesFile", "additionalValuesFiles"}) {
      if (chart[field].is_string()) add_values_file(helm, folder, chart[field].text());
      for (const Value& file : chart[field].items()) add_values_file(helm, folder, file.text());
    }
    if (chart["valuesInline"].is_object()) helm.set("valuesObject", chart["valuesInline"]);
    Source source;
    source.path = place;
    source.helm = std::move(helm);
    Application app;
    app.name = chart["releaseName"].string("release-name");
    app.destination.ns = chart["namespace"].string("default");
    return gitops::render_chart({app, source, checkout_, {}, {}}, warnings_);
  }

  std::vector<std::string> merge_keys(const kustomize::Gvk& gvk, std::string_view path) override {
    const object::KindPtr kind = kinds_.find_kind(gvk.group, gvk.version, gvk.kind);
    if (!kind || kind->type == nullptr) return {};
    std::string dotted(path);
    std::ranges::replace(dotted, '/', '.');
    const object::Field* field = object::field_at(*kind->type, dotted);
    if (field == nullptr || field->merge == object::Merge::Replace) return {};
    if (field->merge == object::Merge::Union) return {""};
    if (field->list_keys.size() > 1) return {field->list_keys.begin(), field->list_keys.end()};
    return {std::string(field->merge_key)};
  }
  bool is_cluster_scoped(const kustomize::Gvk& gvk) override {
    const object::KindPtr kind = kinds_.find_kind(gvk.group, gvk.version, gvk.kind);
    return kind && !kind->is_namespaced;
  }

 private:
  std::string_view relative(std::string_view path) const {
    if (path.starts_with(checkout_.root)) path.remove_prefix(checkout_.root.size());
    while (path.starts_with('/')) path.remove_prefix(1);
    return path.empty() ? std::string_view(".") : path;
  }

  // From the root of the tree, as the chart's own folder is elsewhere.
  void add_values_file(Value& helm, const std::string& folder, std::string_view name) const {
    helm.edit("valueFiles").push_back(fmt::format("/{}/{}", relative(folder), name));
  }

  const Checkout& checkout_;
  const object::KindRegistry& kinds_;
  std::vector<std::string>& warnings_;
};

// "name=new:tag", "name:tag", "name@sha256:…": as `kustomize edit set image` reads them.
Value image_of(std::string_view text) {
  Value image = Value::object();
  const std::size_t equals = text.find('=');
  const bool has_new_name = equals != std::string_view::npos;
  if (has_new_name) image.set("name", text.substr(0, equals));
  const auto parts = kustomize::Image::parse(has_new_name ? text.substr(equals + 1) : text);
  image.set(has_new_name ? "newName" : "name", parts.name);
  if (!parts.tag.empty()) image.set("newTag", parts.tag);
  if (!parts.digest.empty()) image.set("digest", parts.digest);
  return image;
}

void put_images(Value& kustomization, const Value& images) {
  for (const Value& text : images.items()) {
    Value image = image_of(text.text());
    Value& list = kustomization.edit("images");
    bool is_known = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!(list.at(i)["name"] == image["name"])) continue;
      list.item(i) = image;
      is_known = true;
    }
    if (!is_known) list.push_back(std::move(image));
  }
}

void put_pairs(Value& kustomization, const Value& settings, const char* field) {
  for (const auto& pair : settings[field].members())
    kustomization.edit(field).set(pair.key(), pair.value);
}

void lay_over(Value& kustomization, const Value& settings) {
  for (const char* field : {"namePrefix", "nameSuffix", "namespace"}) {
    if (!settings[field].empty()) kustomization.set(field, settings[field]);
  }
  put_images(kustomization, settings["images"]);
  put_pairs(kustomization, settings, "commonLabels");
  put_pairs(kustomization, settings, "commonAnnotations");
  for (const char* field : {"patches", "components"}) {
    for (const Value& item : settings[field].items()) kustomization.edit(field).push_back(item);
  }
  for (const Value& replica : settings["replicas"].items()) {
    Value& list = kustomization.edit("replicas");
    for (std::size_t i = list.size(); i-- > 0;) {
      if (list.at(i)["name"] == replica["name"]) list.erase_at(i);
    }
    list.push_back(replica);
  }
}

}  // namespace

Result<std::vector<Value>> build_kustomization(const Checkout& checkout, const std::string& folder,
                                               const Value& settings,
                                               const object::KindRegistry& kinds,
                                               std::vector<std::string>& warnings) {
  const std::string path = TRY(inside(checkout, folder));
  TreeEnvironment environment(checkout, kinds, warnings);
  kustomize::Options options;
  if (settings.is_object())
    options.edit = [&](Value& kustomization) { lay_over(kustomization, settings); };
  auto built = kustomize::build(environment, {path, checkout.root}, options);
  if (!built) {
    // Paths of this machine tell a reader of the repository nothing.
    Error error = std::move(built).error();
    const std::string prefix = checkout.root + "/";
    for (std::size_t at = 0; (at = error.message.find(prefix, at)) != std::string::npos;)
      error.message.erase(at, prefix.size());
    return fail(std::move(error));
  }
  for (std::string& warning : built->warnings) warnings.push_back(std::move(warning));
  return std::move(built->objects);
}

}  // namespace gp::gitops
