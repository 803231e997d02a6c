#include "engine/kustomize/patches.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/kustomize/selector.hpp"
#include "engine/kustomize/strategic_merge.hpp"
#include "engine/patch/patch.hpp"

namespace gp::kustomize {
namespace {

struct Allowed {
  bool name_change = false;
  bool kind_change = false;
};

// Merges into one object; one that the patch deletes becomes null.
void merge_into(const Context& context, Resource& resource, const Value& patch, Allowed allowed) {
  const Id before = resource.id();
  std::optional<Value> merged = merge_strategically(context.environment, resource.object, patch);
  if (!merged) {
    resource.object = Value();
    return;
  }
  Value& object = *merged;
  if (!allowed.kind_change) {
    object.set("kind", before.gvk.kind);
    object.set("apiVersion", before.gvk.api_version());
  }
  const bool has_new_name = object["metadata"]["name"].text() != before.name;
  if (!allowed.name_change && has_new_name) object.edit("metadata").set("name", before.name);
  if (before.ns.empty()) {
    object.edit("metadata").erase("namespace");
  } else {
    object.edit("metadata").set("namespace", before.ns);
  }
  const bool is_renamed = allowed.name_change && has_new_name;
  if (is_renamed || !(Gvk::of(object) == before.gvk)) resource.remember();
  resource.object = std::move(object);
}

void drop_deleted(Resources& resources) {
  std::erase_if(resources.all(), [](const Resource& one) { return one.object.is_null(); });
}

Result<> run_operations(Resource& resource, const Value& operations, Allowed allowed) {
  auto patched = patch::apply_json_patch(resource.object, operations);
  if (!patched) return fail(std::move(patched.error()).with_context(resource.id().to_string()));
  const Id before = resource.id();
  Value& object = *patched;
  if (!allowed.name_change && object["metadata"]["name"].text() != before.name)
    object.edit("metadata").set("name", before.name);
  if (!allowed.kind_change) object.set("kind", before.gvk.kind);
  if (!(Id{Gvk::of(object), object["metadata"]["name"].string(), before.ns} == before))
    resource.remember();
  resource.object = std::move(object);
  return {};
}

// A list of {op, path, …} in JSON or YAML; nothing when the text is something else.
std::optional<Value> operations_in(std::string_view text) {
  auto parsed = parse_yaml(text);
  if (!parsed || !parsed->is_array()) return std::nullopt;
  const auto is_operation = [](const Value& item) { return item["op"].is_string(); };
  if (!std::ranges::all_of(parsed->items(), is_operation)) return std::nullopt;
  return std::move(*parsed);
}

Result<std::string> text_of(const Context& context, const Value& entry) {
  const bool has_path = !entry["path"].empty();
  const bool has_patch = !entry["patch"].empty();
  if (has_path == has_patch) {
    return fail(invalid_argument("a patch needs one of path and patch, and only one of them"));
  }
  if (has_patch) return entry["patch"].string();
  return context.read(entry["path"].text());
}

std::string where_of(const Value& entry) {
  return entry["path"].empty() ? "inline patch" : entry["path"].string();
}

// The object that a strategic merge patch without a target names.
Result<Resource*> named_by(Resources& resources, const Value& patch) {
  const Id wanted{Gvk::of(patch), patch["metadata"]["name"].string(),
                  patch["metadata"]["namespace"].string()};
  if (wanted.gvk.kind.empty() || wanted.name.empty()) {
    return fail(invalid_argument("a strategic merge patch needs apiVersion, kind and metadata.name")
                    .with_hint("or a target that selects objects"));
  }
  std::vector<Resource*> found = resources.with_original_id(wanted);
  if (found.empty()) found = resources.with_id(wanted);
  if (found.size() == 1) return found.front();
  return fail(not_found("no resource matches strategic merge patch \"{}\": {} for Id {}",
                        wanted.to_string(), found.empty() ? "no matches" : "multiple matches",
                        wanted.to_string()));
}

Result<> merge_named(const Context& context, Resources& resources,
                     const std::vector<Value>& patches, Allowed allowed) {
  for (const Value& patch : patches) {
    Resource* resource = TRY(named_by(resources, patch));
    merge_into(context, *resource, patch, allowed);
  }
  drop_deleted(resources);
  return {};
}

Result<> apply_text(const Context& context, Resources& resources, const std::string& text,
                    const Value& entry) {
  const Allowed allowed{entry["options"]["allowNameChange"].boolean(),
                        entry["options"]["allowKindChange"].boolean()};
  const bool has_target = !entry["target"].empty();
  const std::optional<Value> operations = operations_in(text);
  if (operations && !has_target) {
    return fail(invalid_argument("must specify a target for JSON patch"));
  }
  std::vector<Value> patches;
  if (!operations) patches = TRY(parse_objects(text, where_of(entry)));
  if (!operations && patches.empty()) {
    return fail(
        invalid_argument("unable to parse SM or JSON patch from [{}]", text.substr(0, 200)));
  }
  if (!has_target) return merge_named(context, resources, patches, allowed);

  const Selector selector = TRY(Selector::parse(entry["target"]));
  for (Resource& resource : resources.all()) {
    if (!selector.matches(resource)) continue;
    if (operations) TRY(run_operations(resource, *operations, allowed));
    for (const Value& patch : patches) {
      if (!resource.object.is_null()) merge_into(context, resource, patch, allowed);
    }
  }
  drop_deleted(resources);
  return {};
}

}  // namespace

Result<> apply_patch(const Context& context, Resources& resources, const Value& entry) {
  const std::string text = TRY(text_of(context, entry));
  auto done = apply_text(context, resources, text, entry);
  if (!done) return fail(std::move(done.error()).with_context(where_of(entry)));
  return {};
}

Result<> apply_merge_patches(const Context& context, Resources& resources, const Value& entry) {
  // A text of several lines, or one that is an object, is the patch itself.
  const bool is_inline = entry.text().contains('\n') || trimmed(entry.text()).starts_with('{');
  const std::string where = is_inline ? "inline patch" : entry.string();
  const std::string text = is_inline ? entry.string() : TRY(context.read(entry.text()));
  const std::vector<Value> patches = TRY(parse_objects(text, where));
  auto done = merge_named(context, resources, patches, {});
  if (!done) return fail(std::move(done.error()).with_context(where));
  return {};
}

Result<> apply_json_patch(const Context& context, Resources& resources, const Value& entry) {
  const std::string text = TRY(text_of(context, entry));
  const std::optional<Value> operations = operations_in(text);
  if (!operations) {
    return fail(
        invalid_argument("{}: a list of JSON patch operations was expected", where_of(entry)));
  }
  const Value& target = entry["target"];
  const Id wanted{{target["group"].string(), target["version"].string(), target["kind"].string()},
                  target["name"].string(),
                  target["namespace"].string()};
  const std::vector<Resource*> found = resources.with_id(wanted);
  if (found.size() != 1) {
    return fail(not_found("{}: {} for Id {}", where_of(entry),
                          found.empty() ? "no matches" : "multiple matches", wanted.to_string()));
  }
  return run_operations(*found.front(), *operations, {});
}

}  // namespace gp::kustomize
