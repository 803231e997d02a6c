// A chart's template and values, as `goldenpath helm eval` takes them, under small limits.

#include <cstddef>
#include <cstdint>

#include "engine/helm/eval.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Up to a zero byte the values, then the template.
  const std::size_t end = text.find('\0');
  const bool both = end != std::string_view::npos;
  gp::Value spec = gp::Value::object();
  spec.set("template", gp::Value(both ? text.substr(end + 1) : text));
  if (both) spec.set("values_yaml", gp::Value::array({gp::Value(text.substr(0, end))}));
  gp::helm::evaluate_case(spec, {.output_bytes = 1 << 20, .steps = 20'000, .stack_bytes = 1 << 20});
  return 0;
}
