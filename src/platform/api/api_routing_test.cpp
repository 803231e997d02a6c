// Which handler a path and a method reach, and who may ask at all.
#include "platform/api/api_fixture.hpp"

#include "platform/api/rbac.hpp"

using namespace gp;
using namespace gp::api;

TEST_CASE_FIXTURE(ApiFixture, "routing: a path leads to its verb") {
  config_map("a");

  CHECK(get("/api/v1/namespaces/shop/configmaps/a")["kind"].text() == "ConfigMap");
  CHECK(get("/api/v1/namespaces/shop/configmaps")["kind"].text() == "ConfigMapList");
  CHECK(names_of(get("/api/v1/configmaps").json) == "a");
  CHECK(get("/api/v1/namespaces/shop")["kind"].text() == "Namespace");
  CHECK(get("/apis/apps/v1/namespaces/shop/deployments")["kind"].text() == "DeploymentList");
  CHECK(get("/api/v1/namespaces/shop/configmaps/")["kind"].text() == "ConfigMapList");
}

TEST_CASE_FIXTURE(ApiFixture, "routing: parts of a path are decoded after they are split") {
  config_map("a.b");

  CHECK(get("/api/v1/namespaces/shop/configmaps/a%2Eb").status == 200);
  CHECK(get("/api/v1/namespaces/shop/configmaps/a%2Fb").failure() ==
        "404 NotFound: configmaps \"a/b\" not found");
}

TEST_CASE_FIXTURE(ApiFixture, "routing: what is no path of the API is a plain 404") {
  for (const char* path : {"/nothing", "/api/v2/configmaps", "/apis/none.example/v1/things",
                           "/api//v1/configmaps", "/api/v1/../v1/configmaps", "/api/v1/%zz"}) {
    const Answer answer = get(path);
    CHECK_MESSAGE(answer.status == 404, path);
    CHECK_MESSAGE(answer.text == "404 page not found\n", path);
  }
}

TEST_CASE_FIXTURE(ApiFixture, "routing: an unknown resource of a known version is a Status") {
  const Answer answer = get("/api/v1/namespaces/shop/widgets");

  CHECK(answer.text ==
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
        R"("message":"the server could not find the requested resource","reason":"NotFound",)"
        R"("details":{},"code":404})");
}

TEST_CASE_FIXTURE(ApiFixture, "routing: a place that a kind does not have is not found") {
  CHECK(get("/api/v1/namespaces/shop/nodes").status == 404);
  CHECK(get("/api/v1/namespaces/shop/configmaps/a/status").status == 404);
  CHECK(get("/api/v1/namespaces/shop/configmaps/a/status/more").status == 404);
  CHECK(get("/api/v1/configmaps/a").status == 404);
}

TEST_CASE_FIXTURE(ApiFixture, "routing: a method that a place does not know is 405") {
  config_map("a");
  const std::string_view refused =
      "405 MethodNotAllowed: the server does not allow this method on the requested resource";

  CHECK(ask("POST", "/api/v1/namespaces/shop/configmaps/a", "{}").failure() == refused);
  CHECK(ask("PUT", "/api/v1/namespaces/shop/configmaps", "{}").failure() == refused);
  CHECK(ask("PATCH", "/api/v1/namespaces/shop/configmaps", "{}").failure() == refused);
  CHECK(ask("POST", "/api/v1/configmaps", "{}").failure() == refused);
  CHECK(ask("TRACE", "/api/v1/namespaces/shop/configmaps").failure() == refused);
  CHECK(ask("DELETE", "/version").failure() == refused);
  CHECK(get("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").failure() == refused);
}

TEST_CASE_FIXTURE(ApiFixture, "routing: HEAD answers as GET does") {
  config_map("a");

  CHECK(ask("HEAD", "/api/v1/namespaces/shop/configmaps/a").status == 200);
  CHECK(ask("HEAD", "/api/v1/namespaces/shop/configmaps/b").status == 404);
}

