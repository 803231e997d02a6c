// The form an answer takes, and the forms a body may have: negotiation, tables, limits.
#include "platform/api/api_fixture.hpp"

#include "platform/api/read_body.hpp"

using namespace gp;
using namespace gp::api;

namespace {

constexpr std::string_view kA = "/api/v1/namespaces/shop/configmaps/a";
constexpr std::string_view kTable =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;"
    "g=meta.k8s.io,application/json";
constexpr std::string_view kPartial =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

}  // namespace

TEST_CASE_FIXTURE(ApiFixture, "tables: columns, cells and the rows' metadata") {
  config_map("a", "{x: '1', y: '2'}");
  clock.advance(std::chrono::minutes(5));

  const Answer table = get(kMaps, {{"Accept", kTable}});

  CHECK(table["kind"].text() == "Table");
  CHECK(table["apiVersion"].text() == "meta.k8s.io/v1");
  CHECK(revision_of(table.json) == std::to_string(store->revision()));
  std::string names;
  for (const Value& column : table["columnDefinitions"].items()) {
    names += column["name"].string() + " ";
  }
  CHECK(names == "Name Data Age ");
  REQUIRE(table["rows"].size() == 1);
  CHECK(to_json(table["rows"].at(0)["cells"]) == R"(["a",2,"5m"])");
  CHECK(table["rows"].at(0)["object"]["kind"].text() == "PartialObjectMetadata");
}

TEST_CASE_FIXTURE(ApiFixture, "tables: includeObject says what comes with a row") {
  config_map("a");
  const auto row = [this](std::string_view include) {
    return get(fmt::format("{}?includeObject={}", kMaps, include), {{"Accept", kTable}})["rows"].at(
        0);
  };

  CHECK(row("None")["object"].is_null());
  CHECK(row("Object")["object"]["data"]["a"].text() == "1");
  CHECK(row("Metadata")["object"]["data"].is_null());
  CHECK(get(fmt::format("{}?includeObject=Half", kMaps), {{"Accept", kTable}}).failure() ==
        "400 BadRequest: unrecognized includeObject value: \"Half\"");
}

TEST_CASE_FIXTURE(ApiFixture, "tables: one object is a table of one row; pages go on") {
  config_map("a");
  config_map("b");

  CHECK(get(kA, {{"Accept", kTable}})["rows"].size() == 1);
  const Answer page = get(fmt::format("{}?limit=1", kMaps), {{"Accept", kTable}});
  CHECK(page["metadata"]["remainingItemCount"].integer() == 1);
  CHECK_FALSE(page["metadata"]["continue"].text().empty());
}

