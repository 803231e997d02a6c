// Built-in plugins by their own configuration objects: what `transformers:` and `generators:` name.

#include "engine/kustomize/build.hpp"
#include "engine/kustomize/generators.hpp"
#include "engine/kustomize/patches.hpp"
#include "engine/kustomize/replacements.hpp"
#include "engine/kustomize/transforms.hpp"

namespace gp::kustomize {
namespace {

std::vector<FieldSpec> field_specs(const Value& plugin, const std::vector<FieldSpec>& otherwise,
                                   const char* member = "fieldSpecs") {
  if (!plugin[member].is_array()) return otherwise;
  std::vector<FieldSpec> specs;
  for (const Value& item : plugin[member].items()) specs.push_back(FieldSpec::of(item));
  return specs;
}

Result<> generated(const Context& context, Gathered& all, Generated kind, const Value& plugin) {
  Value arguments = plugin;
  arguments.set("name", plugin["metadata"]["name"]);
  if (!plugin["metadata"]["namespace"].empty())
    arguments.set("namespace", plugin["metadata"]["namespace"]);
  Resource made = TRY(generate(context, kind, arguments, Value::object()));
  return all.resources.absorb(std::move(made));
}

Result<> charts(const Context& context, Gathered& all, const Value& plugin) {
  Value chart = plugin;
  if (chart["name"].empty()) chart.set("name", plugin["metadata"]["name"]);
  std::vector<Value> objects =
      TRY(context.environment.render_chart(chart, plugin, context.folder.path));
  for (Value& object : objects) {
    Resource resource;
    resource.object = std::move(object);
    TRY(all.resources.append(std::move(resource)));
  }
  return {};
}

Result<> renamespace(const Context& context, Gathered& all, const Value& plugin) {
  Subjects subjects = Subjects::DefaultOnly;
  const std::string_view wanted = plugin["setRoleBindingSubjects"].text();
  if (wanted == "allServiceAccounts") subjects = Subjects::AllServiceAccounts;
  if (wanted == "none") subjects = Subjects::None;
  return set_namespace(context, all.resources, plugin["metadata"]["namespace"].string(),
                       field_specs(plugin, all.configuration.name_space), subjects,
                       plugin["unsetOnly"].boolean());
}

Result<> merge_patches(const Context& context, Gathered& all, const Value& plugin) {
  for (const Value& path : plugin["paths"].items())
    TRY(apply_merge_patches(context, all.resources, path));
  if (plugin["patches"].empty()) return {};
  // Always the patch itself, however short.
  return apply_merge_patches(context, all.resources, plugin["patches"].string() + "\n");
}

Result<> replacements(const Context& context, Gathered& all, const Value& plugin) {
  for (const Value& entry : plugin["replacements"].items())
    TRY(apply_replacement(context, all.resources, entry));
  return {};
}

Result<> json_patch(const Context& context, Gathered& all, const Value& plugin) {
  Value entry = plugin;
  if (!plugin["jsonOp"].empty()) entry.set("patch", plugin["jsonOp"]);
  return apply_json_patch(context, all.resources, entry);
}

}  // namespace

Result<> run_builtin_plugin(const Context& context, Gathered& all, const Value& plugin) {
  const std::string_view kind = plugin["kind"].text();
  const Configuration& known = all.configuration;
  Resources& resources = all.resources;
  const auto done = [](auto&& action) -> Result<> {
    action();
    return {};
  };
  if (plugin["apiVersion"].text() == "builtin") {
    if (kind == "ConfigMapGenerator") return generated(context, all, Generated::ConfigMap, plugin);
    if (kind == "SecretGenerator") return generated(context, all, Generated::Secret, plugin);
    if (kind == "HelmChartInflationGenerator") return charts(context, all, plugin);
    if (kind == "NamespaceTransformer") return renamespace(context, all, plugin);
    if (kind == "PrefixTransformer" || kind == "PrefixSuffixTransformer") {
      add_prefix(resources, plugin["prefix"].string(), field_specs(plugin, known.name_prefix));
      if (kind == "PrefixTransformer") return {};
    }
    if (kind == "SuffixTransformer" || kind == "PrefixSuffixTransformer") {
      return done([&] {
        add_suffix(resources, plugin["suffix"].string(), field_specs(plugin, known.name_suffix));
      });
    }
    if (kind == "LabelTransformer")
      return add_pairs(resources, plugin["labels"], field_specs(plugin, known.common_labels));
    if (kind == "AnnotationsTransformer") {
      return add_pairs(resources, plugin["annotations"],
                       field_specs(plugin, known.common_annotations));
    }
    if (kind == "ImageTagTransformer") {
      return done(
          [&] { set_image(resources, plugin["imageTag"], field_specs(plugin, known.images)); });
    }
    if (kind == "ReplicaCountTransformer")
      return set_replicas(resources, plugin["replica"], field_specs(plugin, known.replicas));
    if (kind == "PatchTransformer") return apply_patch(context, resources, plugin);
    if (kind == "PatchStrategicMergeTransformer") return merge_patches(context, all, plugin);
    if (kind == "PatchJson6902Transformer") return json_patch(context, all, plugin);
    if (kind == "ReplacementTransformer") return replacements(context, all, plugin);
  }
  return fail(
      unimplemented("unable to load plugin {} {}: only kustomize's built-in plugins run here",
                    plugin["apiVersion"].text("without apiVersion"), kind)
          .with_hint("render what it makes beforehand and add the result as a resource"));
}

}  // namespace gp::kustomize
