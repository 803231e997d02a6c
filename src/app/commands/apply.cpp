#include <iostream>

#include "app/commands/objects.hpp"
#include "base/json.hpp"
#include "engine/patch/patch.hpp"

namespace gp::app {
namespace {

// kubectl's own annotation, so that both tools can take turns on one object.
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

// Members that the last apply set and this one does not: they are to go.
void add_removals(const Value& last, const Value& wanted, Value& patch) {
  for (const auto& member : last.members()) {
    const Value* now = wanted.find(member.key());
    if (now == nullptr) {
      patch.set(member.key(), Value());
    } else if (now->is_object() && member.value.is_object()) {
      Value inner = patch[member.key()];
      add_removals(member.value, *now, inner);
      if (!inner.empty()) patch.set(member.key(), std::move(inner));
    }
  }
}

// What the live object lacks of what is wanted; fields that others own stay as they are.
void add_changes(const Value& live, const Value& wanted, Value& patch) {
  for (const auto& member : wanted.members()) {
    const Value& present = live[member.key()];
    if (present.is_object() && member.value.is_object()) {
      Value inner = patch[member.key()];
      add_changes(present, member.value, inner);
      if (!inner.empty()) patch.set(member.key(), std::move(inner));
    } else if (!(present == member.value)) {
      patch.set(member.key(), member.value);
    }
  }
}

Value with_last_applied(Value document) {
  const std::string configuration = to_json(document) + "\n";
  document.edit("metadata").edit("annotations").set(kLastApplied, configuration);
  return document;
}

Value three_way_patch(const Value& live, const Value& wanted) {
  Value patch = Value::object();
  const auto last = parse_json(live["metadata"]["annotations"][kLastApplied].text());
  if (last) add_removals(*last, wanted, patch);
  add_changes(live, with_last_applied(wanted), patch);
  return patch;
}

Result<std::string> apply_one(ApiClient& client, const ManifestDocument& manifest,
                              const ApplyOptions& options) {
  Value wanted = manifest.value;
  const ApiResource resource =
      TRY(client.resolve_kind(wanted["apiVersion"].text(), wanted["kind"].text()));
  if (resource.is_namespaced && wanted["metadata"]["namespace"].empty()) {
    wanted.edit("metadata").set("namespace", options.ns);
  }
  const std::string ns = wanted["metadata"]["namespace"].string();
  const std::string name = wanted["metadata"]["name"].string();
  if (name.empty()) return fail(invalid_argument("metadata.name is missing"));
  const std::string label =
      resource.singular + (resource.group.empty() ? "" : "." + resource.group) + "/" + name;
  const std::string query = std::string("?fieldManager=goldenpath&fieldValidation=Strict") +
                            (options.dry_run ? "&dryRun=All" : "");

  const auto live = client.get(resource.path(ns, name));
  if (!live) {
    if (live.error().code != Code::NotFound) return fail(live.error());
    TRY(client.send("POST", resource.path(ns) + query, with_last_applied(wanted)));
    return label + " created";
  }
  const Value patch = three_way_patch(*live, wanted);
  if (patch.empty()) return label + " unchanged";
  TRY(client.send("PATCH", resource.path(ns, name) + query, patch, "application/merge-patch+json"));
  return label + " configured";
}

Result<int> apply(const ApplyOptions& options) {
  const std::vector<ManifestDocument> manifests = TRY(read_manifests(options.files));
  ApiClient client = TRY(connect(options.connection));
  int failures = 0;
  for (const ManifestDocument& manifest : manifests) {
    auto line = apply_one(client, manifest, options);
    if (line) {
      std::cout << *line << (options.dry_run ? " (server dry run)" : "") << "\n";
      continue;
    }
    if (line.error().code == Code::Unavailable) return fail(std::move(line).error());
    report(std::move(line.error()).with_context(manifest.where));
    ++failures;
  }
  return failures == 0 ? kFine : kFindings;
}

}  // namespace

int run_apply(const ApplyOptions& options) {
  const auto code = apply(options);
  return code ? *code : report(code.error());
}

}  // namespace gp::app
