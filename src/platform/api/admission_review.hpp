#pragma once
// AdmissionReview of admission.k8s.io: the question to a webhook, and its answer read with
// suspicion. Private to this folder.

#include <optional>

#include "platform/api/admission_cel.hpp"

namespace gp::api::admission {

constexpr std::size_t kAnswerBytesMax = 3U << 20U;  // as a request's body
constexpr std::size_t kAnswerDepthMax = 64;
constexpr std::size_t kWarningsMax = 32;  // of one answer
constexpr std::size_t kWarningBytesMax = 4U << 10U;

// `version`: "v1" or "v1beta1".
std::string review_text(std::string_view version, std::string_view uid, Inputs& inputs);

struct ReviewAnswer {
  bool is_allowed = false;
  Value status;                // of a refusal; may be null
  std::optional<Value> patch;  // a JSON Patch
  std::string patch_type;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> audit_annotations;
};

// The error's message is what the real server says behind `failed calling webhook "x": `.
Result<ReviewAnswer> read_answer(std::string_view body, std::string_view version,
                                 std::string_view uid, bool is_mutating);

// `admission webhook "x" denied the request: …`, a Status of at least 400.
Error webhook_refusal(std::string_view webhook, const Value& status);

}  // namespace gp::api::admission
