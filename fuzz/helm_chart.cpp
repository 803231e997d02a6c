// The archive loader, and the reading of Chart.yaml, values.yaml and .helmignore.

#include <cstddef>
#include <cstdint>

#include "base/yaml.hpp"
#include "engine/helm/archive.hpp"
#include "engine/helm/ignore.hpp"
#include "engine/helm/quick_head.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const gp::helm::LoadLimits limits{
      .bytes_max = 1 << 20, .file_bytes_max = 1 << 18, .files_max = 200};
  if (text.starts_with("\x1f\x8b")) {
    (void)gp::helm::load_archive(text, limits);
    return 0;
  }
  const std::string copy(text);
  (void)gp::helm::load_chart({{"Chart.yaml", copy}, {"values.yaml", copy}}, limits);
  (void)gp::helm::IgnoreRules::parse(text);
  if (const auto head = gp::helm::quick_head(text)) {
    const auto document = gp::parse_yaml(text);
    GP_CHECK(document.has_value(), "what the quick reader takes, the parser takes");
    GP_CHECK((*document)["kind"].text() == head->kind, "and they agree on the kind");
  }
  return 0;
}
