// Any bytes as the text of types: read or refused with the line.

#include "fuzz_input.hpp"
#include "platform/object/type_schema.hpp"
#include "platform/object/types.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gp::object;
  const std::string_view text = gp::fuzz::text_of(data, size);
  const auto table = TypeTable::parse(std::span(&text, 1));
  if (!table) {
    GP_CHECK(!table.error().message.empty(), "an error says something");
    return 0;
  }
  for (const Type* type : table->all()) {
    for (const Field& field : type->fields) {
      GP_CHECK((field.scalar == Scalar::Object) <= (field.object != nullptr),
               "named types are found");
      (void)go_type_name(field);
    }
    (void)type_schema(*type, RefStyle::Components);
  }
  return 0;
}
