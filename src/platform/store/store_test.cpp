#include "platform/store/store.hpp"

#include <doctest/doctest.h>

#include "adapter/files/files.hpp"
#include "platform/store/store_fixture.hpp"

namespace gp::store {

TEST_CASE_FIXTURE(StoreFixture, "store: a created object is there, at a revision of its own") {
  const auto created = store->commit(create("cms", "team-a", "one"));

  REQUIRE(created);
  CHECK(created->revision == 1);
  const ObjectRef object = store->get("cms", "team-a", "one");
  REQUIRE(object);
  CHECK(object == created->objects.at(0));
  CHECK(object->revision() == 1);
  CHECK(object->parse()["metadata"]["resourceVersion"].text() == "1");
  CHECK(store->get_by_uid(object->uid()) == object);
  CHECK(store->revision() == 1);
}

TEST_CASE_FIXTURE(StoreFixture, "store: creating what exists is refused, and names it") {
  REQUIRE(store->commit(create("cms", "team-a", "one")));

  const auto again = store->commit(create("cms", "team-a", "one"));

  REQUIRE(!again);
  CHECK(again.error().code == Code::AlreadyExists);
  CHECK(again.error().message == "cms \"one\" in namespace \"team-a\" already exists");
  CHECK(again.error().details["write"].integer(-1) == 0);
  CHECK(store->revision() == 1);
}

TEST_CASE_FIXTURE(StoreFixture, "store: an update at the seen revision replaces the object") {
  REQUIRE(store->commit(create("cms", "team-a", "one")));

  const auto updated = store->commit(update("cms", "team-a", "one", 1, {{"n", 2}}));

  REQUIRE(updated);
  CHECK(updated->revision == 2);
  CHECK(store->get("cms", "team-a", "one")->parse()["data"]["n"].integer() == 2);
}

TEST_CASE_FIXTURE(StoreFixture, "store: an update at an older revision is a conflict") {
  REQUIRE(store->commit(create("cms", "team-a", "one")));
  REQUIRE(store->commit(update("cms", "team-a", "one", 0, {{"n", 2}})));

  const auto late = store->commit(update("cms", "team-a", "one", 1, {{"n", 3}}));

  REQUIRE(!late);
  CHECK(late.error().code == Code::Conflict);
  CHECK(late.error().message ==
        "cms \"one\" in namespace \"team-a\" has changed: it is at revision 2, not 1");
}

TEST_CASE_FIXTURE(StoreFixture, "store: what does not exist is neither updated nor deleted") {
  const auto updated = store->commit(update("nodes", "", "one", 0, {}));
  const auto removed = store->commit(remove("nodes", "", "one"));

  REQUIRE(!updated);
  CHECK(updated.error().code == Code::NotFound);
  CHECK(updated.error().message == "nodes \"one\" does not exist");
  REQUIRE(!removed);
  CHECK(removed.error().code == Code::NotFound);
}

TEST_CASE_FIXTURE(StoreFixture, "store: a deletion answers the last state at its own revision") {
  REQUIRE(store->commit(create("cms", "team-a", "one", {{"n", 7}})));

  const auto removed = store->commit(remove("cms", "team-a", "one", 1));

  REQUIRE(removed);
  CHECK(removed->revision == 2);
  CHECK(removed->objects[0]->revision() == 2);
  CHECK(removed->objects[0]->parse()["data"]["n"].integer() == 7);
  CHECK(!store->get("cms", "team-a", "one"));
  CHECK(store->count("cms") == 0);
  CHECK(!store->get_by_uid(removed->objects[0]->uid()));
}

TEST_CASE_FIXTURE(StoreFixture, "store: a transaction happens entirely or not at all") {
  REQUIRE(store->commit(create("cms", "team-a", "two")));
  Transaction both = create("cms", "team-a", "one");
  both.writes.push_back(create("cms", "team-a", "two").writes[0]);

  const auto refused = store->commit(both);

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::AlreadyExists);
  CHECK(refused.error().details["write"].integer() == 1);
  CHECK(!store->get("cms", "team-a", "one"));
  CHECK(store->revision() == 1);

