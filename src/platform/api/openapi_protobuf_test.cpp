#include "platform/api/openapi_protobuf.hpp"

#include <doctest/doctest.h>

#include "platform/api/api_fixture.hpp"

namespace gp::api {
namespace {

struct Reader {
  std::string_view bytes;
  bool is_good = true;

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    is_good = false;
    return 0;
  }
};

// Field numbers and what they hold: `1:"2.0" 8:""`.
std::string dump(std::string_view bytes) {
  Reader reader{bytes};
  std::string out;
  while (!reader.bytes.empty() && reader.is_good) {
    const std::uint64_t key = reader.varint();
    if (!out.empty()) out += ' ';
    out += fmt::format("{}:", key >> 3U);
    if ((key & 7U) == 0) {
      out += std::to_string(reader.varint());
      continue;
    }
    const std::uint64_t size = (key & 7U) == 1 ? 8 : reader.varint();
    REQUIRE(size <= reader.bytes.size());
    const std::string_view inner = reader.bytes.substr(0, size);
    reader.bytes.remove_prefix(size);
    out += fmt::format("\"{}\"", inner);
  }
  return out;
}

}  // namespace

TEST_CASE("openapi protobuf: a document becomes gnostic's messages") {
  const auto document = parse_yaml(R"(
swagger: "2.0"
info: {title: t, version: v1}
paths: {}
definitions:
  a: {type: object, required: [b], properties: {b: {$ref: "#/definitions/c"}}}
)");
  REQUIRE(document);
  // A definition (9): named (1), its name (1) and schema (2); there required (19), type (22) and
  // properties (25).
  const std::string bytes = open_api_protobuf(*document);
  CHECK(dump(bytes) ==
        std::string("1:\"2.0\" 2:\"\x0a\x01t\x12\x02v1\" 8:\"\" 9:\"\x0a\x2f\x0a\x01") +
            "a\x12\x2a\x9a\x01\x01" + "b\xb2\x01\x08\x0a\x06" +
            "object\xca\x01\x18\x0a\x16\x0a\x01" + "b\x12\x11\x0a\x0f#/definitions/c\"");
}

TEST_CASE("openapi protobuf: extensions are YAML, patches say what they understand") {
  const auto document = parse_yaml(R"(
paths:
  /p:
    patch:
      parameters: [{in: query, name: dryRun, type: string}]
      x-kubernetes-group-version-kind: {group: "", kind: K, version: v1}
)");
  REQUIRE(document);
  const std::string bytes = open_api_protobuf(*document);
  CHECK(bytes.find("x-kubernetes-group-version-kind") != std::string::npos);
  CHECK(bytes.find(R"({"group":"","kind":"K","version":"v1"})") != std::string::npos);
  // Query parameter (3) of a non-body one (2) of a parameter (1): in (2), name (4), type (6).
  CHECK(bytes.find(std::string("\x12\x19\x1a\x17\x12\x05query\x22\x06"
                               "dryRun\x32\x06string")) != std::string::npos);
}

TEST_CASE_FIXTURE(ApiFixture, "openapi protobuf: is served to whom asks for nothing else") {
  const std::string_view type = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
  const Answer answer = get("/openapi/v2", {{"Accept", type}});
  CHECK(answer.status == 200);
  CHECK(answer.headers.get("Content-Type") ==
        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  CHECK(answer.text.find("io.k8s.api.apps.v1.Deployment") != std::string::npos);
  const std::string etag(answer.headers.get("ETag"));
  CHECK(get("/openapi/v2", {{"Accept", type}, {"If-None-Match", etag}}).status == 304);
}

}  // namespace gp::api
