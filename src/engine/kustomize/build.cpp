#include "engine/kustomize/build.hpp"

#include <algorithm>

#include "base/contains.hpp"
#include "engine/kustomize/generators.hpp"
#include "engine/kustomize/patches.hpp"
#include "engine/kustomize/replacements.hpp"
#include "engine/kustomize/transforms.hpp"

namespace gp::kustomize {
namespace {

Result<> of_object(Result<> outcome, std::string_view field) {
  if (outcome) return {};
  return fail(std::move(outcome.error()).with_context(field));
}

// Each entry of a list, errors with the list's name.
template <typename Apply>
Result<> for_each_entry(const Value& fields, const char* field, Apply apply) {
  for (const Value& entry : fields[field].items()) TRY(of_object(apply(entry), field));
  return {};
}

Result<> add_hashes(Resources& resources) {
  for (Resource& resource : resources.all()) {
    if (!resource.needs_hash) continue;
    resource.remember();
    resource.set_name(fmt::format("{}-{}", resource.name(), hash_of(resource.object)));
  }
  return {};
}

bool asks_for(const Value& fields, std::string_view metadata) {
  return contains(fields["buildMetadata"].items(), Value(metadata));
}

}  // namespace

Result<> Gathered::configure(Value file) {
  TRY(configuration.merge(file));
  configurations.push_back(std::move(file));
  return {};
}

Result<Folder> Builder::folder_of(const Context& context, const std::string& entry) {
  if (is_url(entry)) return environment_.fetch_folder(entry);
  const Folder folder{context.resolve(entry), context.folder.boundary};
  if (!is_within(folder.path, folder.boundary)) {
    return fail(forbidden("'{}' leads out of the repository: {} is not in or below {}", entry,
                          folder.path, folder.boundary)
                    .with_hint("name a folder of the same repository, or a remote base"));
  }
  return folder;
}

Result<> Builder::add_resource(Gathered& all, const Context& context, const std::string& entry) {
  const bool is_folder = is_url(entry) ? !entry.ends_with(".yaml") && !entry.ends_with(".yml") &&
                                             !entry.ends_with(".json")
                                       : environment_.is_directory(context.resolve(entry));
  if (is_folder) {
    const Folder folder = TRY(folder_of(context, entry));
    Gathered below = TRY(gather(folder));
    TRY(all.resources.append_all(std::move(below.resources)));
    for (Value& file : below.configurations) TRY(all.configure(std::move(file)));
    for (Variable& variable : below.variables) all.variables.push_back(std::move(variable));
    return {};
  }
  std::vector<Value> objects = TRY(context.read_yaml(entry));
  for (Value& object : objects) {
    if (object["kind"].empty() || object["metadata"]["name"].empty()) {
      return fail(invalid_argument("{}: missing {} in object {}", entry,
                                   object["kind"].empty() ? "kind" : "metadata.name",
                                   Gvk::of(object).to_string()));
    }
    Resource resource;
    resource.object = std::move(object);
    resource.origin = entry;
    TRY(all.resources.append(std::move(resource)));
  }
  if (all.resources.all().size() > options_.limits.objects_max)
    return fail(too_large("more than {} objects", options_.limits.objects_max));
  return {};
}

Result<> Builder::add_resources(Gathered& all, const Context& context, const Value& fields) {
  return for_each_entry(fields, "resources", [&](const Value& entry) -> Result<> {
    if (!entry.is_string() || entry.empty())
      return fail(invalid_argument("an entry is no file or folder name"));
    auto added = add_resource(all, context, entry.string());
    if (!added && added.error().code == Code::NotFound &&
        !added.error().message.contains(entry.text()))
      return fail(std::move(added.error()).with_context(entry.text()));
    return added;
  });
}

Result<> Builder::add_generated(Gathered& all, const Context& context, const Value& fields) {
  const Value& defaults = fields["generatorOptions"];
  for (const auto& [field, kind] : {std::pair{"configMapGenerator", Generated::ConfigMap},
                                    std::pair{"secretGenerator", Generated::Secret}}) {
    TRY(for_each_entry(fields, field, [&, what = kind](const Value& entry) -> Result<> {
      Resource made = TRY(generate(context, what, entry, defaults));
      return all.resources.absorb(std::move(made));
    }));
  }
  TRY(for_each_entry(fields, "helmCharts", [&](const Value& entry) -> Result<> {
    std::vector<Value> objects =
        TRY(environment_.render_chart(entry, fields["helmGlobals"], context.folder.path));
    for (Value& object : objects) {
      Resource resource;
      resource.object = std::move(object);
      resource.origin = entry["name"].string();
      TRY(all.resources.append(std::move(resource)));
    }
    return {};
  }));
  return run_plugins(all, context, fields["generators"], true);
}

Result<> Builder::add_components(Gathered& all, const Context& context, const Value& fields) {
  return for_each_entry(fields, "components", [&](const Value& entry) -> Result<> {
    const Folder folder = TRY(folder_of(context, entry.string()));
    return gather_into(all, folder, true);
  });
}

Result<> Builder::configure(Gathered& all, const Context& context, const Value& fields) {
  TRY(for_each_entry(fields, "configurations", [&](const Value& entry) -> Result<> {
    const std::string text = TRY(context.read(entry.text()));
    Value file = TRY(parse_yaml(text));
    return all.configure(std::move(file));
  }));
  return for_each_entry(fields, "vars", [&](const Value& entry) -> Result<> {
    Variable variable = TRY(Variable::parse(entry));
    const auto same = [&](const Variable& other) { return other.name == variable.name; };
    if (std::ranges::any_of(all.variables, same))
      return fail(already_exists("var '{}' already encountered", variable.name));
    all.variables.push_back(std::move(variable));
    return {};
  });
}

// commonLabels, and `labels` with their own idea of where labels go.
Result<> Builder::relabel(Gathered& all, const Value& fields) {
  const Configuration& configuration = all.configuration;
  TRY(of_object(add_pairs(all.resources, fields["commonLabels"], configuration.common_labels),
                "commonLabels"));
  return for_each_entry(fields, "labels", [&](const Value& entry) -> Result<> {
    std::vector<FieldSpec> places = {{{}, "metadata/labels", true}};
    if (entry["includeSelectors"].boolean()) {
      places = configuration.common_labels;
    } else if (entry["includeTemplates"].boolean()) {
      places = configuration.template_labels;
    }
    for (const Value& field : entry["fields"].items()) places.push_back(FieldSpec::of(field));
    return add_pairs(all.resources, entry["pairs"], places);
  });
}

Result<> Builder::transform(Gathered& all, const Context& context, const Value& fields) {
  Resources& resources = all.resources;
  const Configuration& configuration = all.configuration;
  TRY(for_each_entry(fields, "patchesStrategicMerge", [&](const Value& entry) {
    return apply_merge_patches(context, resources, entry);
  }));
  TRY(for_each_entry(fields, "patches",
                     [&](const Value& entry) { return apply_patch(context, resources, entry); }));
  TRY(of_object(set_namespace(context, resources, fields["namespace"].string(),
                              configuration.name_space, Subjects::DefaultOnly, false),
                "namespace"));
  add_prefix(resources, fields["namePrefix"].string(), configuration.name_prefix);
  add_suffix(resources, fields["nameSuffix"].string(), configuration.name_suffix);
  TRY(relabel(all, fields));
  TRY(of_object(add_pairs(resources, fields["commonAnnotations"], configuration.common_annotations),
                "commonAnnotations"));
  TRY(for_each_entry(fields, "patchesJson6902", [&](const Value& entry) {
    return apply_json_patch(context, resources, entry);
  }));
  TRY(for_each_entry(fields, "replicas", [&](const Value& entry) {
    return set_replicas(resources, entry, configuration.replicas);
  }));
  for (const Value& image : fields["images"].items())
    set_image(resources, image, configuration.images);
  TRY(for_each_entry(fields, "replacements", [&](const Value& entry) {
    return apply_replacement(context, resources, entry);
  }));
  TRY(run_plugins(all, context, fields["transformers"], false));
  return run_plugins(all, context, fields["validators"], false);
}

Result<> Builder::run_plugins(Gathered& all, const Context& context, const Value& entries,
                              bool are_generators) {
  for (const Value& entry : entries.items()) {
    const std::string name = entry.string();
    std::vector<Value> plugins;
    if (name.contains('\n')) {
      plugins = TRY(parse_objects(name, are_generators ? "generators" : "transformers"));
    } else if (environment_.is_directory(context.resolve(name))) {
      const Folder folder = TRY(folder_of(context, name));
      Gathered below = TRY(gather(folder));
      for (Resource& resource : below.resources.all())
        plugins.push_back(std::move(resource.object));
    } else {
      plugins = TRY(context.read_yaml(name));
    }
    for (const Value& plugin : plugins) TRY(run_builtin_plugin(context, all, plugin));
  }
  return {};
}

Result<> Builder::gather_into(Gathered& all, const Folder& folder, bool as_component) {
  if (contains(open_, folder.path)) {
    return fail(
        failed_precondition("cycle detected: candidate root '{}' contains visited root '{}'",
                            open_.back(), folder.path));
  }
  if (open_.size() >= options_.limits.depth_max ||
      ++kustomizations_ > options_.limits.kustomizations_max) {
    return fail(too_large("{}: more than {} kustomizations, or {} within each other", folder.path,
                          options_.limits.kustomizations_max, options_.limits.depth_max));
  }
  const Kustomization found = TRY(load_kustomization(
      environment_, folder, open_.empty() ? options_.edit : nullptr, built_.warnings));
  if (found.is_component != as_component) {
    return fail(invalid_argument("expected kind '{}' for path '{}' but got '{}'",
                                 as_component ? "Component" : "Kustomization", folder.path,
                                 found.is_component ? "Component" : "Kustomization"));
  }
  const Context context{environment_, folder, found.path};
  open_.push_back(folder.path);
  const auto steps = [&]() -> Result<> {
    TRY(add_resources(all, context, found.fields));
    TRY(configure(all, context, found.fields));
    TRY(add_generated(all, context, found.fields));
    TRY(add_components(all, context, found.fields));
    return transform(all, context, found.fields);
  };
  auto done = steps();
  open_.pop_back();
  if (!done) {
    // The innermost kustomization is the one to look at; outer ones add no news.
    const bool is_placed = done.error().message.starts_with('/');
    return is_placed ? done : fail(std::move(done.error()).with_context(found.path));
  }
  if (open_.empty()) {
    if (asks_for(found.fields, "managedByLabel")) {
      TRY(add_pairs(all.resources, Value::object({{"app.kubernetes.io/managed-by", "goldenpath"}}),
                    {{{}, "metadata/labels", true}}));
    }
    TRY(add_hashes(all.resources));
    TRY(fix_references(context, all.resources, all.configuration.name_reference));
    TRY(resolve_variables(all.resources, all.variables, all.configuration.var_reference,
                          built_.warnings));
    TRY(sort_objects(all.resources.all(), found.fields["sortOptions"]));
  }
  return {};
}

Result<Gathered> Builder::gather(const Folder& folder) {
  Gathered all;
  TRY(gather_into(all, folder, false));
  return all;
}

Result<Built> Builder::run(const Folder& folder) {
  Gathered all = TRY(gather({clean_path(folder.path), clean_path(folder.boundary)}));
  for (Resource& resource : all.resources.all())
    built_.objects.push_back(std::move(resource.object));
  return std::move(built_);
}

Result<Built> build(Environment& environment, const Folder& folder, const Options& options) {
  return Builder(environment, options).run(folder);
}

}  // namespace gp::kustomize