  both.writes.back() = update("cms", "team-a", "two", 1, {{"n", 1}}).writes[0];
  const auto done = store->commit(both);
  REQUIRE(done);
  CHECK(done->revision == 3);
  CHECK(done->objects[0]->revision() == 2);
  CHECK(done->objects[1]->revision() == 3);
}

TEST_CASE_FIXTURE(StoreFixture, "store: a precondition that no longer holds stops a transaction") {
  REQUIRE(store->commit(create("cms", "team-a", "guard")));
  Transaction guarded = create("cms", "team-a", "one");
  guarded.preconditions = {{Key{"cms", "team-a", "absent"}, 0}, {Key{"cms", "team-a", "guard"}, 1}};
  REQUIRE(store->commit(guarded));

  REQUIRE(store->commit(update("cms", "team-a", "guard", 0, {{"n", 1}})));
  guarded.writes = create("cms", "team-a", "two").writes;
  const auto refused = store->commit(guarded);

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::Conflict);
  CHECK(refused.error().details["precondition"].integer() == 1);
  CHECK(!store->get("cms", "team-a", "two"));
}

TEST_CASE_FIXTURE(StoreFixture, "store: a transaction that writes a key twice is refused") {
  Transaction twice = create("cms", "team-a", "one");
  twice.writes.push_back(twice.writes[0]);

  const auto refused = store->commit(twice);

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::InvalidArgument);
  CHECK(refused.error().message ==
        "a transaction writes cms \"one\" in namespace \"team-a\" twice");
}

TEST_CASE_FIXTURE(StoreFixture, "store: a transaction of more than 10,000 writes is refused") {
  Transaction many;
  many.writes.resize(10'001);

  const auto refused = store->commit(many);

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::TooLarge);
}

TEST_CASE_FIXTURE(StoreFixture, "store: later transactions of a batch see the earlier ones") {
  HeldSequencer held(*this);
  store->commit_async(create("cms", "a", "one"), held.note());
  store->commit_async(create("cms", "a", "one"), held.note());
  store->commit_async(update("cms", "a", "one", 2), held.note());
  store->commit_async(update("cms", "a", "one", 2), held.note());
  store->commit_async(remove("cms", "a", "one", 3), held.note());
  store->commit_async(create("cms", "a", "one"), held.note());
  held.release();

  CHECK(held.wait_for_answers(6) ==
        std::vector<std::string>{"2", "AlreadyExists", "3", "Conflict", "4", "5"});
  CHECK(store->get("cms", "a", "one")->revision() == 5);
}

TEST_CASE_FIXTURE(StoreFixture, "store: a document must be that of its key") {
  Transaction mixed = create("cms", "team-a", "one");
  mixed.writes[0].key.name = "two";

  const auto refused = store->commit(mixed);

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::InvalidArgument);
}

TEST_CASE_FIXTURE(StoreFixture, "store: dependents are found by their owner's uid") {
  const auto owner = store->commit(create("cms", "team-a", "owner"));
  REQUIRE(owner);
  Value document = document_of("team-a", "child");
  document.edit("metadata")
      .set("ownerReferences",
           Value::array({Value::object({{"uid", format_uuid(owner->objects[0]->uid())}})}));
  REQUIRE(store->commit(write(Write::Op::Create, "secrets", document)));

  const auto dependents = store->dependents(owner->objects[0]->uid());
  REQUIRE(dependents.size() == 1);
  CHECK(dependents[0]->name() == "child");

  REQUIRE(store->commit(update("secrets", "team-a", "child", 0, {})));
  CHECK(store->dependents(owner->objects[0]->uid()).empty());
}

TEST_CASE_FIXTURE(StoreFixture, "store: knows what a namespace holds") {
  REQUIRE(store->commit(create("cms", "team-a", "one")));
  REQUIRE(store->commit(create("secrets", "team-a", "one")));
  REQUIRE(store->commit(create("secrets", "team-b", "one")));

  CHECK(store->resources_in("team-a") == std::vector<std::string>{"cms", "secrets"});
  CHECK(store->resources_in("team-c").empty());
  CHECK(store->count("secrets") == 2);
  CHECK(store->count("secrets", "team-b") == 1);

  REQUIRE(store->commit(remove("cms", "team-a", "one")));
  CHECK(store->resources_in("team-a") == std::vector<std::string>{"secrets"});
}

}  // namespace gp::store
