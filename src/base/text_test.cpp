#include "base/text.hpp"

#include <doctest/doctest.h>

namespace gp {
namespace {

TEST_CASE("text: lower changes ASCII letters only") {
  CHECK(lower("Web-Ä9Z") == "web-Ä9z");
}

TEST_CASE("text: splitting keeps empty parts, words have none") {
  CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split_words("  */5 \t * ") == std::vector<std::string_view>{"*/5", "*"});
  CHECK(split_words(" ").empty());
}

TEST_CASE("text: trimmed takes white space off both ends") {
  CHECK(trimmed(" \n a b\t\r\n") == "a b");
  CHECK(trimmed(" \n").empty());
}

}  // namespace
}  // namespace gp
