// Server-side apply: the patch type that says what somebody wants, and creates what is not there.

#include "platform/api/managed_fields.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/object/decode.hpp"

namespace gp::api {
namespace {

// Of `decoded` only what `raw` names: decoding fills in what the client did not say.
Value restrict_to(const Value& decoded, const Value& raw) {
  if (decoded.is_object() && raw.is_object()) {
    Value out = Value::object();
    for (const Value::Member& member : decoded.members()) {
      const Value* said = raw.find(member.key());
      if (said != nullptr && !said->is_null()) {
        out.set(member.key(), restrict_to(member.value, *said));
      }
    }
    return out;
  }
  if (decoded.is_array() && raw.is_array() && decoded.size() == raw.size()) {
    Value out = Value::array();
    for (std::size_t i = 0; i < raw.size(); ++i) {
      out.push_back(restrict_to(decoded.at(i), raw.at(i)));
    }
    return out;
  }
  return decoded;
}

Result<Value> read_config(const Target& target, const Value& patch, const WriteOptions& options) {
  const object::Kind& kind = *target.kind;
  if (!patch["metadata"]["managedFields"].empty()) {
    return fail(status::bad_request("metadata.managedFields must be nil"));
  }
  if (patch["apiVersion"].text().empty() || patch["kind"].text().empty()) {
    return fail(status::bad_request("apply patches must say their apiVersion and kind"));
  }
  std::vector<std::string> problems;
  const Value decoded = TRY(object::decode(kind, patch, options.duplicates, problems));
  TRY(judge(kind, problems, options));
  Value config = restrict_to(decoded, patch);
  TRY(settle_place(target, config));
  if (target.subresource != "status") return config;
  Value status = Value::object();
  for (const char* member : {"apiVersion", "kind", "metadata", "status"}) {
    if (const Value* found = config.find(member)) status.set(member, *found);
  }
  return status;
}

}  // namespace

Result<ObjectRef> apply_patch(const Verbs::Impl& impl, const Target& target, const Value& patch,
                              const WriteOptions& options, bool& is_new) {
  const object::Kind& kind = *target.kind;
  if (target.subresource == "scale") return fail(status::method_not_supported(kind, "apply"));
  const Value config = TRY(read_config(target, patch, options));
  for (int turn = 1;; ++turn) {
    const TimePoint now = impl.clock.now();
    const ObjectRef old = impl.find(target);
    is_new = !old;
    Result<ObjectRef> written;
    if (is_new) {
      if (!target.subresource.empty()) return fail(status::not_found(kind, target.name));
      if (const std::string_view uid = config["metadata"]["uid"].text(); !uid.empty()) {
        return fail(status::conflict(
            kind, target.name,
            fmt::format("uid mismatch: the provided object specified uid {}, and no existing "
                        "object was found",
                        uid)));
      }
      Value object = TRY(apply_config(kind, Value::object(), config, "", options, now));
      written = create_decoded(impl, target, std::move(object), options, Tracking::Done);
      if (!written && written.error().code == Code::AlreadyExists && turn < kWriteTurnsMax) {
        continue;  // somebody else was faster
      }
    } else {
      const Value old_value = TRY(impl.read(kind, old));
      Value merged = TRY(apply_config(kind, old_value, config, target.subresource, options, now));
      std::vector<std::string> ignored;
      Value decoded = TRY(object::decode_patched(kind, merged, ignored));
      const Value next = TRY(
          next_state(impl, target, old_value, std::move(decoded), options, now, Tracking::Done));
      written = replace(impl, target, old, old_value, next, options.dry_run);
      if (!written && is_race(written.error()) && turn < kWriteTurnsMax) continue;
      if (!written) return fail(write_error(target, std::move(written.error())));
    }
    if (!written) return written;
    return impl.present(kind, *written);
  }
}

}  // namespace gp::api
