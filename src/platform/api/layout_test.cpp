#include "platform/api/layout.hpp"

#include <doctest/doctest.h>

namespace gp::api {
namespace {

std::string untyped(std::string_view json) {
  std::vector<net::Piece> pieces;
  append_untyped(pieces, json, std::make_shared<int>(0));
  std::string text;
  for (const net::Piece& piece : pieces) text += piece.bytes;
  return text;
}

constexpr std::string_view kMap =
    R"({"apiVersion":"v1","data":{"kind":"\"}{","metadata":"x"},"kind":"ConfigMap",)"
    R"("metadata":{"labels":{"kind":"]"},"name":"m"}})";

}  // namespace

TEST_CASE("layout: members are found by their place, whatever the values hold") {
  const Layout layout = find_layout(kMap);

  CHECK(layout.api_version == R"("apiVersion":"v1")");
  CHECK(layout.kind == R"("kind":"ConfigMap")");
  CHECK(layout.metadata == R"({"labels":{"kind":"]"},"name":"m"})");
}

TEST_CASE("layout: what is not there is empty") {
  CHECK(find_layout("{}").kind.empty());
  CHECK(find_layout(R"({"kind":"K","spec":[1,2]})").metadata.empty());
}

TEST_CASE("layout: items of lists lose their type and nothing else") {
  CHECK(untyped(kMap) ==
        R"({"data":{"kind":"\"}{","metadata":"x"},"metadata":{"labels":{"kind":"]"},"name":"m"}})");
  CHECK(
      untyped(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"kind":"x"}})") ==
      R"({"metadata":{"name":"p"},"spec":{"kind":"x"}})");
  CHECK(untyped(R"({"metadata":{"name":"p"}})") == R"({"metadata":{"name":"p"}})");
}

}  // namespace gp::api
