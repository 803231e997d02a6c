// fieldValidation: what a client misspells is ignored, warned of, or refused.
#include "platform/api/api_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

constexpr std::string_view kMerge = "application/merge-patch+json";
constexpr std::string_view kA = "/api/v1/namespaces/shop/configmaps/a";

struct Judged : ApiFixture {
  Answer create(std::string_view validation, std::string_view json) {
    return ask("POST", fmt::format("{}?fieldValidation={}", kMaps, validation), std::string(json));
  }
  static constexpr std::string_view kMisspelt = R"({"metadata":{"name":"a","lables":{}},"dta":{}})";
};

}  // namespace

TEST_CASE_FIXTURE(Judged, "field validation: Strict refuses and names every field") {
  CHECK(create("Strict", kMisspelt).failure() ==
        "400 BadRequest: ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict "
        "decoding error: unknown field \"metadata.lables\", unknown field \"dta\"");
  CHECK(get(kA).status == 404);
}

TEST_CASE_FIXTURE(Judged, "field validation: Warn takes the rest and says so; it is the default") {
  const Answer warned = create("Warn", kMisspelt);
  CHECK(warned.status == 201);
  CHECK(warned["dta"].is_null());
  CHECK(warned.headers.joined("Warning") ==
        R"(299 - "unknown field \"metadata.lables\"", 299 - "unknown field \"dta\"")");

  remove(kA);
  CHECK(ask("POST", kMaps, std::string(kMisspelt)).headers.contains("Warning"));
}

TEST_CASE_FIXTURE(Judged, "field validation: Ignore says nothing, another word is refused") {
  const Answer silent = create("Ignore", kMisspelt);
  CHECK(silent.status == 201);
  CHECK_FALSE(silent.headers.contains("Warning"));

  CHECK(create("Loose", kMisspelt).failure() ==
        "422 Invalid: CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported "
        "value: \"Loose\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
}

TEST_CASE_FIXTURE(Judged, "field validation: a repeated member is a fault of its own") {
  const std::string_view twice = R"({"metadata":{"name":"a"},"data":{"k":"1","k":"2"}})";

  CHECK(create("Strict", twice).failure() ==
        "400 BadRequest: ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict "
        "decoding error: duplicate field \"data.k\"");
  const Answer warned = create("Warn", twice);
  CHECK(warned["data"]["k"].text() == "2");
  CHECK(warned.headers.contains("Warning"));
}

TEST_CASE_FIXTURE(Judged, "field validation: a wrong type is refused however mild the judge") {
  const Answer refused = create("Ignore", R"({"metadata":{"name":"a"},"data":{"k":5}})");
  CHECK(refused.failure() ==
        "400 BadRequest: ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: "
        "cannot unmarshal number into Go struct field ConfigMap.data of type string");
}

TEST_CASE_FIXTURE(Judged, "field validation: holds for updates and patches too") {
  config_map("a");
  const std::string strict = fmt::format("{}?fieldValidation=Strict", kA);

  CHECK(put(strict, "{metadata: {name: a}, dta: {}}").status == 400);
  CHECK(patch(strict, kMerge, "{dta: {b: c}}").failure() ==
        "422 Invalid:  \"\" is invalid: patch: Invalid value: \"{\\\"dta\\\":{\\\"b\\\":\\\"c\\\"}}"
        "\": strict decoding error: unknown field \"dta\"");
  CHECK(patch(kA, kMerge, "{dta: {b: c}}").headers.joined("Warning") ==
        R"(299 - "unknown field \"dta\"")");
  CHECK(get(kA)["dta"].is_null());
}

TEST_CASE_FIXTURE(Judged, "options: a manager's name has a length, and every fault is told") {
  const std::string longest(129, 'm');

  CHECK(ask("POST", fmt::format("{}?dryRun=No&fieldManager={}", kMaps, longest), "{}").failure() ==
        "422 Invalid: CreateOptions.meta.k8s.io \"\" is invalid: [dryRun: Unsupported value: "
        "\"No\": supported values: \"All\", fieldManager: Too long: may not be more than 128 "
        "bytes]");
}
