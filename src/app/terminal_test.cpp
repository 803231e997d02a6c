#include "app/terminal.hpp"

#include <doctest/doctest.h>

using namespace gp::app;

TEST_CASE("terminal: width counts characters, not bytes or colours") {
  CHECK(display_width("héllo") == 5);
  CHECK(display_width("\x1b[32mok\x1b[0m") == 2);
  CHECK(pad_right("\x1b[32mok\x1b[0m", 4) == "\x1b[32mok\x1b[0m  ");
}

TEST_CASE("terminal: truncation keeps whole characters and says that it happened") {
  CHECK(shorten("héllo wörld", 6) == "héllo…");
  CHECK(shorten("short", 10) == "short");
}

TEST_CASE("terminal: tables line up and leave no blanks at line ends") {
  CHECK(format_table({{"NAME", "AGE"}, {"a-long-name", "5s"}, {"b", ""}}) ==
        "NAME          AGE\n"
        "a-long-name   5s\n"
        "b\n");
}
