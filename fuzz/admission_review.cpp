// A webhook's answer, read with suspicion: no answer is taken that is not one, and what is taken is
// bounded.

#include "platform/api/admission_review.hpp"

#include "base/json.hpp"
#include "fuzz_input.hpp"

namespace admission = gp::api::admission;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = gp::fuzz::text_of(data, size);
  for (const char* version : {"v1", "v1beta1"}) {
    for (const bool is_mutating : {false, true}) {
      const auto answer = admission::read_answer(text, version, "uid-1", is_mutating);
      if (!answer) {
        GP_CHECK(!answer.error().message.empty(), "a refusal says why");
        continue;
      }
      GP_CHECK(answer->warnings.size() <= admission::kWarningsMax, "warnings are limited");
      GP_CHECK(is_mutating || !answer->patch, "only mutating webhooks patch");
      const gp::Error refusal = admission::webhook_refusal("x", answer->status);
      GP_CHECK(refusal.details["code"].integer() >= 400, "a refusal is no success");
    }
  }
  return 0;
}
