// YAML text: every document that is read can be written as YAML and as JSON and reads back equal.

#include "base/yaml.hpp"

#include "base/json.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  gp::YamlOptions options;
  options.limits = {
      .bytes_max = 1U << 16U, .depth_max = 60, .nodes_max = 10'000, .documents_max = 20};
  options.refuse_duplicate_keys = (data[0] & 1U) != 0;
  options.go_yaml_v3 = (data[0] & 2U) != 0;
  const std::string_view text = gp::fuzz::text_of(data, size);

  const auto documents = gp::parse_yaml_stream(text, options);
  const auto with_lines = gp::parse_yaml_with_lines(text, options);
  GP_CHECK(documents.has_value() == with_lines.has_value(), "line tables change no verdict");
  if (!documents) {
    GP_CHECK(documents.error().message.find("line ") != std::string::npos ||
                 documents.error().code == gp::Code::TooLarge,
             "errors name a line");
    return 0;
  }
  for (std::size_t i = 0; i < documents->size(); ++i) {
    const gp::Value& value = (*documents)[i].value;
    GP_CHECK(value == (*with_lines)[i].first.value, "line tables change no value");
    const auto from_yaml = gp::parse_yaml(gp::to_yaml(value));
    GP_CHECK(from_yaml.has_value() && *from_yaml == value,
             "what we write as YAML reads back equal");
    const auto from_json = gp::parse_json(gp::to_json(value));
    const bool is_exact = !gp::fuzz::has_inexact_double(value);
    GP_CHECK(from_json.has_value() && (!is_exact || *from_json == value),
             "what we write as JSON reads back equal");
  }
  return 0;
}
