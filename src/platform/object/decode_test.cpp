#include "platform/object/decode.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/test_kinds.hpp"
#include "platform/object/validate.hpp"

namespace gp::object {
namespace {

// What the server makes of `json`: the object, then the problems a strict client hears of.
std::string decoded(const TextCase& test) {
  const KindPtr kind = test_kinds().resolve(test.field("kind"));
  if (!kind) return "no such kind";
  std::vector<std::string> duplicates;
  const auto raw = parse_json_strict(test.field("json"), duplicates);
  if (!raw) return raw.error().message;
  std::vector<std::string> problems;
  const auto object = decode(*kind, *raw, duplicates, problems);
  if (!object) return "error: " + object.error().message + "\n";
  Value out = *object;
  out.erase("apiVersion");
  out.erase("kind");
  std::string text = to_json(out, {.escape_html = false}) + "\n";
  for (const std::string& problem : problems) text += problem + "\n";
  return text;
}

// What is wrong with `json` after defaults, and against `old` if there is one.
std::string validated(const TextCase& test) {
  const KindPtr kind = test_kinds().resolve(test.field("kind"));
  if (!kind) return "no such kind";
  const auto read = [&](const std::string& text) -> Value {
    const auto raw = parse_json(text);
    if (!raw) return Value(raw.error().message);
    std::vector<std::string> problems;
    auto object = decode(*kind, *raw, {}, problems);
    if (!object) return Value(object.error().message);
    if (kind->is_namespaced && !(*object)["metadata"].contains("namespace")) {
      object->edit("metadata").set("namespace", "shop");
    }
    apply_defaults(*kind, *object, nullptr);
    return *object;
  };
  const Value object = read(test.field("json"));
  if (object.is_string()) return "error: " + object.string() + "\n";
  const Value before = test.has("old") ? read(test.field("old")) : Value();
  std::string out;
  for (const FieldError& error : validate(*kind, object, test.has("old") ? &before : nullptr)) {
    out += error.field + ": " + error.message() + "\n";
  }
  return out.empty() ? "fine\n" : out;
}

void check_cases(const std::string& name, std::string (*run)(const TextCase&)) {
  const auto failures = run_text_cases(GP_SOURCE_DIR "/src/platform/object/testdata/" + name, run);
  for (const std::string& failure : failures) FAIL_CHECK(failure);
}

}  // namespace

TEST_CASE("decode: documents become what Go would write, or its error") {
  check_cases("decode.txt", decoded);
}

TEST_CASE("validate: what is wrong is said in Kubernetes' words") {
  check_cases("validate.txt", validated);
}

}  // namespace gp::object
