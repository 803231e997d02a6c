#include "platform/object/quantity.hpp"

#include <doctest/doctest.h>

namespace gp::object {
namespace {

std::string canonical(std::string_view text) {
  const auto quantity = Quantity::parse(text);
  return quantity ? quantity->to_string() : quantity.error().message;
}

}  // namespace

TEST_CASE("quantity: equal amounts of one form are written the same") {
  CHECK(canonical("1000m") == "1");
  CHECK(canonical("0.5") == "500m");
  CHECK(canonical("1.5Gi") == "1536Mi");
  CHECK(canonical("1024Mi") == "1Gi");
  CHECK(canonical("512") == "512");
  CHECK(canonical("1000k") == "1M");
  CHECK(canonical("2e3") == "2e3");
  CHECK(canonical("20E2") == "2e3");
  CHECK(canonical("+1") == "1");
  CHECK(canonical("-0") == "0");
  CHECK(canonical("0Gi") == "0");
  CHECK(canonical(".86655002Gi") == "930451k");
}

TEST_CASE("quantity: below a billionth it is rounded up, above the limit it is cut off") {
  CHECK(canonical("0.0000000001") == "1n");
  CHECK(canonical("1e-12") == "1e-9");
  CHECK(canonical("99999999999999999999E") == "9223372036854775807");
}

TEST_CASE("quantity: what is none is refused in the API server's words") {
  CHECK(canonical("").starts_with("quantities must match the regular expression"));
  CHECK(canonical("one").starts_with("quantities must match the regular expression"));
  CHECK(canonical("1.2.3").starts_with("quantities must match the regular expression"));
  CHECK(canonical("1ki") == "unable to parse quantity's suffix");
  CHECK(canonical("1e") == "unable to parse quantity's suffix");
}

TEST_CASE("quantity: amounts compare and count") {
  CHECK(*Quantity::parse("1") == *Quantity::parse("1000m"));
  CHECK(*Quantity::parse("1Gi") > *Quantity::parse("1G"));
  CHECK(Quantity::parse("-1")->is_negative());
  CHECK(Quantity::parse("1500m")->value() == 2);
  CHECK(Quantity::parse("1.5")->milli_value() == 1500);
}

}  // namespace gp::object
