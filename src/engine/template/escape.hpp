#pragma once
// The escapes of html, js and urlquery.

#include <string>
#include <string_view>

namespace gp::tmpl {

std::string escape_html(std::string_view text);
std::string escape_js(std::string_view text);
std::string escape_query(std::string_view text);

}  // namespace gp::tmpl
