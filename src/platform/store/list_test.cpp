#include <doctest/doctest.h>

#include "platform/store/store_fixture.hpp"

namespace gp::store {
namespace {

struct ListFixture : StoreFixture {
  ListFixture() : StoreFixture({.path = ":memory:"}) {
    for (const char* ns : {"b", "a"}) {
      for (const char* name : {"two", "one", "three"}) {
        commit(create("cms", ns, name, {}, {{"app", name}, {"ns", ns}}));
      }
    }
    commit(create("cms", "ab", "four"));
  }
  void commit(Transaction transaction) {
    const auto done = store->commit(std::move(transaction));
    REQUIRE_MESSAGE(done, done.error().to_string());
  }
  Listed list(const ListOptions& wanted) {
    auto listed = store->list(wanted);
    REQUIRE_MESSAGE(listed, listed.error().to_string());
    return *std::move(listed);
  }
  std::string names(const ListOptions& wanted) { return names_of(list(wanted).objects); }
  static selector::LabelSelector labels(std::string_view text) {
    return *selector::LabelSelector::parse(text);
  }
};

}  // namespace

TEST_CASE_FIXTURE(ListFixture, "list: goes by namespace, then name") {
  CHECK(names({.resource = "cms"}) == "one,three,two,four,one,three,two");
  CHECK(names({.resource = "cms", .ns = "a"}) == "one,three,two");
  CHECK(names({.resource = "cms", .ns = "ab"}) == "four");
  CHECK(names({.resource = "cms", .ns = "aa"}).empty());
  CHECK(names({.resource = "unknown"}).empty());
  CHECK(list({.resource = "cms"}).revision == 7);
}

TEST_CASE_FIXTURE(ListFixture, "list: pages say whether there is more, and how much") {
  Listed page = list({.resource = "cms", .limit = 3});
  CHECK(names_of(page.objects) == "one,three,two");
  CHECK(page.has_more);
  CHECK(page.remaining == 4);

  page = list({.resource = "cms", .limit = 3, .continue_after = "a/two"});
  CHECK(names_of(page.objects) == "four,one,three");
  CHECK(page.remaining == 1);

  page = list({.resource = "cms", .limit = 3, .continue_after = "b/three"});
  CHECK(names_of(page.objects) == "two");
  CHECK(!page.has_more);
  CHECK(page.remaining == 0);

  page = list({.resource = "cms", .ns = "a", .limit = 2, .continue_after = "a/one"});
  CHECK(names_of(page.objects) == "three,two");
  CHECK(!page.has_more);
}

TEST_CASE_FIXTURE(ListFixture, "list: continues behind an object that is gone by now") {
  commit(remove("cms", "a", "two"));

  CHECK(names({.resource = "cms", .continue_after = "a/two"}) == "four,one,three,two");
  CHECK(names({.resource = "cms", .ns = "b", .continue_after = "a/two"}) == "one,three,two");
}

TEST_CASE_FIXTURE(ListFixture, "list: a continue position without a namespace part is refused") {
  const auto refused = store->list({.resource = "cms", .continue_after = "x"});

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::InvalidArgument);
}

TEST_CASE_FIXTURE(ListFixture, "list: labels select, from the index or by looking") {
  CHECK(names({.resource = "cms", .labels = labels("app=one")}) == "one,one");
  CHECK(names({.resource = "cms", .ns = "b", .labels = labels("app=one")}) == "one");
  CHECK(names({.resource = "cms", .labels = labels("app in (one,three),ns=b")}) == "one,three");
  CHECK(names({.resource = "cms", .labels = labels("app!=one")}) == "three,two,four,three,two");
  CHECK(names({.resource = "cms", .labels = labels("!app")}) == "four");
  CHECK(names({.resource = "cms", .labels = labels("app=none")}).empty());
  CHECK(names({.resource = "secrets", .labels = labels("app=one")}).empty());
}

TEST_CASE_FIXTURE(ListFixture, "list: the label index follows changes") {
  for (int i = 0; i < 40; ++i) commit(create("cms", "c", fmt::format("x{:02}", i)));
  commit(update("cms", "a", "one", 0, {}, {{"app", "moved"}}));
  commit(remove("cms", "b", "one"));

  CHECK(names({.resource = "cms", .labels = labels("app=one")}).empty());
  CHECK(names({.resource = "cms", .labels = labels("app=moved")}) == "one");
  CHECK(names({.resource = "cms", .labels = labels("app=two")}) == "two,two");
}

