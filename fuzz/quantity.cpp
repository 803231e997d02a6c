// Any bytes as a quantity: what it is written as reads back equal, and is written the same again.

#include "platform/object/quantity.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using gp::object::Quantity;
  const auto quantity = Quantity::parse(gp::fuzz::text_of(data, size));
  if (!quantity) return 0;
  const std::string text = quantity->to_string();
  const auto again = Quantity::parse(text);
  GP_CHECK(again.has_value(), "what is written can be read");
  GP_CHECK(again->to_string() == text, "it is written the same again");
  (void)quantity->value();
  (void)quantity->milli_value();
  return 0;
}
