#include "platform/api/admission_review.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "platform/api/status.hpp"

namespace gp::api::admission {
namespace {

Error invalid_answer(std::string why) {
  return invalid_argument("received invalid webhook response: {}", why);
}

Result<Value> read_patch(const Value& encoded) {
  if (!encoded.is_string()) return fail(invalid_argument("patch is not a base64 string"));
  const auto text = base64_decode(encoded.text());
  if (!text) return fail(invalid_argument("patch is not a base64 string"));
  return parse_json(*text, {.bytes_max = kAnswerBytesMax, .depth_max = kAnswerDepthMax});
}

Result<> take_patch(const Value& response, std::string_view version, bool is_mutating,
                    ReviewAnswer& answer) {
  const bool has_patch = !response["patch"].empty();
  const Value& type = response["patchType"];
  if (!is_mutating) {
    if (version == "v1" && (has_patch || !type.is_null())) {
      return fail(
          invalid_answer("validating webhook may not return response.patch or "
                         "response.patchType"));
    }
    return {};
  }
  if (!has_patch) {
    if (version == "v1" && !type.is_null()) {
      return fail(invalid_answer("webhook returned response.patchType but not response.patch"));
    }
    return {};
  }
  if (version == "v1" && type.is_null()) {
    return fail(invalid_answer("webhook returned response.patch but not response.patchType"));
  }
  answer.patch_type = type.text("JSONPatch");
  if (answer.patch_type != "JSONPatch") {
    return fail(invalid_answer(
        fmt::format("webhook returned invalid response.patchType of \"{}\"", answer.patch_type)));
  }
  auto patch = read_patch(response["patch"]);
  if (!patch) return fail(invalid_answer(std::move(patch.error().message)));
  answer.patch = std::move(*patch);
  return {};
}

void take_notes(const Value& response, ReviewAnswer& answer) {
  for (const Value& warning : response["warnings"].items()) {
    if (answer.warnings.size() == kWarningsMax) break;
    answer.warnings.emplace_back(warning.text().substr(0, kWarningBytesMax));
  }
  for (const auto& note : response["auditAnnotations"].members()) {
    if (answer.audit_annotations.size() == kWarningsMax) break;
    answer.audit_annotations.emplace_back(std::string(note.key()).substr(0, kWarningBytesMax),
                                          note.value.text().substr(0, kWarningBytesMax));
  }
}

}  // namespace

std::string review_text(std::string_view version, std::string_view uid, Inputs& inputs) {
  Value request = Value::object({{"uid", uid}});
  const auto& asked = inputs.review_request();
  for (const auto& member : asked.members()) {
    request.set(member.key(), member.value);
  }
  request.set("object", inputs.object());
  request.set("oldObject", inputs.old_object());
  return to_json(Value::object({{"kind", "AdmissionReview"},
                                {"apiVersion", fmt::format("admission.k8s.io/{}", version)},
                                {"request", std::move(request)}}));
}

Result<ReviewAnswer> read_answer(std::string_view body, std::string_view version,
                                 std::string_view uid, bool is_mutating) {
  auto parsed = parse_json(body, {.bytes_max = kAnswerBytesMax, .depth_max = kAnswerDepthMax});
  if (!parsed) {
    return fail(
        invalid_argument("failed to call webhook: couldn't get version/kind; json parse "
                         "error: {}",
                         parsed.error().message));
  }
  const Value& response = (*parsed)["response"];
  if (!response.is_object()) {
    return fail(invalid_answer("webhook response was absent"));
  }
  if (version == "v1") {
    const std::string_view answered = response["uid"].text();
    if (answered != uid) {
      return fail(
          invalid_answer(fmt::format("expected response.uid=\"{}\", got \"{}\"", uid, answered)));
    }
    const std::string_view api_version = (*parsed)["apiVersion"].text();
    const std::string_view kind = (*parsed)["kind"].text();
    if (api_version != "admission.k8s.io/v1" || kind != "AdmissionReview") {
      return fail(invalid_answer(
          fmt::format("expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, "
                      "got {}, Kind={}",
                      api_version.empty() ? "/" : api_version, kind)));
    }
  }
  ReviewAnswer answer;
  answer.is_allowed = response["allowed"].boolean();
  answer.status = response["status"];
  TRY(take_patch(response, version, is_mutating, answer));
  take_notes(response, answer);
  return answer;
}

Error webhook_refusal(std::string_view webhook, const Value& status) {
  constexpr std::int64_t kLeast = 400;
  const std::string denied = fmt::format("admission webhook \"{}\" denied the request", webhook);
  const std::string_view text = status["message"].text();
  const std::string_view reason = status["reason"].text();
  std::string message = denied + " without explanation";
  if (!reason.empty()) message = fmt::format("{}: {}", denied, reason);
  if (!text.empty()) message = fmt::format("{}: {}", denied, text);
  std::int64_t code = status["code"].integer();
  if (code < kLeast || code > 599) code = kLeast;
  return status::make(Code::Forbidden, static_cast<int>(code), reason, std::move(message),
                      status["details"].is_object() ? status["details"] : Value());
}

}  // namespace gp::api::admission
