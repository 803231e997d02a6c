// A type's name on the first line, then JSON: [target, patch]. A target without directives stays
// without; an empty patch changes nothing.

#include "base/json.hpp"
#include "fuzz_input.hpp"
#include "platform/object/strategic.hpp"

namespace {

bool has_directives(const gp::Value& value) {
  for (const auto& member : value.members()) {
    if (member.key().starts_with('$') || has_directives(member.value)) return true;
  }
  for (const auto& item : value.items()) {
    if (has_directives(item)) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gp;
  using namespace gp::object;
  const auto [name, text] = fuzz::split_line(fuzz::text_of(data, size));
  const Type* type = builtin_types().find(name);
  const auto input = parse_json(text, {.bytes_max = 1U << 16U, .depth_max = 100});
  if (type == nullptr || !input) return 0;
  const Value& target = input->at(0);
  const Value& patch = input->at(1);

  const auto same = apply_strategic_patch(*type, target, Value::object());
  GP_CHECK(same.has_value(), "an empty patch is fine");
  if (target.is_object()) GP_CHECK(*same == target, "an empty patch changes nothing");
  const auto patched = apply_strategic_patch(*type, target, patch);
  if (!patched) {
    GP_CHECK(!patched.error().message.empty(), "an error says something");
  } else if (!has_directives(patch) && !has_directives(target)) {
    GP_CHECK(!has_directives(*patched), "no directive comes from nowhere");
  }
  return 0;
}
