#pragma once
// What encoding/json says of a text that is not JSON: "invalid character 'b' looking for …".

#include <string>
#include <string_view>

namespace gp::helm {

// Empty when the text is JSON after all.
std::string json_problem(std::string_view text);

}  // namespace gp::helm
