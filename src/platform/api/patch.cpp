#include "engine/patch/patch.hpp"

#include "base/json.hpp"
#include "platform/api/scale.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/strategic.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kRejected =
    "the server rejected our request due to an error in our request";

std::string_view go_kind(const Value& value) {
  if (value.is_array()) return "array";
  if (value.is_object()) return "object";
  if (value.is_string()) return "string";
  return value.is_bool() ? "bool" : "number";
}

// What Go says when it cannot even read the patch.
Result<> check_form(PatchType type, const Value& patch) {
  if (type != PatchType::Json) {
    if (patch.is_object()) return {};
    return fail(
        status::bad_request(fmt::format("error decoding patch: json: cannot unmarshal {} into Go "
                                        "value of type map[string]interface "
                                        "{{}}",
                                        go_kind(patch))));
  }
  bool is_good = patch.is_array();
  for (const Value& operation : patch.items()) is_good = is_good && operation.is_object();
  if (is_good) return {};
  return fail(status::bad_request(fmt::format(
      "error decoding patch: json: cannot unmarshal {} into Go value of type jsonpatch.Patch",
      go_kind(patch))));
}

Result<Value> apply(PatchType type, const Kind& kind, const Value& base, const Value& patch) {
  switch (type) {
    case PatchType::Merge: return patch::apply_merge_patch(base, patch);
    case PatchType::Json: {
      auto patched = patch::apply_json_patch(base, patch);
      if (patched) return patched;
      if (patched.error().code == Code::TooLarge) {
        return fail(
            status::make(Code::TooLarge, 413, "RequestEntityTooLarge", patched.error().message));
      }
      // The real server gives no more than this away; the log may.
      return fail(status::make(Code::InvalidArgument, 422, "Invalid", std::string(kRejected),
                               Value::object())
                      .with_detail(patched.error().message));
    }
    case PatchType::Strategic: {
      if (!kind.has_strategic_merge()) break;
      auto patched = object::apply_strategic_patch(*kind.type, base, patch);
      if (patched) return patched;
      return fail(status::bad_request(std::move(patched.error().message)));
    }
    case PatchType::Apply: break;
  }
  return fail(status::unsupported_media_type(
      "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"));
}

// ` "" is invalid: patch: Invalid value: "{…}": strict decoding error: unknown field "dta"`
Error bad_result(const Value& patch, std::string_view why) {
  const FieldError error{FieldError::Type::Invalid, "patch",
                         "\"" + to_json(to_json(patch)).substr(1), std::string(why)};
  Kind nothing;
  return status::invalid(nothing, "", {&error, 1});
}

std::string joined(std::span<const std::string> problems) {
  std::string text;
  for (const std::string& problem : problems) {
    if (!text.empty()) text += ", ";
    text += problem;
  }
  return text;
}

Result<Value> decode_result(const Kind& kind, const Value& patched, const Value& patch,
                            const WriteOptions& options) {
  std::vector<std::string> problems;
  auto decoded = object::decode_patched(kind, patched, problems);
  if (!decoded) return fail(bad_result(patch, decoded.error().message));
  if (options.field_validation == FieldValidation::Strict && !problems.empty()) {
    return fail(bad_result(patch, "strict decoding error: " + joined(problems)));
  }
  TRY(judge(kind, problems, options));
  return decoded;
}

}  // namespace

Result<ObjectRef> Verbs::patch(const Target& target, PatchType type, const Value& patch,
                               const WriteOptions& options, bool* is_new) {
  if (type == PatchType::Apply) {
    bool was_new = false;
    auto applied = apply_patch(*impl_, target, patch, options, was_new);
    if (is_new != nullptr) *is_new = was_new;
    return applied;
  }
  TRY(check_form(type, patch));
  for (int turn = 1;; ++turn) {
    const ObjectRef old = impl_->find(target);
    if (!old) return fail(status::not_found(*target.kind, target.name));
    const Value old_value = TRY(impl_->read(*target.kind, old));

    if (target.subresource == "scale") {
      const ObjectRef shown = TRY(impl_->present(*target.kind, old));
      const ObjectRef scale = TRY(scale_of(*target.kind, *shown));
      const Value patched = TRY(apply(type, scale_kind(), scale->parse(), patch));
      auto written = update_scale(*this, target, patched, options);
      const bool names_revision = patched["metadata"] != scale->parse()["metadata"];
      if (written || written.error().code != Code::Conflict || names_revision) return written;
      if (turn == kWriteTurnsMax) return written;
      continue;
    }

    const Value patched = TRY(apply(type, *target.kind, old_value, patch));
    const Value decoded = TRY(decode_result(*target.kind, patched, patch, options));
    const Value next =
        TRY(next_state(*impl_, target, old_value, decoded, options, impl_->clock.now()));
    auto written = replace(*impl_, target, old, old_value, next, options.dry_run);
    if (written) return impl_->present(*target.kind, *written);
    if (!is_race(written.error()) || turn == kWriteTurnsMax) {
      return fail(write_error(target, std::move(written.error())));
    }
  }
}

}  // namespace gp::api