TEST_CASE_FIXTURE(ListFixture, "list: pages of a selection are complete") {
  for (int i = 0; i < 40; ++i) commit(create("cms", "c", fmt::format("x{:02}", i)));

  Listed page = list({.resource = "cms", .labels = labels("app=one"), .limit = 1});
  CHECK(names_of(page.objects) == "one");
  CHECK(page.has_more);
  CHECK(page.remaining == 0);

  page =
      list({.resource = "cms", .labels = labels("app=one"), .limit = 1, .continue_after = "a/one"});
  CHECK(page.objects.at(0)->ns() == "b");
  CHECK(!page.has_more);
}

TEST_CASE_FIXTURE(ListFixture, "list: a field selector on the name finds the one object") {
  const auto one = selector::FieldSelector::equal("metadata.name", "one");

  CHECK(names({.resource = "cms", .ns = "a", .fields = one}) == "one");
  CHECK(names({.resource = "cms", .fields = one}) == "one,one");
  CHECK(names({.resource = "cms", .ns = "a", .labels = labels("app=two"), .fields = one}).empty());
}

TEST_CASE_FIXTURE(ListFixture, "list: at a past revision shows what was there then") {
  const Revision then = store->revision();
  commit(remove("cms", "a", "one"));
  commit(update("cms", "a", "two", 0, {{"n", 1}}, {{"app", "changed"}}));
  commit(update("cms", "a", "two", 0, {{"n", 2}}));
  commit(create("cms", "a", "zero"));
  commit(create("cms", "0", "first"));
  commit(remove("cms", "a", "zero"));

  CHECK(names({.resource = "cms", .at = then}) == "one,three,two,four,one,three,two");
  CHECK(names({.resource = "cms", .ns = "a", .at = then}) == "one,three,two");
  CHECK(names({.resource = "cms", .labels = labels("app=two"), .at = then}) == "two,two");
  CHECK(names({.resource = "cms", .labels = labels("app=changed"), .at = then + 2}) == "two");
  CHECK(names({.resource = "cms", .ns = "a", .at = then + 4}) == "three,two,zero");
  CHECK(list({.resource = "cms", .at = then}).revision == then);
  CHECK(names({.resource = "cms", .at = 2}) == "one,two");
  CHECK(names({.resource = "cms", .at = 0}) == "first,three,two,four,one,three,two");
}

TEST_CASE_FIXTURE(ListFixture, "list: continued pages show one snapshot") {
  Listed page = list({.resource = "cms", .limit = 2});
  const Revision then = page.revision;
  std::string seen = names_of(page.objects);
  std::size_t removed = 0;
  while (page.has_more) {
    const object::Object& last = *page.objects.back();
    const std::string after = fmt::format("{}/{}", last.ns(), last.name());
    commit(create("cms", "a", fmt::format("new{}", removed)));
    if (removed < 3) commit(remove("cms", "b", std::array{"two", "one", "three"}[removed]));
    ++removed;
    page = list({.resource = "cms", .limit = 2, .continue_after = after, .at = then});
    CHECK(page.revision == then);
    seen += "," + names_of(page.objects);
  }

  CHECK(seen == "one,three,two,four,one,three,two");
}

TEST_CASE_FIXTURE(ListFixture,
                  "list: past states that are not retained are gone, future ones wrong") {
  store->compact(5);

  const auto past = store->list({.resource = "cms", .at = 4});
  const auto future = store->list({.resource = "cms", .at = 8});

  REQUIRE(!past);
  CHECK(past.error().code == Code::Gone);
  CHECK(past.error().message == "revision 4 is no longer retained, the oldest is 5");
  REQUIRE(!future);
  CHECK(future.error().code == Code::InvalidArgument);
  CHECK(future.error().message == "revision 8 is in the future, the newest is 7");
  CHECK(names({.resource = "cms", .at = 5}) == "one,two,one,three,two");
}

TEST_CASE_FIXTURE(ListFixture, "list: what was listed stays as it was") {
  const Listed before = list({.resource = "cms", .ns = "a"});
  commit(update("cms", "a", "one", 0, {{"n", 9}}));
  commit(remove("cms", "a", "two"));

  CHECK(names_of(before.objects) == "one,three,two");
  CHECK(before.objects[0]->parse()["data"].empty());
}

}  // namespace gp::store
