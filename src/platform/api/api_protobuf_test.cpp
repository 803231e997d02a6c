// Bodies in Kubernetes' protobuf: what Go's clients send for built-in kinds.
#include "platform/api/api_fixture.hpp"

#include "platform/api/protobuf.hpp"

using namespace gp;
using namespace gp::api;

namespace {

// A field of wire type 2: its number, the length, the bytes. Short ones only.
std::string field(int number, std::string_view bytes) {
  std::string out;
  out += static_cast<char>(number << 3 | 2);
  out += static_cast<char>(bytes.size());
  return out.append(bytes);
}

std::string envelope(std::string_view api_version, std::string_view kind,
                     std::string_view message) {
  const std::string type = field(1, api_version) + field(2, kind);
  return std::string("k8s\0", 4) + field(1, type) + field(2, message);
}

// ConfigMap: 1 metadata, 2 data as {1: key, 2: value}.
std::string config_map_body(std::string_view name) {
  return envelope("v1", "ConfigMap",
                  field(1, field(1, name)) + field(2, field(1, "k") + field(2, "v")));
}

struct Protobuf : ApiFixture {
  Answer send(std::string body, std::string_view method = "POST",
              std::string_view target = ApiFixture::kMaps) {
    return ask(method, target, std::move(body), {{"Content-Type", kProtobufType}});
  }
};

}  // namespace

TEST_CASE_FIXTURE(Protobuf, "protobuf: an object is created and answered in JSON") {
  const Answer made = send(config_map_body("a"));

  CHECK(made.status == 201);
  CHECK(made.headers.get("Content-Type") == "application/json");
  CHECK(to_json(made["data"]) == R"({"k":"v"})");
}

TEST_CASE_FIXTURE(Protobuf, "protobuf: an update, and the options of a deletion") {
  config_map("a");
  const std::string_view url = "/api/v1/namespaces/shop/configmaps/a";

  CHECK(to_json(send(config_map_body("a"), "PUT", url)["data"]) == R"({"k":"v"})");
  // DeleteOptions: 4 is propagationPolicy.
  const Answer kept = send(envelope("v1", "DeleteOptions", field(4, "Foreground")), "DELETE", url);
  CHECK(to_json(kept["metadata"]["finalizers"]) == R"(["foregroundDeletion"])");
}

TEST_CASE_FIXTURE(Protobuf, "protobuf: unknown fields are passed over") {
  const std::string body =
      envelope("v1", "ConfigMap", field(1, field(1, "a")) + field(15, "from the future"));
  CHECK(send(body).status == 201);
}

TEST_CASE_FIXTURE(Protobuf, "protobuf: every cut of a body is refused or understood, never worse") {
  const std::string whole = config_map_body("a");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Answer answer = send(whole.substr(0, size));
    CHECK_MESSAGE((answer.status == 400 || answer.status == 422), size << ": " << answer.text);
  }
}

TEST_CASE_FIXTURE(Protobuf, "protobuf: what is no such body is refused with its reason") {
  CHECK(send("{}").failure().starts_with("400 BadRequest: "));
  CHECK(send(envelope("v1", "Secret", field(1, field(1, "a")))).status == 400);
  CHECK(send(envelope("v1", "ConfigMap", field(1, field(1, "\xff\xfe")))).failure() ==
        "400 BadRequest: unable to decode protobuf body: text is not UTF-8");
  CHECK(send(envelope("v1", "ConfigMap", "\x0b")).failure() ==
        "400 BadRequest: unable to decode protobuf body: unknown wire type");
  CHECK(send(envelope("v1", "ConfigMap", std::string_view("\x0a\x7f", 2))).failure() ==
        "400 BadRequest: unable to decode protobuf body: unexpected end");
}
