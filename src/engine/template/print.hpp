#pragma once
// Go's fmt for template values: what `{{ . }}`, print, println and printf write.
//
// Verbs, flags, widths, argument indices and the texts of mistakes ("%!d(string=a)") are those of
// Go's fmt package.

#include <span>
#include <string>
#include <string_view>

#include "engine/template/value.hpp"

namespace gp::tmpl {

void print_value(std::string& out, const Val& value);  // %v
std::string print_one(const Val& value);               // %v
std::string sprint(std::span<const Val> values);
std::string sprintln(std::span<const Val> values);
std::string print_format(std::string_view format, std::span<const Val> arguments);

// Width and precision beyond this are refused with Go's %!(BADWIDTH) and %!(BADPREC).
inline constexpr int kWidthMax = 1'000'000;

}  // namespace gp::tmpl
