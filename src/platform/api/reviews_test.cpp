#include "platform/api/admission_fixture.hpp"
#include "platform/api/api_server.hpp"

namespace gp::api {
namespace {

struct ReviewFixture : AdmissionFixture {
  Authentication authentication;
  ApiServer server{*verbs, authentication, random};

  Value ask(std::string path, std::string_view yaml, const Caller& who = Caller::system("test")) {
    net::Request request;
    request.method = "POST";
    request.path = request.target = std::move(path);
    request.body = to_json(*parse_yaml(yaml));
    request.headers.set("Content-Type", "application/json");
    const net::Response response = server.handle_as(who, request);
    std::string text;
    for (const net::Piece& piece : response.body) text += piece.bytes;
    return parse_json(text).value_or(Value());
  }
  std::string local(std::string_view yaml) {
    const Value answer =
        ask("/apis/authorization.k8s.io/v1/namespaces/shop/localsubjectaccessreviews", yaml);
    if (answer["kind"].text() == "Status") return answer["message"].string();
    return answer["status"]["allowed"].boolean() ? "allowed" : "not allowed";
  }
};

TEST_CASE_FIXTURE(ReviewFixture, "review: a local one asks about its own namespace only") {
  const std::string rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/shop";
  REQUIRE(ask(rbac + "/roles",
              "{metadata: {name: r}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}")
              ["kind"] == "Role");
  REQUIRE(ask(rbac + "/rolebindings",
              "{metadata: {name: rb}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, "
              "name: r}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "
              "eve}]}")["kind"] == "RoleBinding");

  CHECK(local("{spec: {user: eve, resourceAttributes: {namespace: shop, verb: get, resource: "
              "pods}}}") == "allowed");
  CHECK(local("{spec: {user: eve, resourceAttributes: {namespace: shop, verb: list, resource: "
              "pods}}}") == "not allowed");
  CHECK(local("{spec: {user: eve, resourceAttributes: {namespace: dev, verb: get, resource: "
              "pods}}}") ==
        "LocalSubjectAccessReview.authorization.k8s.io \"\" is invalid: "
        "spec.resourceAttributes.namespace: Invalid value: \"dev\": must match metadata.namespace");
  CHECK(local("{metadata: {namespace: dev}, spec: {user: eve}}") ==
        "spec.resourceAttributes.namespace must match namespace: shop");
  CHECK(local("{spec: {user: eve, nonResourceAttributes: {path: /version, verb: get}}}")
            .ends_with("disallowed on this kind of request"));
}

TEST_CASE_FIXTURE(ReviewFixture, "review: about nobody, or about nothing, is refused") {
  const std::string path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  CHECK(
      ask(path, "{spec: {user: eve}}")["message"].text() ==
      "SubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid "
      "value: null: exactly one of nonResourceAttributes or resourceAttributes must be "
      "specified");
  CHECK(ask(path, "{spec: {resourceAttributes: {verb: get, resource: pods}}}")["message"].text() ==
        "SubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.user: Invalid value: \"\": "
        "at least one of user or group must be specified");
}

TEST_CASE_FIXTURE(ReviewFixture, "review: who am I tells everything that is known of a caller") {
  Caller eve{"eve", "u-1", {"devs"}, {{"example.com/team", {"a", "b"}}}};
  eve.groups.emplace_back("system:masters");
  const Value answer =
      ask("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{metadata: {}}", eve);
  CHECK(to_json(answer["status"]["userInfo"]) ==
        R"({"extra":{"example.com/team":["a","b"]},"groups":["devs","system:masters"],)"
        R"("uid":"u-1","username":"eve"})");
}

}  // namespace
}  // namespace gp::api
