#include "engine/template/print.hpp"

#include <doctest/doctest.h>

namespace gp::tmpl {
namespace {

template <typename... Values>
std::string format(std::string_view text, Values... values) {
  const std::vector<Val> list = {std::move(values)...};
  return print_format(text, list);
}

Val integer(std::int64_t value) {
  return Val::integer(value);
}
Val text(std::string value) {
  return Val::string(std::move(value));
}

Val sample_map() {
  Val map = Val::new_map();
  map.map().set("b", Val::nil());
  map.map().set("a", Val::list({integer(1), text("x")}));
  return map;
}

}  // namespace

TEST_CASE("integers take width, precision, sign and base") {
  CHECK(format("%d|%5d|%-5d|%05d|%+d", integer(42), integer(42), integer(42), integer(42),
               integer(42)) == "42|   42|42   |00042|+42");
  CHECK(format("%x %X %o %O %b %#x %#o", integer(255), integer(255), integer(8), integer(8),
               integer(5), integer(255), integer(8)) == "ff FF 10 0o10 101 0xff 010");
  CHECK(format("%.4d|%c|%q|%U|%#U", integer(-7), integer(97), integer(97), integer(0x263A),
               integer(0x263A)) == "-0007|a|'a'|U+263A|U+263A '☺'");
}

TEST_CASE("floats print shortest, with an exponent where %.6g would have one") {
  CHECK(format("%v %v %v", Val::number(0.1), Val::number(1e6), Val::number(123456)) ==
        "0.1 1e+06 123456");
  CHECK(format("%f %.2f %e %g %6.1f|%-8.2f|%+.1f", Val::number(1.5), Val::number(3.14159),
               Val::number(1234.5), Val::number(1e-7), Val::number(2.25), Val::number(1),
               Val::number(1)) == "1.500000 3.14 1.234500e+03 1e-07    2.2|1.00    |+1.0");
}

TEST_CASE("strings quote, pad and cut by characters") {
  CHECK(format("%s|%5s|%-5s|%.2s|%q|%x|% X", text("héy"), text("é"), text("é"), text("héy"),
               text("a\"\n"), text("hi"),
               text("hi")) == "héy|    é|é    |hé|\"a\\\"\\n\"|6869|68 69");
}

TEST_CASE("maps and lists print their elements, and in Go syntax their types") {
  CHECK(print_one(sample_map()) == "map[a:[1 x] b:<nil>]");
  CHECK(format("%s", sample_map()) == "map[a:[%!s(int=1) x] b:<nil>]");
  CHECK(format("%#v", sample_map()) ==
        "map[string]interface {}{\"a\":[]interface {}{1, \"x\"}, \"b\":interface {}(nil)}");
  CHECK(format("%T %T %T", sample_map(), Val::strings({"a"}), Val::nil()) ==
        "map[string]interface {} []string <nil>");
}

TEST_CASE("mistakes in a format are part of the text") {
  CHECK(format("%d", text("a")) == "%!d(string=a)");
  CHECK(format("%s") == "%!s(MISSING)");
  CHECK(format("x", integer(1), text("b")) == "x%!(EXTRA int=1, string=b)");
  CHECK(format("%") == "%!(NOVERB)");
  CHECK(format("%z", integer(1)) == "%!z(int=1)");
  CHECK(format("%[5]d", integer(1)) == "%!d(BADINDEX)");
  CHECK(format("%[2]d %[1]d", integer(1), integer(2)) == "2 1");
  CHECK(format("%*d|%-*d|", integer(4), integer(7), integer(3), integer(7)) == "   7|7  |");
  CHECK(format("%99999999d") == "%!(NOVERB)");
}

TEST_CASE("print puts spaces between operands when neither is a string") {
  const std::vector<Val> values = {integer(1), integer(2), text("a"), integer(3), Val::nil()};
  CHECK(sprint(values) == "1 2a3 <nil>");
  CHECK(sprintln(values) == "1 2 a 3 <nil>\n");
}

}  // namespace gp::tmpl
