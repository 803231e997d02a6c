#include <doctest/doctest.h>

#include "base/json.hpp"
#include "feature/catalog/catalog.hpp"
#include "feature/catalog/engine_fixture.hpp"
#include "feature/catalog/entity_handlers.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/location_handlers.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

struct Answer {
  int status = 0;
  Value json;
  std::string text;
  std::string link, etag;
};

struct Fixture : EngineFixture {
  Fixture() {
    source.set("file:/c/all.yaml",
               component("web", "", ", title: Web, tags: [go]") + component("lib") +
                   "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: o}\n"
                   "spec: {type: team, children: []}\n");
    options.configured = {{"file", "/c/all.yaml"}};
    start();
  }

  static net::Request request(std::string method, std::string target, std::string body = {}) {
    net::Request made;
    made.method = std::move(method);
    made.target = "/api/catalog" + target;
    const auto mark = made.target.find('?');
    made.path = made.target.substr(0, mark);
    if (mark != std::string::npos) {
      made.query = *net::Query::parse(std::string_view(made.target).substr(mark + 1));
    }
    made.body = std::move(body);
    return made;
  }

  template <typename Handlers>
  Answer ask(Result<net::Response> (Handlers::*handle)(net::Request&), net::Request asked) {
    Handlers handlers(*engine);
    const net::Handler guard =
        guarded([&](net::Request& request) { return (handlers.*handle)(request); });
    const net::Response response = guard(asked);
    Answer answer{response.status,
                  {},
                  response.body_text(),
                  std::string(response.headers.get("Link")),
                  std::string(response.headers.get("ETag"))};
    if (auto json = parse_json(answer.text)) answer.json = std::move(*json);
    return answer;
  }
  Answer get(Result<net::Response> (EntityHandlers::*handle)(net::Request&), std::string target) {
    return ask(handle, request("GET", std::move(target)));
  }
  Answer post(Result<net::Response> (EntityHandlers::*handle)(net::Request&), std::string body) {
    return ask(handle, request("POST", "/x", std::move(body)));
  }
  static std::string message(const Answer& answer) {
    return fmt::format("{} {}: {}", answer.status, answer.json["error"]["name"].text(),
                       answer.json["error"]["message"].text());
  }
  static std::vector<std::string> names(const Value& list) {
    std::vector<std::string> out;
    for (const Value& entity : list.items()) out.push_back(entity["metadata"]["name"].string());
    return out;
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "entities: filter, fields, order") {
  const auto answer =
      get(&EntityHandlers::list,
          "/entities?filter=kind=component&fields=metadata.name&order=desc:metadata.name");
  CHECK(answer.status == 200);
  CHECK(answer.text == R"([{"metadata":{"name":"web"}},{"metadata":{"name":"lib"}}])");
}

TEST_CASE_FIXTURE(Fixture, "entities: a limited page links to the next, with all it was asked") {
  const auto first = get(&EntityHandlers::list, "/entities?filter=kind%3Dcomponent&limit=1");
  CHECK(names(first.json) == Texts{"lib"});
  REQUIRE(first.link.starts_with("</entities?filter=kind%3Dcomponent&limit=1&after="));
  REQUIRE(first.link.ends_with(">; rel=\"next\""));

  const std::string target = first.link.substr(1, first.link.find('>') - 1);
  const auto second = get(&EntityHandlers::list, target);
  CHECK(names(second.json) == Texts{"web"});
  CHECK(second.link.empty());
}

TEST_CASE_FIXTURE(Fixture, "entities: parameters are checked in Backstage's words") {
  const struct {
    std::string_view query, message;
  } cases[] = {
      {"limit=abc", "400 InputError: request/query/limit must be integer"},
      {"limit=-1", "400 InputError: request/query/limit must be >= 0"},
      {"limit=0", "400 InputError: Invalid limit, must be greater than zero"},
      {"filter=", "400 InputError: Empty value found for query parameter 'filter'"},
      {"nope=1", "400 InputError: Unknown query parameter 'nope'"},
      {"order=metadata.name",
       "400 InputError: Invalid order parameter \"metadata.name\", expected \"<asc or "
       "desc>:<field name>\""},
      {"after=xxx", "400 InputError: Malformed after cursor, could not be parsed"},
  };
  for (const auto& [query, expected] : cases) {
    CHECK(message(get(&EntityHandlers::list, fmt::format("/entities?{}", query))) == expected);
  }
}

TEST_CASE_FIXTURE(Fixture, "by-query: cursors lead on and back, and remember what was asked") {
  const auto first = get(&EntityHandlers::by_query,
                         "/q?filter=kind=component&orderField=metadata.name,asc&limit=1");
  CHECK(names(first.json["items"]) == Texts{"lib"});
  CHECK(first.json["totalItems"].integer() == 2);
  CHECK_FALSE(first.json["pageInfo"].contains("prevCursor"));

  const auto second = get(&EntityHandlers::by_query,
                          "/q?limit=5&cursor=" + first.json["pageInfo"]["nextCursor"].string());
  CHECK(names(second.json["items"]) == Texts{"web"});
  CHECK(second.json["totalItems"].integer() == 2);
  CHECK_FALSE(second.json["pageInfo"].contains("nextCursor"));

  const auto back = get(&EntityHandlers::by_query,
                        "/q?limit=5&cursor=" + second.json["pageInfo"]["prevCursor"].string());
  CHECK(names(back.json["items"]) == Texts{"lib"});
}

TEST_CASE_FIXTURE(Fixture, "by-query: counting can be asked alone, or left out") {
  const auto count = get(&EntityHandlers::by_query, "/q?limit=0");
  CHECK(count.json["totalItems"].integer() == 4);
  CHECK(count.json["items"].empty());
  const auto excluded = get(&EntityHandlers::by_query, "/q?totalItems=exclude&limit=2");
  CHECK(excluded.json["totalItems"].integer() == 0);
  CHECK(message(get(&EntityHandlers::by_query, "/q?totalItems=maybe")) ==
        "400 InputError: request/query/totalItems must be equal to one of the allowed values: "
        "include, exclude");
  CHECK(message(get(&EntityHandlers::by_query, "/q?orderField=metadata.name,sideways")) ==
        "400 InputError: Invalid order field order, must be asc or desc");
  CHECK(message(get(&EntityHandlers::by_query, "/q?cursor=xxx"))
            .starts_with("400 InputError: Malformed cursor"));
}

TEST_CASE_FIXTURE(Fixture, "by-query: POST takes predicates, orders and full text") {
  const auto answer =
      post(&EntityHandlers::by_query_post,
           R"({"query":{"$all":[{},{"kind":"Component"}]},"fields":["metadata.name"],
                               "orderBy":[{"field":"metadata.name","order":"desc"}],
                               "fullTextFilter":{"term":" B ","fields":["metadata.name"]}})");
  CHECK(names(answer.json["items"]) == Texts{"web", "lib"});
  CHECK(message(post(&EntityHandlers::by_query_post, R"({"query":{"$nope":[]}})")) ==
        "400 InputError: Invalid query: unknown operator $nope");
}

