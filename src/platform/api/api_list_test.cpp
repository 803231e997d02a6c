// Lists: selectors, pages, and which moment a list shows.
#include "platform/api/api_fixture.hpp"

#include "base/encoding.hpp"

using namespace gp;
using namespace gp::api;

namespace {

struct Listing : ApiFixture {
  Listing() {
    for (const char* name : {"a", "b", "c", "d", "e"}) config_map(name);
  }
  Answer list(std::string_view query) { return get(fmt::format("{}?{}", kMaps, query)); }
  std::string names(std::string_view query) { return names_of(list(query).json); }
};

}  // namespace

TEST_CASE_FIXTURE(Listing, "list: by name, with the revision it shows; items carry no kind") {
  const Answer all = get(kMaps);

  CHECK(names_of(all.json) == "a b c d e");
  CHECK(revision_of(all.json) == std::to_string(store->revision()));
  CHECK(all["items"].at(0)["kind"].is_null());
  CHECK(get("/api/v1/namespaces/none/configmaps")["items"].is_array());
}

TEST_CASE_FIXTURE(Listing, "list: pages hold together although the world goes on") {
  const Answer first = list("limit=2");
  CHECK(names_of(first.json) == "a b");
  CHECK(first["metadata"]["remainingItemCount"].integer() == 3);

  remove("/api/v1/namespaces/shop/configmaps/c");
  config_map("bb");
  const Answer second =
      list(fmt::format("limit=2&continue={}", first["metadata"]["continue"].text()));
  CHECK(names_of(second.json) == "c d");
  CHECK(revision_of(second.json) == revision_of(first.json));
  const Answer last =
      list(fmt::format("limit=2&continue={}", second["metadata"]["continue"].text()));
  CHECK(names_of(last.json) == "e");
  CHECK(last["metadata"]["continue"].is_null());
  CHECK(last["metadata"]["remainingItemCount"].is_null());
}

TEST_CASE_FIXTURE(Listing, "list: with a selector nobody counts what remains") {
  const Answer page = list("limit=2&fieldSelector=metadata.namespace%3Dshop");
  CHECK(names_of(page.json) == "a b");
  CHECK(page["metadata"]["remainingItemCount"].is_null());
  CHECK_FALSE(page["metadata"]["continue"].text().empty());
}

TEST_CASE_FIXTURE(Listing, "list: a token whose snapshot is gone offers an inconsistent rest") {
  const Answer first = list("limit=2");
  config_map("bb");
  store->compact(store->revision());

  const Answer gone =
      list(fmt::format("limit=2&continue={}", first["metadata"]["continue"].text()));
  CHECK(gone.status == 410);
  CHECK(gone["reason"].text() == "Expired");
  CHECK(gone.message().starts_with("The provided continue parameter is too old"));

  const Answer rest = list(fmt::format("limit=9&continue={}", gone["metadata"]["continue"].text()));
  CHECK(names_of(rest.json) == "bb c d e");
}

TEST_CASE_FIXTURE(Listing, "list: a token that is not ours is refused") {
  for (const std::string& token :
       {std::string("%21%21"), base64url_encode("[]"), base64url_encode("{\"v\":\"x\"}"),
        base64url_encode(R"({"v":"meta.k8s.io/v1","rv":1,"start":"noslash"})"),
        std::string(5000, 'a')}) {
    const Answer answer = list("continue=" + token);
    CHECK(answer.status == 400);
    CHECK(answer.message().starts_with("continue key is not valid: "));
  }
}

TEST_CASE_FIXTURE(Listing, "list: exactly at a revision, or not older than one") {
  const std::string then = std::to_string(store->revision());
  config_map("f");

  CHECK(names("resourceVersionMatch=Exact&resourceVersion=" + then) == "a b c d e");
  CHECK(names("resourceVersionMatch=NotOlderThan&resourceVersion=" + then) == "a b c d e f");
  CHECK(names("resourceVersion=0") == "a b c d e f");
  CHECK(names("limit=9&resourceVersion=" + then) == "a b c d e");
}

