// What a value is.

#include "engine/sprig/registry.hpp"
#include "engine/sprig/values.hpp"

namespace gp::sprig {

void add_reflection(Registry& registry) {
  const auto* anything = &types::kInterface;
  const auto* text = &types::kString;
  registry.add({"typeOf"}, {anything}, [](Arguments arguments) {
    return Val::string(std::string(type_name(arguments[0])));
  });
  registry.add({"typeIs"}, {text, anything}, [](Arguments arguments) {
    return Val::boolean(arguments[0].text() == type_name(arguments[1]));
  });
  registry.add({"typeIsLike"}, {text, anything}, [](Arguments arguments) {
    const std::string_view name = type_name(arguments[1]);
    const std::string_view wanted = arguments[0].text();
    return Val::boolean(wanted == name || "*" + std::string(wanted) == name);
  });
  registry.add({"kindOf"}, {anything}, [](Arguments arguments) {
    return Val::string(std::string(kind_name(arguments[0])));
  });
  registry.add({"kindIs"}, {text, anything}, [](Arguments arguments) {
    return Val::boolean(arguments[0].text() == kind_name(arguments[1]));
  });
  registry.add({"deepEqual"}, {anything, anything}, [](Arguments arguments) {
    return Val::boolean(deep_equal(arguments[0], arguments[1]));
  });
}

}  // namespace gp::sprig
