#include "platform/store/ordered.hpp"

#include <doctest/doctest.h>

#include "base/ids.hpp"

namespace gp::store {
namespace {

ObjectRef object_at(std::string_view ns, std::string_view name, object::Revision revision = 1) {
  const Value document =
      Value::object({{"metadata", Value::object({{"name", name}, {"namespace", ns}})}});
  return Object::make(*object::Draft::make("cms", document, {}), revision);
}

std::vector<std::string> names_in(const Ordered::Snapshot& snapshot, Place from = {}) {
  std::vector<std::string> names;
  for (auto cursor = snapshot.from(from); !cursor.at_end(); cursor.next()) {
    names.push_back(
        fmt::format("{}/{}@{}", (*cursor)->ns(), (*cursor)->name(), (*cursor)->revision()));
  }
  return names;
}

}  // namespace

TEST_CASE("ordered: is what a map would be, through random changes") {
  SeededRandom random(5);
  Ordered ordered;
  std::map<std::pair<std::string, std::string>, object::Revision> model;
  for (object::Revision step = 1; step < 6000; ++step) {
    // Grows first, shrinks at the end.
    const bool grows = random.below(6000) > step;
    const std::string ns = fmt::format("ns{}", random.below(4));
    const std::string name = fmt::format("{:04}", random.below(400));
    const auto found = model.find({ns, name});
    if (found == model.end()) {
      if (!grows) continue;
      ordered.insert(object_at(ns, name, step));
      model[{ns, name}] = step;
    } else if (grows) {
      ordered.replace(object_at(ns, name, step));
      found->second = step;
    } else {
      ordered.erase({ns, name});
      model.erase(found);
    }
    REQUIRE(ordered.size() == model.size());
  }

  std::vector<std::string> expected;
  for (const auto& [key, revision] : model) {
    expected.push_back(fmt::format("{}/{}@{}", key.first, key.second, revision));
  }
  CHECK(names_in(ordered.snapshot()) == expected);
  for (const auto& [key, revision] : model) ordered.erase({key.first, key.second});
  CHECK(ordered.size() == 0);
  CHECK(ordered.snapshot().from({}).at_end());
}

TEST_CASE("ordered: a snapshot stays as it was") {
  Ordered ordered;
  for (int i = 0; i < 300; ++i) ordered.insert(object_at("a", fmt::format("{:03}", i)));
  const auto before = ordered.snapshot();
  const auto names = names_in(before);

  for (int i = 0; i < 300; i += 2) ordered.erase({"a", fmt::format("{:03}", i)});
  for (int i = 1; i < 300; i += 2) ordered.replace(object_at("a", fmt::format("{:03}", i), 9));
  for (int i = 0; i < 300; ++i) ordered.insert(object_at("b", fmt::format("{:03}", i)));

  CHECK(names_in(before) == names);
  CHECK(before.size() == 300);
  CHECK(ordered.size() == 450);
}

TEST_CASE("ordered: cursors find places between objects, and measure distances") {
  Ordered ordered;
  for (int i = 0; i < 200; ++i) ordered.insert(object_at("a", fmt::format("{:03}", 2 * i)));
  const auto snapshot = ordered.snapshot();

  CHECK((*snapshot.from({"a", "101"}))->name() == "102");
  CHECK((*snapshot.from({"a", "102"}))->name() == "102");
  CHECK((*snapshot.behind({"a", "102"}))->name() == "104");
  CHECK((*snapshot.behind({"a", "101"}))->name() == "102");
  CHECK(snapshot.from({"a", "399"}).at_end());
  CHECK(snapshot.behind({"a", "398"}).at_end());
  CHECK(snapshot.from({"a", "100"}).distance_to(snapshot.end()) == 150);
  CHECK(snapshot.from({}).distance_to(snapshot.from({"a", "200"})) == 100);
}

}  // namespace gp::store