TEST_CASE_FIXTURE(Listing, "list: a revision that is gone, and one that is not there yet") {
  const std::string then = std::to_string(store->revision());
  config_map("f");
  store->compact(store->revision());

  CHECK(list("resourceVersionMatch=Exact&resourceVersion=" + then).failure() ==
        "410 Expired: The resourceVersion for the provided list is too old.");
  const Answer early = list("resourceVersion=999999");
  CHECK(early.status == 504);
  CHECK(early["reason"].text() == "Timeout");
  CHECK(early["details"]["causes"].at(0)["reason"].text() == "ResourceVersionTooLarge");
  CHECK(early.headers.get("Retry-After") == "1");
}

TEST_CASE_FIXTURE(Listing, "list: parameters that contradict each other are named") {
  const auto failure = [this](std::string_view query) { return list(query).failure(); };

  CHECK(failure("resourceVersionMatch=Exact") ==
        "422 Invalid: ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
        "resourceVersionMatch is forbidden unless resourceVersion is provided");
  CHECK(failure("resourceVersionMatch=Exact&resourceVersion=0") ==
        "422 Invalid: ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
        "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"");
  CHECK(failure("resourceVersionMatch=Sometimes&resourceVersion=1") ==
        "422 Invalid: ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported "
        "value: \"Sometimes\": supported values: \"Exact\", \"NotOlderThan\"");
  CHECK(failure("resourceVersion=old") ==
        "422 Invalid: ListOptions.meta.k8s.io \"\" is invalid: resourceVersion: Invalid value: "
        "\"old\": strconv.ParseUint: parsing \"old\": invalid syntax");
  CHECK(failure("sendInitialEvents=true").starts_with("422 Invalid: "));
  CHECK(failure("limit=many") ==
        "400 BadRequest: strconv.ParseInt: parsing \"many\": invalid syntax");
  const std::string token(list("limit=1")["metadata"]["continue"].text());
  CHECK(failure(fmt::format("resourceVersion=1&continue={}", token)) ==
        "400 BadRequest: specifying resource version is not allowed when using continue");
}

TEST_CASE_FIXTURE(Listing, "list: labels and fields choose") {
  patch("/api/v1/namespaces/shop/configmaps/b", "application/merge-patch+json",
        "{metadata: {labels: {app: web, tier: front}}}");
  patch("/api/v1/namespaces/shop/configmaps/d", "application/merge-patch+json",
        "{metadata: {labels: {app: web}}}");

  CHECK(names("labelSelector=app%3Dweb") == "b d");
  CHECK(names("labelSelector=app%3Dweb,!tier") == "d");
  CHECK(names("labelSelector=app+in+(web,db),tier") == "b");
  CHECK(names("labelSelector=app!%3Dweb") == "a c e");
  CHECK(names("fieldSelector=metadata.name%3Dc") == "c");
  CHECK(names("fieldSelector=metadata.name!%3Dc") == "a b d e");
  CHECK(list("labelSelector=app+in+web").status == 400);
  CHECK(list("fieldSelector=data.a%3D1").failure() ==
        "400 BadRequest: \"data.a\" is not a known field selector: only \"metadata.name\", "
        "\"metadata.namespace\"");
}

TEST_CASE_FIXTURE(Listing, "list: fields of its own that a kind can be chosen by") {
  put_in("{metadata: {name: s1}, type: Opaque}", "/api/v1/namespaces/shop/secrets");
  put_in("{metadata: {name: s2}, type: example.com/own}", "/api/v1/namespaces/shop/secrets");

  CHECK(names_of(get("/api/v1/secrets?fieldSelector=type%3DOpaque").json) == "s1");
}

TEST_CASE_FIXTURE(Listing, "list: one object's rule is enough to list it by its name") {
  put_in(
      "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}, rules: "
      "[{apiGroups: [''], resources: [configmaps], resourceNames: [c], verbs: [list, watch]}]}",
      "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles");
  put_in(
      "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: r}, roleRef: "
      "{apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}, subjects: [{kind: User, name: "
      "carol, apiGroup: rbac.authorization.k8s.io}]}",
      "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings");
  token = "carol";

  CHECK(names("fieldSelector=metadata.name%3Dc") == "c");
  CHECK(get(kMaps).status == 403);
  CHECK(list("fieldSelector=metadata.name%3Dd").status == 403);
}
