// Glob patterns: a pattern on the first line, a path below it.

#include "adapter/files/glob.hpp"

#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const auto [pattern, path] = gp::fuzz::split_line(gp::fuzz::text_of(data, size));
  gp::files::matches_glob(pattern, path);
  const bool plain = !gp::files::is_glob(path) &&
                     path.find_first_of("\\/\n}") == std::string_view::npos && !path.empty() &&
                     path != ".";
  if (plain) GP_CHECK(gp::files::matches_glob(path, path), "a plain name matches itself");
  return 0;
}
