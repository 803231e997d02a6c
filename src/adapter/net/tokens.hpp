#pragma once
// The small words of RFC 9110: tokens, blanks, lists, comparison without case. ASCII only, no
// locale.

#include <string_view>

namespace gp::net {

bool is_token_char(char c) noexcept;
bool is_token(std::string_view text) noexcept;  // not empty
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
std::string_view trim_blanks(std::string_view text) noexcept;  // spaces and tabs
// Whether a comma-separated list such as "keep-alive, Upgrade" has the token, without case.
bool list_has_token(std::string_view list, std::string_view token) noexcept;

}  // namespace gp::net
