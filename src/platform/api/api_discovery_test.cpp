// What the server says it serves: the old form, the aggregated one, OpenAPI.
#include "platform/api/api_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

constexpr std::string_view kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

const Value& find(const Value& list, std::string_view member, std::string_view value) {
  static const Value nothing;
  for (const Value& item : list.items()) {
    if (item[member].text() == value) return item;
  }
  return nothing;
}

}  // namespace

TEST_CASE_FIXTURE(ApiFixture, "discovery: the old form, from the root to a resource") {
  CHECK(get("/api").text == R"({"kind":"APIVersions","versions":["v1"],)"
                            R"("serverAddressByClientCIDRs":[]})");
  const Answer groups = get("/apis");
  CHECK(groups["kind"].text() == "APIGroupList");
  CHECK(to_json(find(groups["groups"], "name", "apps")) ==
        R"({"name":"apps","preferredVersion":{"groupVersion":"apps/v1","version":"v1"},)"
        R"("versions":[{"groupVersion":"apps/v1","version":"v1"}]})");
  CHECK(get("/apis/apps")["kind"].text() == "APIGroup");
  CHECK(get("/apis/none.example").text == "404 page not found\n");
  CHECK(get("/apis/apps/v9").text == "404 page not found\n");
}

TEST_CASE_FIXTURE(ApiFixture, "discovery: a resource with its names, verbs and subresources") {
  const Answer list = get("/apis/apps/v1");

  CHECK(list["kind"].text() == "APIResourceList");
  CHECK(list["groupVersion"].text() == "apps/v1");
  const Value& deployments = find(list["resources"], "name", "deployments");
  CHECK(to_json(deployments) ==
        R"({"categories":["all"],"kind":"Deployment","name":"deployments","namespaced":true,)"
        R"("shortNames":["deploy"],"singularName":"deployment","verbs":["create","delete",)"
        R"("deletecollection","get","list","patch","update","watch"]})");
  const Value& scale = find(list["resources"], "name", "deployments/scale");
  CHECK(to_json(scale) ==
        R"({"group":"autoscaling","kind":"Scale","name":"deployments/scale","namespaced":true,)"
        R"("singularName":"","verbs":["get","patch","update"],"version":"v1"})");
}

TEST_CASE_FIXTURE(ApiFixture, "discovery: the aggregated form holds everything at once") {
  const Answer answer = get("/apis", {{"Accept", kAggregated}});

  CHECK(answer.headers.get("Content-Type") ==
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  CHECK(answer["kind"].text() == "APIGroupDiscoveryList");
  CHECK(answer["apiVersion"].text() == "apidiscovery.k8s.io/v2");
  const Value* apps = nullptr;
  for (const Value& group : answer["items"].items()) {
    if (group["metadata"]["name"].text() == "apps") apps = &group;
  }
  REQUIRE(apps != nullptr);
  const Value& version = (*apps)["versions"].at(0);
  CHECK(version["freshness"].text() == "Current");
  const Value& deployments = find(version["resources"], "resource", "deployments");
  CHECK(deployments["scope"].text() == "Namespaced");
  CHECK(deployments["responseKind"]["kind"].text() == "Deployment");
  CHECK(find(deployments["subresources"], "subresource", "scale")["responseKind"]["group"].text() ==
        "autoscaling");
}

TEST_CASE_FIXTURE(ApiFixture, "discovery: core stands under /api, the groups under /apis") {
  const Answer core = get("/api", {{"Accept", kAggregated}});
  const Answer groups = get("/apis", {{"Accept", kAggregated}});

  REQUIRE(core["items"].size() == 1);
  CHECK(core["items"].at(0)["metadata"]["name"].is_null());
  CHECK_FALSE(
      find(core["items"].at(0)["versions"].at(0)["resources"], "resource", "pods").is_null());
  for (const Value& group : groups["items"].items()) {
    CHECK_FALSE(group["metadata"]["name"].text().empty());
  }
}

TEST_CASE_FIXTURE(
    ApiFixture,
    "discovery: who asks for v2beta1 alone gets it, who asks for neither the old form") {
  const Answer beta = get(
      "/apis",
      {{"Accept", "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"}});
  CHECK(beta["apiVersion"].text() == "apidiscovery.k8s.io/v2beta1");
  CHECK(get("/apis", {{"Accept", "application/json"}})["kind"].text() == "APIGroupList");
  CHECK(get("/apis", {{"Accept", "text/html"}}).status == 406);
}

TEST_CASE_FIXTURE(ApiFixture,
                  "discovery: an ETag saves the second reading, until a kind is added") {
  const Answer first = get("/apis", {{"Accept", kAggregated}});
  const std::string etag(first.headers.get("ETag"));
  REQUIRE(etag.size() > 2);

  const Answer second = get("/apis", {{"Accept", kAggregated}, {"If-None-Match", etag}});
  CHECK(second.status == 304);
  CHECK(second.text.empty());
  CHECK(second.headers.get("ETag") == etag);

  object::Kind widget;
  widget.group = "widgets.example";
  widget.version = "v1";
  widget.kind = "Widget";
  widget.plural = "widgets";
  widget.verbs = {"get", "list"};
  kinds.add(widget);
  const Answer third = get("/apis", {{"Accept", kAggregated}, {"If-None-Match", etag}});
  CHECK(third.status == 200);
  CHECK(third.text.find("widgets.example") != std::string::npos);
}

TEST_CASE_FIXTURE(ApiFixture,
                  "open api v3: the index names documents by their hash, which are for ever") {
  const Answer index = get("/openapi/v3");
  const std::string url = index["paths"]["apis/apps/v1"]["serverRelativeURL"].string();
  REQUIRE(url.starts_with("/openapi/v3/apis/apps/v1?hash="));

  const Answer document = get(url);
  CHECK(document.status == 200);
  CHECK(document["openapi"].text().starts_with("3.0"));
  CHECK(document.headers.get("Cache-Control") == "public, immutable");
  const std::string etag(document.headers.get("ETag"));
  CHECK(get(url, {{"If-None-Match", etag}}).status == 304);
}

TEST_CASE_FIXTURE(ApiFixture, "open api v3: an old hash leads on to the document of today") {
  const Answer moved = get("/openapi/v3/apis/apps/v1?hash=OLD");
  CHECK(moved.status == 301);
  CHECK(moved.headers.get("Location").starts_with("/openapi/v3/apis/apps/v1?hash="));

  CHECK(get("/openapi/v3/apis/none.example/v1").status == 404);
  CHECK(get("/openapi/v3/apis/apps/v1").headers.get("Cache-Control") == "no-cache, private");
}

TEST_CASE_FIXTURE(ApiFixture,
                  "open api v2: one document with an ETag; in protobuf only its frame") {
  const Answer document = get("/openapi/v2");
  CHECK(document["swagger"].text() == "2.0");
  CHECK(document["definitions"].contains("io.k8s.api.apps.v1.Deployment"));
  const std::string etag(document.headers.get("ETag"));
  CHECK(get("/openapi/v2", {{"If-None-Match", etag}}).status == 304);

  const Answer proto = get(
      "/openapi/v2", {{"Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"}});
  CHECK(proto.status == 200);
  CHECK(proto.headers.get("Content-Type") ==
        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
}
