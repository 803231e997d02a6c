#include "base/value.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <thread>

using gp::Value;

TEST_CASE("value: short and long strings read back") {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string text(size, 'x');
    const Value value(text);
    const Value copy = value;

    CHECK(copy.text() == text);
    CHECK(copy.size() == size);
    CHECK(copy == value);
  }
}

TEST_CASE("value: integers are exact up to both ends of 64 bits") {
  const Value smallest(std::numeric_limits<std::int64_t>::min());
  const Value largest(std::numeric_limits<std::uint64_t>::max());

  CHECK(smallest.integer() == std::numeric_limits<std::int64_t>::min());
  CHECK(largest.kind() == Value::Kind::Uint);
  CHECK(largest.unsigned_integer() == std::numeric_limits<std::uint64_t>::max());
  CHECK(largest.integer(-7) == -7);
  CHECK(Value(std::uint64_t{5}).kind() == Value::Kind::Int);
}

TEST_CASE("value: numbers of different kinds are equal exactly when their values are") {
  CHECK(Value(1) == Value(1.0));
  CHECK(Value(1) != Value(1.5));
  CHECK(Value(std::int64_t{9007199254740993}) != Value(9007199254740992.0));
  CHECK(Value(std::numeric_limits<std::uint64_t>::max()) != Value(18446744073709551616.0));
  CHECK(Value(std::numeric_limits<std::uint64_t>::max()) != Value(-1));
  CHECK(Value(0) != Value(false));
}

TEST_CASE("value: a changed copy leaves the original as it was") {
  Value original =
      Value::object({{"a", Value::object({{"b", 1}})}, {"list", Value::array({1, 2})}});
  Value copy = original;

  copy.edit("a").set("b", 2);
  copy.edit("list").push_back(3);

  CHECK(original["a"]["b"].integer() == 1);
  CHECK(copy["a"]["b"].integer() == 2);
  CHECK(original["list"].size() == 2);
  CHECK(copy["list"].size() == 3);
}

TEST_CASE("value: an untouched part stays shared") {
  const Value original =
      Value::object({{"a", Value::object({{"b", 1}})}, {"c", Value::array({1})}});
  Value copy = original;
  copy.set("d", 1);

  CHECK(copy["a"].same_as(original["a"]));
  CHECK_FALSE(copy.same_as(original));
}

TEST_CASE("value: missing members read as null, however long the chain") {
  const Value pod = Value::object({{"spec", Value::object()}});

  CHECK(pod["spec"]["containers"].at(3)["image"].is_null());
  CHECK(gp::lookup(pod, {"spec", "x", "y"}).is_null());
  CHECK(pod.find("nothing") == nullptr);
}

TEST_CASE("value: objects keep the order of insertion through replacement and removal") {
  Value object;
  for (const char* key : {"z", "a", "m"}) object.set(key, key);
  object.set("a", "new");
  object.erase("z");
  object.set("z", "last");

  std::string order;
  for (const auto& member : object.members()) order += member.key();
  CHECK(order == "amz");
  CHECK(object["a"].text() == "new");
}

TEST_CASE("value: a large object finds every member after growth, removal and sorting") {
  Value object;
  for (int i = 0; i < 1000; ++i) object.set(fmt::format("key-{}", i * 7919 % 1000), i);
  for (int i = 0; i < 1000; i += 3) CHECK(object.erase(fmt::format("key-{}", i)));
  const Value copy = object;
  object.sort_members();

  for (int i = 0; i < 1000; ++i) {
    const std::string key = fmt::format("key-{}", i);
    CHECK(object.contains(key) == (i % 3 != 0));
    CHECK(copy[key] == object[key]);
  }
  CHECK(object == copy);
}

TEST_CASE("value: equality of objects does not mind the order") {
  const Value a = Value::object({{"x", 1}, {"y", Value::array({1, "two"})}});
  const Value b = Value::object({{"y", Value::array({1, "two"})}, {"x", 1}});

  CHECK(a == b);
  CHECK(a != Value::object({{"x", 1}, {"z", Value::array({1, "two"})}}));
}

TEST_CASE("value: of equal keys given to take_object the last wins at the first's place") {
  std::vector<Value::Member> members;
  for (const auto& [key, number] : {std::pair("a", 1),
                                    {"b", 2},
                                    {"a", 3},
                                    {"a long enough key", 4},
                                    {"a long enough key", 5}}) {
    members.push_back({Value(key), Value(number)});
  }
  std::vector<std::string> duplicates;
  const Value object = Value::take_object(members, &duplicates);

  CHECK(object.size() == 3);
  CHECK(object.members()[0].value.integer() == 3);
  CHECK(object["a long enough key"].integer() == 5);
  CHECK(duplicates == std::vector<std::string>{"a", "a long enough key"});
}

TEST_CASE("value: insert and erase_at move the rest") {
  Value list = Value::array({1, 2, 3});
  list.insert(1, "x");
  list.insert(4, "end");
  list.erase_at(0);

  CHECK(list == Value::array({"x", 2, 3, "end"}));
}

TEST_CASE("value: a million nested arrays are let go without deep recursion") {
  Value nested = Value::array();
  for (int i = 0; i < 1'000'000; ++i) {
    Value outer = Value::array();
    outer.push_back(std::move(nested));
    nested = std::move(outer);
  }

  nested = nullptr;

  CHECK(nested.is_null());
}

TEST_CASE("value: an assignment from its own inside is safe") {
  Value value =
      Value::object({{"inner", Value::object({{"text", "a text beyond fourteen bytes"}})}});

  value = value["inner"];
  value = value["text"];

  CHECK(value.text() == "a text beyond fourteen bytes");
}

TEST_CASE("value: a key may be text of the object that it goes into") {
  Value object = Value::object({{"name", "a text beyond fourteen bytes"}});
  for (int i = 0; i < 40; ++i) object.set(fmt::format("filler-{}", i), i);

  object.set(object["name"].text(), 1);

  CHECK(object["a text beyond fourteen bytes"].integer() == 1);
}

TEST_CASE("value: threads may copy and drop the same document") {
  const Value shared = Value::object({{"list", Value::array({"one string that is long", 2, 3})}});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([copy = shared]() mutable {
      for (int i = 0; i < 1000; ++i) {
        Value mine = copy;
        mine.edit("list").push_back(i);
      }
    });
  }
  for (auto& thread : threads) thread.join();

  CHECK(shared["list"].size() == 3);
}
