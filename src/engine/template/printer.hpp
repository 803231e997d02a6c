#pragma once
// One verb at a time: the flags and the value formatter behind print.hpp.

#include <optional>
#include <string>
#include <string_view>

#include "engine/template/value.hpp"

namespace gp::tmpl {

struct Flags {
  bool sharp = false, zero = false, plus = false, minus = false, space = false;
  bool sharp_v = false, plus_v = false;  // %#v and %+v
  std::optional<int> width, precision;
};

class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}
  Flags flags;

  void print(const Val& argument, char32_t verb);

 private:
  void print_nested(const Val& value, char32_t verb, int depth);
  bool print_methods(const Val& value, char32_t verb);
  void print_map(const Val& value, char32_t verb, int depth);
  void print_slice(const Val& value, char32_t verb, int depth);
  void bad_verb(const Val& value, char32_t verb);

  void boolean(const Val& value, char32_t verb);
  void integer(const Val& value, char32_t verb);
  void digits(std::uint64_t number, unsigned base, bool is_signed, char32_t verb, bool upper);
  void unicode(std::uint64_t number);
  void floating(const Val& argument, double value, char32_t verb);
  void float_text(double value, char verb, int precision);
  void complex(const Val& value, char32_t verb);
  void string(const Val& argument, std::string_view text, char32_t verb);
  void bytes(const Val& value, char32_t verb);
  void hexadecimal(std::string_view text, bool upper);
  void quoted(std::string_view text);

  std::string_view truncated(std::string_view text) const;
  void pad(std::string_view text);
  void pad_without_zeros(std::string_view text);
  void padding(int count);

  std::string& out_;
  bool erroring_ = false;
  std::uint64_t printed_ = 0;
};

}  // namespace gp::tmpl