TEST_CASE_FIXTURE(ApiFixture, "partial metadata: of an object and of a list") {
  config_map("a");

  const Answer one = get(kA, {{"Accept", kPartial}});
  CHECK(one["kind"].text() == "PartialObjectMetadata");
  CHECK(one["apiVersion"].text() == "meta.k8s.io/v1");
  CHECK(one["metadata"]["name"].text() == "a");
  CHECK(one["data"].is_null());

  const Answer list =
      get(kMaps, {{"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}});
  CHECK(list["kind"].text() == "PartialObjectMetadataList");
  CHECK(names_of(list.json) == "a");
  CHECK(list["items"].at(0)["kind"].text() == "PartialObjectMetadata");
}

TEST_CASE_FIXTURE(ApiFixture, "accept: YAML and indented JSON for those who read") {
  config_map("a");

  const Answer yaml = get(kA, {{"Accept", "application/yaml"}});
  CHECK(yaml.headers.get("Content-Type") == "application/yaml");
  CHECK(yaml.text.starts_with("apiVersion: v1\ndata:\n  a: \"1\"\nkind: ConfigMap\n"));
  CHECK(get(fmt::format("{}?pretty=true", kA)).text.starts_with("{\n  \"apiVersion\": \"v1\",\n"));
  CHECK(get(kA, {{"User-Agent", "curl/8.0"}}).text.starts_with("{\n"));
  CHECK(get(fmt::format("{}?pretty=false", kA), {{"User-Agent", "curl/8.0"}})
            .text.starts_with("{\"apiVersion\""));
}

TEST_CASE_FIXTURE(ApiFixture, "accept: the best clause that can be served") {
  config_map("a");
  const auto type = [this](std::string_view accept) {
    const Answer answer = get(kA, {{"Accept", accept}});
    return answer.status == 200 ? std::string(answer.headers.get("Content-Type"))
                                : std::to_string(answer.status);
  };

  CHECK(type("application/vnd.kubernetes.protobuf,application/json") == "application/json");
  CHECK(type("*/*") == "application/json");
  CHECK(type("") == "application/json");
  CHECK(type("application/json;q=0.5, application/yaml;q=0.9") == "application/yaml");
  CHECK(type("application/yaml;q=0") == "406");
  CHECK(type("application/json;as=Sculpture;g=meta.k8s.io;v=v1") == "406");
  CHECK(type(", ;;=,") == "406");
}

TEST_CASE_FIXTURE(ApiFixture, "accept: what nobody can serve is refused before anything is done") {
  const Answer refused = post(kMaps, "{metadata: {name: a}}", {{"Accept", "text/html"}});

  CHECK(refused.status == 406);
  CHECK(refused["reason"].text() == "NotAcceptable");
  CHECK(refused.message() ==
        "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml");
  CHECK(get(kA).status == 404);
}

TEST_CASE_FIXTURE(ApiFixture, "bodies: JSON, YAML, or what is said to be neither") {
  const std::string yaml = "metadata:\n  name: a\ndata:\n  a: '1'\n";

  CHECK(ask("POST", kMaps, yaml, {{"Content-Type", "application/yaml"}}).status == 201);
  CHECK(ask("POST", kMaps, R"({"metadata":{"name":"b"}})", {{"Content-Type", ""}}).status == 201);
  CHECK(ask("POST", kMaps, R"({"metadata":{"name":"c"}})",
            {{"Content-Type", "application/json; charset=utf-8"}})
            .status == 201);
  CHECK(ask("POST", kMaps, "<a/>", {{"Content-Type", "text/xml"}}).failure() ==
        "415 UnsupportedMediaType: the body of the request was in an unknown format - accepted "
        "media types include: application/json, application/yaml, "
        "application/vnd.kubernetes.protobuf");
}

TEST_CASE_FIXTURE(ApiFixture, "bodies: what cannot be read is told with its reason") {
  CHECK(ask("POST", kMaps, "{\"metadata\":").status == 400);
  CHECK(ask("POST", kMaps, "").status == 400);
  CHECK(ask("POST", kMaps, "[1]").status == 400);
  CHECK(ask("POST", kMaps, "null").status == 400);
  const Answer yaml = ask("POST", kMaps, "a: [", {{"Content-Type", "application/yaml"}});
  CHECK(yaml.status == 400);
  CHECK(yaml.message().starts_with("error converting YAML to JSON: "));
  const std::string deep(20'000, '[');
  CHECK(ask("POST", kMaps, "{\"data\":" + deep).status == 400);
}

TEST_CASE_FIXTURE(ApiFixture, "bodies: more than three megabytes are too many") {
  const std::string huge(kBodyBytesMax + 1, ' ');

  const Answer refused = ask("POST", kMaps, huge);
  CHECK(refused.text == R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                        R"("message":"Request entity too large: limit is 3145728",)"
                        R"("reason":"RequestEntityTooLarge","code":413})");
  CHECK(ask("PUT", kA, huge).status == 413);
  CHECK(ask("PATCH", kA, huge, {{"Content-Type", "application/merge-patch+json"}}).status == 413);
  CHECK(ask("DELETE", kA, huge).status == 413);
}

TEST_CASE_FIXTURE(ApiFixture, "warnings: one header each, quoted") {
  const net::Response response =
      respond("POST", kMaps, R"({"metadata":{"name":"a"},"dta":{},"x\"y":1})", {});

  std::vector<std::string> warnings;
  for (const auto& [name, value] : response.headers.all()) {
    if (name == "Warning") warnings.push_back(value);
  }
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0] == R"(299 - "unknown field \"dta\"")");
  CHECK(warnings[1].starts_with("299 - \"unknown field "));
}
