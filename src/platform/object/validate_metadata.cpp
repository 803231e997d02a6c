// The rules that hold for the metadata of every object (apimachinery's ValidateObjectMeta).

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "engine/selector/names.hpp"
#include "platform/object/go_text.hpp"
#include "platform/object/rules.hpp"
#include "platform/object/validate.hpp"

namespace gp::object {
namespace {

constexpr std::size_t kAnnotationBytesMax = 262'144;

constexpr std::array<std::string_view, 3> kStandardFinalizers = {"kubernetes", "orphan",
                                                                 "foregroundDeletion"};

std::vector<std::string> path_segment_errors(std::string_view name) {
  if (name == "." || name == "..") return {fmt::format("may not be '{}'", name)};
  std::vector<std::string> errors;
  for (const char bad : {'/', '%'}) {
    if (name.contains(bad)) errors.push_back(fmt::format("may not contain '{}'", bad));
  }
  return errors;
}

std::vector<std::string> name_errors_by(NameRule rule, std::string_view name) {
  switch (rule) {
    case NameRule::DnsSubdomain: return selector::dns_subdomain_errors(name);
    case NameRule::DnsLabel: return selector::dns_label_errors(name);
    case NameRule::Dns1035Label: return selector::dns1035_label_errors(name);
    case NameRule::PathSegment: return path_segment_errors(name);
  }
  return {};
}

// A prefix may end in what only a middle may hold: "gen-".
void check_generate_name(const Kind& kind, std::string_view prefix, Report& report) {
  std::string name(prefix);
  if (name.ends_with('-') && kind.name_rule != NameRule::PathSegment) name.back() = 'a';
  report.invalid_all("metadata.generateName", prefix, name_errors_by(kind.name_rule, name));
}

void check_name(const Kind& kind, const Value& metadata, Report& report) {
  const std::string_view prefix = metadata["generateName"].text();
  if (!prefix.empty()) check_generate_name(kind, prefix, report);
  const std::string_view name = metadata["name"].text();
  if (name.empty()) {
    report.required("metadata.name", "name or generateName is required");
    return;
  }
  report.invalid_all("metadata.name", name, name_errors_by(kind.name_rule, name));
}

void check_namespace(const Kind& kind, const Value& metadata, Report& report) {
  const std::string_view ns = metadata["namespace"].text();
  if (!kind.is_namespaced) {
    if (!ns.empty()) report.forbidden("metadata.namespace", "not allowed on this type");
  } else if (ns.empty()) {
    report.required("metadata.namespace");
  } else {
    report.invalid_all("metadata.namespace", ns, selector::dns_label_errors(ns));
  }
}

std::vector<std::string_view> sorted_keys(const Value& map) {
  std::vector<std::string_view> keys;
  for (const Value::Member& member : map.members()) keys.push_back(member.key());
  std::ranges::sort(keys);
  return keys;
}

void check_labels(const Value& labels, Report& report) {
  for (const std::string_view key : sorted_keys(labels)) {
    report.invalid_all("metadata.labels", key, selector::label_key_errors(key));
    report.invalid_all("metadata.labels", labels[key],
                       selector::label_value_errors(labels[key].text()));
  }
}

void check_annotations(const Value& annotations, Report& report) {
  std::size_t bytes = 0;
  for (const std::string_view key : sorted_keys(annotations)) {
    report.invalid_all("metadata.annotations", key, selector::label_key_errors(lower(key)));
    bytes += key.size() + annotations[key].size();
  }
  if (bytes > kAnnotationBytesMax) report.too_long("metadata.annotations", kAnnotationBytesMax);
}

void check_owners(const Value& owners, Report& report) {
  std::string_view controller;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const Value& owner = owners.at(i);
    const std::string path = element("metadata.ownerReferences", i);
    const auto must_not_be_empty = [&](std::string_view field, std::string_view word) {
      if (owner[field].empty()) {
        report.invalid(child(path, field), owner[field], fmt::format("{} must not be empty", word));
      }
    };
    must_not_be_empty("apiVersion", "version");
    must_not_be_empty("kind", "kind");
    must_not_be_empty("name", "name");
    must_not_be_empty("uid", "uid");
    if (owner["kind"].text() == "Event" && owner["apiVersion"].text() == "v1") {
      report.invalid(path, owner, "is disallowed from being an owner");
    }
    if (!owner["controller"].boolean()) continue;
    if (!controller.empty()) {
      report.invalid("metadata.ownerReferences", owners,
                     fmt::format("Only one reference can have Controller set to true. Found "
                                 "\"true\" in references for {} and {}",
                                 controller, owner["name"].text()));
      return;
    }
    controller = owner["name"].text("?");
  }
}

void check_finalizers(const Kind& kind, const Value& finalizers, Report& report) {
  bool orphan = false;
  bool foreground = false;
  // Definitions, and what they define, are not held to the rules of the core's kinds.
  const bool is_core = kind.type != nullptr && kind.group != "apiextensions.k8s.io";
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const std::string_view name = finalizers.at(i).text();
    report.invalid_all("metadata.finalizers", name, selector::label_key_errors(name));
    if (is_core && !name.contains('/') &&
        std::ranges::find(kStandardFinalizers, name) == kStandardFinalizers.end()) {
      report.invalid(element("metadata.finalizers", i), name,
                     "name is neither a standard finalizer name nor is it fully qualified");
    }
    orphan = orphan || name == "orphan";
    foreground = foreground || name == "foregroundDeletion";
  }
  if (orphan && foreground) {
    report.invalid("metadata.finalizers", finalizers,
                   "finalizer orphan and foregroundDeletion cannot be both set");
  }
}

void check_unchanged(const Value& now, const Value& before, Report& report) {
  for (const std::string_view field : {"name", "namespace", "uid", "creationTimestamp",
                                       "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    report.immutable(child("metadata", field), now[field], before[field]);
  }
  if (before["deletionTimestamp"].is_null()) return;
  std::string added;
  for (const Value& finalizer : now["finalizers"].items()) {
    const auto known = before["finalizers"].items();
    if (std::ranges::find(known, finalizer) == known.end()) {
      added += (added.empty() ? "" : ", ") + go_quote(finalizer.text());
    }
  }
  if (!added.empty()) {
    report.forbidden("metadata.finalizers",
                     fmt::format("no new finalizers can be added if the object is being deleted, "
                                 "found new finalizers []string{{{}}}",
                                 added));
  }
}

}  // namespace

std::vector<std::string> name_errors(const Kind& kind, std::string_view name) {
  return name_errors_by(kind.name_rule, name);
}

void validate_metadata(const Kind& kind, const Value& metadata, const Value* old_metadata,
                       std::vector<FieldError>& errors) {
  Report report(errors);
  check_name(kind, metadata, report);
  check_namespace(kind, metadata, report);
  check_labels(metadata["labels"], report);
  check_annotations(metadata["annotations"], report);
  check_owners(metadata["ownerReferences"], report);
  check_finalizers(kind, metadata["finalizers"], report);
  if (old_metadata != nullptr) check_unchanged(metadata, *old_metadata, report);
}

}  // namespace gp::object
