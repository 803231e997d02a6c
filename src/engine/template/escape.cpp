#include "engine/template/escape.hpp"

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"': out.append("&#34;"); break;
      case '\'': out.append("&#39;"); break;
      case '&': out.append("&amp;"); break;
      case '<': out.append("&lt;"); break;
      case '>': out.append("&gt;"); break;
      case '\0': out.append("\xEF\xBF\xBD"); break;
      default: out.push_back(c);
    }
  }
  return out;
}

std::string escape_js(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const std::string_view bytes = text.substr(0, rune.size);
    text.remove_prefix(rune.size);
    switch (rune.code) {
      case '\\': out.append("\\\\"); continue;
      case '\'': out.append("\\'"); continue;
      case '"': out.append("\\\""); continue;
      case '<':
      case '>':
      case '&':
      case '=': break;
      default:
        if (is_printable(rune.code)) {
          out.append(bytes);
          continue;
        }
    }
    out.append(fmt::format("\\u{:04X}", static_cast<std::uint32_t>(rune.code)));
  }
  return out;
}

// Percent-encoding, but a space is "+".
std::string escape_query(std::string_view text) {
  std::string out = percent_encode(text);
  for (std::size_t at = 0; (at = out.find("%20", at)) != std::string::npos; ++at)
    out.replace(at, 3, "+");
  return out;
}

}  // namespace gp::tmpl
