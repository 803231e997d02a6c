#include "engine/helm/flags.hpp"

namespace gp::helm {
namespace {

struct SetFlag {
  const std::vector<std::string>& texts;
  SetKind kind;
  std::string_view name;
};

}  // namespace

Result<Val> merge_flags(const ValueFlags& values, const ReadFile& read_values,
                        const ReadFile& read_set) {
  Val merged = Val::new_map();
  for (const std::string& file : values.files) {
    const std::string text = TRY(read_values(file));
    const Val over = TRY(parse_values(text, file));
    merge_maps(merged, over);
  }
  const SetFlag flags[] = {
      {values.set_json, SetKind::Json, "--set-json"},
      {values.set, SetKind::Typed, "--set"},
      {values.set_string, SetKind::String, "--set-string"},
      {values.set_file, SetKind::File, "--set-file"},
      {values.set_literal, SetKind::Literal, "--set-literal"},
  };
  for (const SetFlag& flag : flags) {
    for (const std::string& text : flag.texts) {
      auto done = apply_set(merged, text, flag.kind, read_set);
      if (done) continue;
      // Helm keeps the reason to itself here.
      if (flag.kind == SetKind::Json)
        return fail(invalid_argument("failed parsing --set-json data {}", text));
      return fail(
          std::move(done).error().with_context(fmt::format("failed parsing {} data", flag.name)));
    }
  }
  return merged;
}

}  // namespace gp::helm