TEST_CASE_FIXTURE(Fixture, "by-refs: the asked order, repeats, and null for what is absent") {
  const auto answer = post(&EntityHandlers::by_refs,
                           R"({"entityRefs":["component:default/web","component:default/none",
                               "group:default/o","component:default/web"],"fields":["kind"]})");
  CHECK(answer.text ==
        R"({"items":[{"kind":"Component"},null,{"kind":"Group"},{"kind":"Component"}]})");
  CHECK(message(post(&EntityHandlers::by_refs, "{}")) ==
        "400 InputError: request/body must have required property 'entityRefs'");
  CHECK(message(post(&EntityHandlers::by_refs, "{bad"))
            .starts_with("400 InputError: the body is not JSON"));
}

TEST_CASE_FIXTURE(Fixture, "by-name: any case; what is absent is named as it was asked") {
  auto asked = request("GET", "/entities/by-name/COMPONENT/default/WEB");
  asked.path_parts = {{"kind", "COMPONENT"}, {"namespace", "default"}, {"name", "WEB"}};
  CHECK(ask(&EntityHandlers::by_name, asked).json["metadata"]["title"].text() == "Web");

  asked = request("GET", "/entities/by-name/component/default/nope?x=1");
  asked.path_parts = {{"kind", "component"}, {"namespace", "default"}, {"name", "nope"}};
  const auto missing = ask(&EntityHandlers::by_name, asked);
  CHECK(missing.status == 404);
  CHECK(missing.text ==
        R"({"error":{"name":"NotFoundError","message":"No entity named 'nope' found, with kind )"
        R"('component' in namespace 'default'"},"request":{"method":"GET",)"
        R"("url":"/entities/by-name/component/default/nope?x=1"},"response":{"statusCode":404}})");
}

TEST_CASE_FIXTURE(Fixture, "facets: counts, and an ETag that spares the second answer") {
  const auto first = get(&EntityHandlers::facets, "/f?facet=kind&facet=no.such");
  CHECK(first.text ==
        R"({"facets":{"kind":[{"value":"Component","count":2},{"value":"Group","count":1},)"
        R"({"value":"Location","count":1}],"no.such":[]}})");
  auto again = request("GET", "/f?facet=kind&facet=no.such");
  again.headers.set("If-None-Match", first.etag);
  const auto second = ask(&EntityHandlers::facets, again);
  CHECK(second.status == 304);
  CHECK(second.text.empty());
  CHECK(message(get(&EntityHandlers::facets, "/f")) ==
        "400 InputError: request/query must have required property 'facet'");
}

