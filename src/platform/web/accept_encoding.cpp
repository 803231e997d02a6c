#include "platform/web/accept_encoding.hpp"

#include "adapter/net/tokens.hpp"

namespace gp::web {
namespace {

std::string_view cut(std::string_view& text, char at) {
  const std::size_t end = std::min(text.find(at), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return net::trim_blanks(part);
}

// "q=0", "q=0.000": anything else is a wish, however small.
bool is_refusal(std::string_view parameters) {
  const std::string_view weight = cut(parameters, ';');
  if (!weight.starts_with("q=") && !weight.starts_with("Q=")) return false;
  return weight.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  bool is_covered = false;
  while (!accept_encoding.empty()) {
    std::string_view item = cut(accept_encoding, ',');
    const std::string_view name = cut(item, ';');
    if (net::equal_ignoring_case(name, coding)) return !is_refusal(item);
    if (name == "*") is_covered = !is_refusal(item);
  }
  return is_covered;
}

}  // namespace gp::web
