#include "platform/api/scale.hpp"

#include "platform/api/admission_write.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

// Walks ".spec.replicas"; the names hold no dots.
std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t dot = path.find('.');
    parts.push_back(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot);
  }
  return parts;
}

Value value_at(Value value, std::string_view path) {
  for (const std::string_view part : split_path(path)) value = Value(value[part]);
  return value;
}

// A merge patch that sets one value at a path.
Value patch_of(std::string_view path, Value value) {
  const std::vector<std::string_view> parts = split_path(path);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    value = Value::object({{*part, std::move(value)}});
  }
  return value;
}

std::string selector_text(const Value& selector) {
  if (selector.is_string()) return selector.string();
  if (!selector.is_object()) return {};
  const bool is_label_selector =
      selector.contains("matchLabels") || selector.contains("matchExpressions");
  auto parsed = selector::LabelSelector::from_object(
      is_label_selector ? selector : Value::object({{"matchLabels", selector}}));
  return parsed ? parsed->to_string() : std::string();
}

// Policies and webhooks see the Scale, not the object behind it.
Result<std::int64_t> admitted_replicas(Verbs& verbs, const Target& target, std::int64_t replicas,
                                       const WriteOptions& options) {
  Admission* admission = verbs.admission();
  if (admission == nullptr || (!admission->may_mutate(Operation::Update, target) &&
                               !admission->may_validate(Operation::Update, target))) {
    return replicas;
  }
  const ObjectRef found = TRY(verbs.get(target));
  const Value old = found->parse();
  Value scale = old;
  scale.edit("spec").set("replicas", replicas);
  TRY(admit_changes(admission, Operation::Update, target, scale, &old, options, [](Value&) {}));
  TRY(admit_write(admission, Operation::Update, target, scale, &old, options));
  return scale["spec"]["replicas"].integer();
}

}  // namespace

const object::Kind& scale_kind() {
  static const object::Kind kind = [] {
    object::Kind scale;
    scale.group = "autoscaling";
    scale.version = "v1";
    scale.kind = "Scale";
    scale.plural = "scales";
    return scale;
  }();
  return kind;
}

Result<ObjectRef> scale_of(const object::Kind& kind, const object::Object& object) {
  if (!kind.scale) return fail(status::no_such_resource());
  const Value value = object.parse();
  const Value& from = value["metadata"];
  Value metadata = Value::object();
  for (const char* name : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    if (const Value* member = from.find(name)) metadata.set(name, *member);
  }
  Value spec = Value::object();
  const Value wanted = value_at(value, kind.scale->spec_replicas);
  if (kind.is_custom && wanted.is_null()) {
    return fail(status::make(
        Code::Internal, 500, "InternalError",
        fmt::format("Internal error occurred: the spec replicas field \"{}\" does not exist",
                    kind.scale->spec_replicas)));
  }
  const std::int64_t replicas = wanted.integer();
  if (replicas != 0) spec.set("replicas", replicas);
  Value status =
      Value::object({{"replicas", value_at(value, kind.scale->status_replicas).integer()}});
  // Built-in kinds select by spec; custom ones say as text in their status what they select.
  const Value selector = kind.type != nullptr ? value_at(value, ".spec.selector")
                                              : value_at(value, kind.scale->label_selector);
  if (const std::string text = selector_text(selector); !text.empty()) {
    status.set("selector", text);
  }
  const Value document = Value::object({{"apiVersion", "autoscaling/v1"},
                                        {"kind", "Scale"},
                                        {"metadata", std::move(metadata)},
                                        {"spec", std::move(spec)},
                                        {"status", std::move(status)}});
  const object::Draft draft = TRY(object::Draft::make("scales.autoscaling", document, {}));
  return object::Object::make(draft, object.revision());
}

Result<ObjectRef> update_scale(Verbs& verbs, const Target& target, const Value& scale,
                               const WriteOptions& options) {
  const object::Kind& kind = *target.kind;
  if (!kind.scale) return fail(status::no_such_resource());
  const Value& replicas = scale["spec"]["replicas"];
  std::vector<FieldError> errors;
  const bool is_negative = replicas.is_integer() && replicas.integer() < 0;
  // Of custom kinds the object behind it is checked, in words of its own.
  if (!replicas.is_null() && (!replicas.is_integer() || (is_negative && !kind.is_custom))) {
    errors.push_back({FieldError::Type::Invalid, "spec.replicas",
                      std::to_string(replicas.integer()), "must be greater than or equal to 0"});
    return fail(status::invalid(scale_kind(), target.name, errors));
  }

  const std::int64_t wanted = TRY(admitted_replicas(verbs, target, replicas.integer(), options));

  // A number alone: whatever else changes meanwhile stays, unless the client insists on a revision.
  Value patch = patch_of(kind.scale->spec_replicas, wanted);
  const std::string_view revision = scale["metadata"]["resourceVersion"].text();
  const std::string_view uid = scale["metadata"]["uid"].text();
  Value metadata = Value::object();
  if (!revision.empty()) metadata.set("resourceVersion", revision);
  if (!uid.empty()) metadata.set("uid", uid);
  if (!metadata.empty()) patch.set("metadata", std::move(metadata));
  WriteOptions admitted = options;
  admitted.is_admitted = true;
  const Target parent{target.kind, target.ns, target.name, {}};
  const ObjectRef written = TRY(verbs.patch(parent, PatchType::Merge, patch, admitted));
  return scale_of(kind, *written);
}

}  // namespace gp::api
