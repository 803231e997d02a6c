#include "engine/template/cycles.hpp"

#include <doctest/doctest.h>

#include "engine/template/host.hpp"

namespace gp::tmpl {
namespace {

// Counts how many of it live.
class Counted final : public Host {
 public:
  explicit Counted(int& alive) : alive_(alive) { ++alive_; }
  ~Counted() override { --alive_; }
  const Type& type() const override {
    static const Type type{"counted", Kind::Struct};
    return type;
  }
  std::optional<Val> field(std::string_view) const override { return std::nullopt; }
  std::string text() const override { return "counted"; }

 private:
  int& alive_;
};

// A map with a counted object in it.
Val counted_map(int& alive) {
  Val map = Val::new_map();
  map.map().set("object", Val::host(std::make_unique<Counted>(alive)));
  return map;
}

}  // namespace

TEST_CASE("a map that holds itself is freed when nobody else holds it") {
  int alive = 0;
  Val map = counted_map(alive);
  map.map().set("self", map);

  std::vector<Val> changed;
  changed.push_back(std::move(map));
  free_cycles(std::move(changed));

  CHECK(alive == 0);
}

TEST_CASE("a cycle through a list of another map is freed") {
  int alive = 0;
  Val outer = counted_map(alive);
  Val inner = counted_map(alive);
  outer.map().set("items", Val::list({inner}));
  inner.map().set("parent", outer);
  inner = Val();

  std::vector<Val> changed;
  changed.push_back(std::move(outer));
  free_cycles(std::move(changed));

  CHECK(alive == 0);
}

TEST_CASE("a cycle that is held from outside stays whole") {
  int alive = 0;
  Val map = counted_map(alive);
  Val holder = Val::new_map();
  holder.map().set("map", map);
  map.map().set("holder", holder);

  free_cycles({map});

  CHECK(alive == 1);
  CHECK(map.map().size() == 2);
  holder.map().clear();
}

TEST_CASE("values nested a million deep are deleted without a stack as deep") {
  Val list = Val::list({});
  for (int i = 0; i < 1'000'000; ++i) list = Val::list({list});
  list = Val();
  CHECK(list.kind() == Kind::Invalid);
}

}  // namespace gp::tmpl
