#include <doctest/doctest.h>

#include "base/yaml.hpp"
#include "feature/catalog/cursor.hpp"
#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/pages.hpp"
#include "feature/catalog/projection.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

using Texts = std::vector<std::string>;

struct Fixture {
  SearchIndex index;
  SeededRandom random{3};

  Fixture() {
    put("{kind: Component, metadata: {name: web, title: The Web, tags: [go, Booking]}, "
        "spec: {type: website, count: 7, ok: true, none: null, deep: [{x: w}]}, "
        "relations: [{type: ownedBy, targetRef: 'group:default/docks'}]}");
    put("{kind: Component, metadata: {name: Api, tags: [go]}, spec: {type: service}}");
    put("{kind: API, metadata: {name: rest, namespace: ops}, spec: {type: openapi}}");
    put("{kind: Group, metadata: {name: docks}, spec: {type: team}}");
  }
  void put(std::string_view yaml) {
    const Value entity = *parse_yaml(yaml);
    index.put(ref_of(entity), random_uuid(random), entity);
  }
  static Texts names(const std::vector<Value>& entities) {
    Texts out;
    for (const Value& entity : entities) out.push_back(entity["metadata"]["name"].string());
    return out;
  }
  Texts filter(std::vector<std::string_view> filters) {
    ListRequest request;
    request.query = *parse_filters(filters);
    request.limit = 100;
    return names(list_of(index, request).entities);
  }
  Texts predicate(std::string_view yaml) {
    ListRequest request;
    const auto query = parse_predicate(*parse_yaml(yaml));
    if (!query) return {error_text(query.error())};
    request.query = *query;
    request.limit = 100;
    return names(list_of(index, request).entities);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "filter: AND by commas, OR by repeats, case never matters") {
  CHECK(filter({"kind=component"}) == Texts{"Api", "web"});
  CHECK(filter({"KIND=cOmponent, spec.type=WEBSITE,"}) == Texts{"web"});
  CHECK(filter({"kind=api,kind=group"}) == Texts{"rest", "docks"});
  CHECK(filter({"kind=api", "spec.type=team"}) == Texts{"rest", "docks"});
  CHECK(filter({}).size() == 4);
  CHECK(filter({"kind="}).empty());
}

TEST_CASE_FIXTURE(Fixture, "filter: existence, arrays, scalars as text, relations") {
  CHECK(filter({"metadata.title"}) == Texts{"web"});
  CHECK(filter({"metadata.tags=booking"}) == Texts{"web"});
  CHECK(filter({"metadata.tags.booking"}) == Texts{"web"});
  CHECK(filter({"metadata.tags.booking=true"}) == Texts{"web"});
  CHECK(filter({"metadata.tags.booking=false"}).empty());
  CHECK(filter({"spec.count=7,spec.ok=true"}) == Texts{"web"});
  CHECK(filter({"spec.none"}) == Texts{"web"});
  CHECK(filter({"spec.none=null"}).empty());
  CHECK(filter({"spec.deep.x=w"}) == Texts{"web"});
  CHECK(filter({"spec.deep"}).empty());
  CHECK(filter({"relations.ownedby=group:default/DOCKS"}) == Texts{"web"});
  CHECK(filter({"relations"}).empty());
}

TEST_CASE_FIXTURE(Fixture, "filter: long values exist but equal nothing, long keys are left out") {
  const std::string value(201, 'v'), key(201, 'k');
  put(fmt::format("{{kind: Component, metadata: {{name: long}}, spec: {{v: {}, {}: x}}}}", value,
                  key));

  CHECK(filter({"spec.v"}) == Texts{"long"});
  CHECK(filter({"spec.v=" + value}).empty());
  CHECK(filter({"spec." + key}).empty());
}

TEST_CASE_FIXTURE(Fixture, "filter: a statement without a key is refused") {
  CHECK(error_text(parse_filters({"=x"}).error()) ==
        "InputError: Invalid filter, '=x' is not a valid statement (expected a string on the form "
        "a=b or a= or a)");
}

TEST_CASE_FIXTURE(Fixture, "predicates: every operator") {
  CHECK(predicate("{}").size() == 4);
  CHECK(predicate("{kind: api}") == Texts{"rest"});
  CHECK(predicate("{kind: {$in: [API, group]}}") == Texts{"rest", "docks"});
  CHECK(predicate("{$all: [{}, {kind: Group}]}") == Texts{"docks"});
  CHECK(predicate("{$any: [{kind: group}, {spec.count: 7}]}") == Texts{"web", "docks"});
  CHECK(predicate("{$not: {kind: component}}") == Texts{"rest", "docks"});
  CHECK(predicate("{metadata.title: {$exists: true}}") == Texts{"web"});
  CHECK(predicate("{kind: component, metadata.title: {$exists: false}}") == Texts{"Api"});
  CHECK(predicate("{metadata.tags: {$contains: booking}}") == Texts{"web"});
  CHECK(predicate("{relations: {$contains: {type: ownedBy, targetRef: 'group:default/docks'}}}") ==
        Texts{"web"});
  CHECK(predicate("{metadata.name: {$hasPrefix: RE}}") == Texts{"rest"});
  CHECK(predicate("{$nope: 1}") == Texts{"InputError: Invalid query: unknown operator $nope"});
}

TEST_CASE_FIXTURE(Fixture, "index: a changed entity is found by what it is now") {
  put("{kind: Component, metadata: {name: web, tags: [rust]}, spec: {type: library}}");

  CHECK(filter({"metadata.tags=go"}) == Texts{"Api"});
  CHECK(filter({"metadata.tags.rust"}) == Texts{"web"});
  CHECK(filter({"spec.type=library"}) == Texts{"web"});
  CHECK(filter({"relations.ownedby"}).empty());

  index.remove("component:default/web");
  CHECK(filter({"metadata.tags=rust"}).empty());
  CHECK(filter({"kind=component"}) == Texts{"Api"});
  CHECK(index.count() == 3);
}

TEST_CASE_FIXTURE(Fixture, "pages: forwards to the end and backwards to the start") {
  for (const bool is_descending : {false, true}) {
    PageRequest request;
    request.order_field = "metadata.name";
    request.is_descending = is_descending;
    request.limit = 3;
    const Page first = page_of(index, request);
    CHECK(first.total == 4);
    CHECK(first.has_after);
    CHECK_FALSE(first.has_before);
    request.from = first.last;
    const Page second = page_of(index, request);
    Texts all = names(first.items);
    for (const std::string& name : names(second.items)) all.push_back(name);
    CHECK(all == (is_descending ? Texts{"web", "rest", "docks", "Api"}
                                : Texts{"Api", "docks", "rest", "web"}));
    CHECK_FALSE(second.has_after);

    request.from = second.first;
    request.is_backwards = true;
    const Page back = page_of(index, request);
    CHECK(names(back.items) == names(first.items));
    CHECK(back.has_after);
    CHECK_FALSE(back.has_before);
  }
}

TEST_CASE_FIXTURE(Fixture,
                  "pages: entities that lack the order field are neither listed nor counted") {
  PageRequest request;
  request.order_field = "metadata.title";
  const Page page = page_of(index, request);

  CHECK(names(page.items) == Texts{"web"});
  CHECK(page.total == 1);
}

TEST_CASE_FIXTURE(Fixture, "pages: full text is a substring of the named fields") {
  PageRequest request;
  request.term = "HE W";
  request.term_fields = {"metadata.title"};
  CHECK(names(page_of(index, request).items) == Texts{"web"});
  request.term_fields = {"metadata.name"};
  CHECK(page_of(index, request).total == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "lists: what lacks the order field is left out without a limit, last with one") {
  ListRequest request;
  request.order = {{"metadata.title", false}};
  CHECK(names(list_of(index, request).entities) == Texts{"web"});
  request.limit = 10;
  CHECK(names(list_of(index, request).entities) == Texts{"web", "rest", "Api", "docks"});
}

TEST_CASE_FIXTURE(Fixture, "facets: distinct texts in their own letters, by code point") {
  using Facets = std::vector<std::pair<std::string, std::size_t>>;
  CHECK(facet_of(index, "KIND", index.live()) ==
        Facets{{"API", 1}, {"Component", 2}, {"Group", 1}});
  CHECK(facet_of(index, "metadata.tags", index.live()) == Facets{{"Booking", 1}, {"go", 2}});
  CHECK(facet_of(index, "spec.none", index.live()).empty());
}

TEST_CASE("projection: keys that hold dots are reached, unknown paths vanish") {
  const Value entity = *parse_yaml(
      "{kind: X, metadata: {name: n, annotations: {a.b/c: v, d: w}}, spec: {l: [1, 2]}}");
  const auto apply = [&](std::vector<std::string_view> fields) {
    return Projection::parse(fields)->apply(entity);
  };
  CHECK(apply({"kind,metadata.annotations.a.b/c"}) ==
        *parse_yaml("{kind: X, metadata: {annotations: {a.b/c: v}}}"));
  CHECK(apply({"nope", "kind"}) == *parse_yaml("{kind: X}"));
  CHECK(apply({"nope.x"}) == Value::object());
  CHECK(apply({"spec.l.1"}) == *parse_yaml("{spec: {l: [2]}}"));
  CHECK(apply({}) == entity);
  CHECK_FALSE(Projection::parse({"a[0]"}));
}

TEST_CASE("cursors: come back as they went, and nothing else is taken for one") {
  Cursor cursor;
  cursor.asked.filters = {"kind=component"};
  cursor.asked.term = "x";
  cursor.asked.term_fields = {"metadata.name"};
  cursor.asked.order_field = "metadata.name";
  cursor.asked.is_descending = true;
  cursor.from = {"web", {1, 2, 3}};
  cursor.is_backwards = true;
  cursor.total = 42;

  const auto back = decode_cursor(encode_cursor(cursor));
  REQUIRE(back);
  CHECK(back->asked.filters == cursor.asked.filters);
  CHECK(back->asked.term_fields == cursor.asked.term_fields);
  CHECK(back->asked.is_descending);
  CHECK(back->from.text == "web");
  CHECK(back->from.uid == cursor.from.uid);
  CHECK(back->total == 42);

  CHECK(decode_cursor("xxx").error().message == "Malformed cursor: could not be parsed");
  CHECK(*decode_after(encode_after(7)) == 7);
  CHECK(decode_after("xxx").error().message == "Malformed after cursor, could not be parsed");
}