TEST_CASE_FIXTURE(ApiFixture, "routing: the answers nobody has to ask the store for") {
  CHECK(get("/version")["gitVersion"].text().starts_with("v1."));
  CHECK(get("/readyz").text == "ok");
  CHECK(get("/livez/ping").text == "ok");
  CHECK(get("/healthz/nothing").status == 404);
  CHECK(get("/readyz?verbose").text.ends_with("readyz check passed\n"));
  CHECK(get("/metrics").text.find("goldenpath_store_objects") != std::string::npos);
  CHECK(get("/")["paths"].contains("/apis/apps/v1") == false);  // an array, not a map
  CHECK(get("/").text.find("\"/apis/apps/v1\"") != std::string::npos);
}

TEST_CASE_FIXTURE(ApiFixture, "routing: each answer has an audit id and is not to be cached") {
  const Answer first = get("/api/v1/namespaces/shop");
  const Answer second = get("/api/v1/namespaces/none");

  CHECK(first.headers.get("Audit-Id").size() == 36);
  CHECK(first.headers.get("Audit-Id") != second.headers.get("Audit-Id"));
  CHECK(second.headers.get("Cache-Control") == "no-cache, private");
}

TEST_CASE_FIXTURE(ApiFixture, "callers: a wrong token is refused, whatever the path") {
  token = "guess";
  for (const char* path : {"/api/v1/namespaces", "/version", "/nothing"}) {
    CHECK_MESSAGE(get(path).text ==
                      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                      R"("message":"Unauthorized","reason":"Unauthorized","code":401})",
                  path);
  }
}

TEST_CASE_FIXTURE(ApiFixture, "callers: nobody may see the version, and is told what else") {
  REQUIRE(ensure_default_roles(*verbs));

  CHECK(get("/version", {{"Authorization", ""}}).status == 200);
  CHECK(get("/api/v1/configmaps", {{"Authorization", ""}}).failure() ==
        "403 Forbidden: configmaps is forbidden: User \"system:anonymous\" cannot list resource "
        "\"configmaps\" in API group \"\" at the cluster scope");
}

TEST_CASE_FIXTURE(ApiFixture, "callers: who has no rule is refused in a whole Status") {
  token = "carol";

  const Answer answer = get("/api/v1/namespaces/shop/configmaps/a");

  CHECK(answer.text ==
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
        R"("message":"configmaps \"a\" is forbidden: User \"carol\" cannot get resource )"
        R"(\"configmaps\" in API group \"\" in the namespace \"shop\"","reason":"Forbidden",)"
        R"("details":{"name":"a","kind":"configmaps"},"code":403})");
}

TEST_CASE_FIXTURE(ApiFixture, "impersonation: the other one's rules count, not the caller's") {
  const Answer answer = get("/api/v1/namespaces/shop/configmaps", {{"Impersonate-User", "dora"}});

  CHECK(answer.failure() ==
        "403 Forbidden: configmaps is forbidden: User \"dora\" cannot list resource "
        "\"configmaps\" in API group \"\" in the namespace \"shop\"");
  CHECK(get("/api/v1/namespaces/shop/configmaps",
            {{"Impersonate-User", "dora"}, {"Impersonate-Group", "system:masters"}})
            .status == 200);
}

TEST_CASE_FIXTURE(ApiFixture, "impersonation: groups, uid and extras arrive") {
  REQUIRE(ensure_default_roles(*verbs));
  const Answer answer = ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                            json_of("{apiVersion: authentication.k8s.io/v1, kind: "
                                    "SelfSubjectReview}"),
                            {{"Impersonate-User", "dora"},
                             {"Impersonate-Uid", "u-9"},
                             {"Impersonate-Group", "dev"},
                             {"Impersonate-Group", "ops"},
                             {"Impersonate-Extra-Scopes", "view"}});

  CHECK(to_json(answer["status"]["userInfo"]) ==
        R"({"extra":{"scopes":["view"]},"groups":["dev","ops","system:authenticated"],)"
        R"("uid":"u-9","username":"dora"})");
}

TEST_CASE_FIXTURE(ApiFixture, "impersonation: only by whom a rule allows it, and never of nobody") {
  CHECK(get("/version", {{"Impersonate-Group", "dev"}}).failure() ==
        "400 BadRequest: requested groups, uid or extras to be impersonated without "
        "impersonating a user");
  token = "carol";
  CHECK(get("/version", {{"Impersonate-User", "admin"}}).failure() ==
        "403 Forbidden: users \"admin\" is forbidden: User \"carol\" cannot impersonate resource "
        "\"users\" in API group \"\" at the cluster scope");
}