TEST_CASE_FIXTURE(Fixture, "locations: registered, conflicting, dry, looked up and removed") {
  source.set("url:http://h/x.yaml", component("far"));
  const std::string body = R"({"type":"url","target":"http://h/x.yaml"})";
  const auto add = [&](const std::string& target) {
    return ask(&LocationHandlers::add, request("POST", target, body));
  };
  const auto dry = add("/locations?dryRun=true");
  CHECK(dry.status == 201);
  CHECK_FALSE(dry.json["exists"].boolean());
  CHECK(dry.json["location"]["id"].text() == "url:http://h/x.yaml");
  CHECK(dry.json["entities"].size() == 2);

  const auto added = add("/locations");
  CHECK(added.status == 201);
  CHECK(message(add("/locations")) ==
        "409 ConflictError: Location url:http://h/x.yaml already exists");
  CHECK(add("/locations?onConflict=refresh").json["location"] == added.json["location"]);
  REQUIRE(idle());

  auto by_entity = request("GET", "/locations/by-entity/component/default/far");
  by_entity.path_parts = {{"kind", "component"}, {"namespace", "default"}, {"name", "far"}};
  CHECK(ask(&LocationHandlers::by_entity, by_entity).json == added.json["location"]);
  by_entity.path_parts.back().second = "web";
  CHECK(message(ask(&LocationHandlers::by_entity, by_entity)) ==
        "404 NotFoundError: Found no location with type file and target /c/all.yaml");

  const auto query =
      ask(&LocationHandlers::by_query,
          request("POST", "/q", R"({"query":{"target":{"$hasPrefix":"http://h/"}}})"));
  CHECK(query.json["totalItems"].integer() == 1);

  auto removal = request("DELETE", "/locations/x");
  removal.path_parts = {{"id", added.json["location"]["id"].string()}};
  CHECK(ask(&LocationHandlers::remove, removal).status == 204);
  CHECK(message(ask(&LocationHandlers::remove, removal))
            .starts_with("404 NotFoundError: Found no location"));
}

TEST_CASE_FIXTURE(Fixture, "locations: only URLs may be registered") {
  CHECK(message(ask(&LocationHandlers::add,
                    request("POST", "/l", R"({"type":"file","target":"/etc/hostname"})"))) ==
        "400 InputError: Registered locations must be of an allowed type [\"url\"]");
  CHECK(message(ask(&LocationHandlers::add, request("POST", "/l", R"({"type":"url"})"))) ==
        "400 InputError: request/body must have required property 'target'");
}

TEST_CASE_FIXTURE(Fixture, "validate-entity: nothing when it is fine, errors when it is not") {
  const auto validate = [&](std::string_view name, std::string_view location) {
    return ask(&LocationHandlers::validate,
               request("POST", "/v",
                       fmt::format(R"({{"entity":{{"apiVersion":"backstage.io/v1alpha1",)"
                                   R"("kind":"User","metadata":{{"name":"{}"}},)"
                                   R"("spec":{{"memberOf":[]}}}},"location":"{}"}})",
                                   name, location)));
  };
  const auto fine = validate("ines", "url:https://h/x");
  CHECK(fine.status == 200);
  CHECK(fine.text.empty());
  CHECK(validate("a b", "url:https://h/x").json["errors"].at(0)["name"].text() == "InputError");
  CHECK(validate("ines", "file:/x").json["errors"].at(0)["message"].text() ==
        "Invalid location ref file:/x, only 'url:<target>' is supported, e.g. "
        "url:https://host/path");
}

TEST_CASE_FIXTURE(Fixture, "refresh and analysis") {
  CHECK(ask(&LocationHandlers::refresh,
            request("POST", "/r", R"({"entityRef":"Component:default/web"})"))
            .status == 200);
  CHECK(message(ask(&LocationHandlers::refresh,
                    request("POST", "/r", R"({"entityRef":"component:default/nowhere"})"))) ==
        "404 NotFoundError: Entity component:default/nowhere not found");
  const auto proposal =
      ask(&LocationHandlers::analyze,
          request("POST", "/a",
                  R"({"location":{"type":"url","target":"https://github.com/acme/shop.git"}})"));
  const Value& entity = proposal.json["generateEntities"].at(0)["entity"];
  CHECK(entity["metadata"]["name"].text() == "shop");
  CHECK(entity["metadata"]["annotations"]["github.com/project-slug"].text() == "acme/shop");
}

TEST_CASE("errors: missing credentials have the shape of every plugin") {
  net::Request request;
  request.method = "GET";
  request.target = "/api/catalog/entities?limit=1";
  CHECK(error_response(request, unauthenticated("Missing credentials")).body_text() ==
        R"({"error":{"name":"AuthenticationError","message":"Missing credentials"},)"
        R"("request":{"method":"GET","url":"/entities?limit=1"},"response":{"statusCode":401}})");
}
