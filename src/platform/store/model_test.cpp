// The store against a model that is too simple to be wrong: a map for every revision.
#include <doctest/doctest.h>

#include "adapter/files/files.hpp"
#include "platform/store/store_fixture.hpp"

namespace gp::store {
namespace {

using Place = std::pair<std::string, std::string>;  // namespace, name
using State = std::map<Place, std::string>;         // to the document's bytes
using States = std::map<std::string, State>;        // by resource

struct Selection {
  std::string resource, ns, label;  // "app=x" or nothing
};

// What a watcher has been told, and what it should know.
struct Follower {
  Selection what;
  std::unique_ptr<Watcher> watcher;
  State state;
};

struct Model : StoreFixture {
  explicit Model(std::uint64_t seed, bool is_durable)
      : StoreFixture({.path = ":memory:"}), random(seed) {
    if (is_durable) options.path = folder / "store.db";
    options.history_events_max = 150;
    open();
    states[0] = {};
  }

  std::string pick(std::initializer_list<const char*> choices) {
    return *(choices.begin() + random.below(choices.size()));
  }
  Key any_key() {
    return {pick({"cms", "secrets", "pods.x"}), pick({"a", "b", "ab"}),
            fmt::format("n{}", random.below(12))};
  }
  const States& newest() const { return states.rbegin()->second; }
  Revision revision() const { return states.rbegin()->first; }

  // The revision of a key in the model; 0 when it is not there.
  static Revision revision_of(const States& states, const Key& key) {
    const auto resource = states.find(key.resource);
    if (resource == states.end()) return 0;
    const auto found = resource->second.find({key.ns, key.name});
    if (found == resource->second.end()) return 0;
    const auto object = object::Object::load(key.resource, found->second, {});
    return (*object)->revision();
  }

  Write any_write() {
    const Key key = any_key();
    Write made;
    switch (random.below(3)) {
      case 0: made.op = Write::Op::Create; break;
      case 1: made.op = Write::Op::Update; break;
      default: made.op = Write::Op::Delete; break;
    }
    if (made.op == Write::Op::Delete) {
      made.key = key;
    } else {
      Value document = document_of(key.ns, key.name,
                                   {{"n", static_cast<std::int64_t>(random.below(1'000'000))}});
      if (random.below(4) != 0) {
        document.edit("metadata").set("labels", Value::object({{"app", pick({"x", "y", "z"})}}));
      }
      made = write(made.op, key.resource, document).writes[0];
    }
    if (made.op != Write::Op::Create && random.below(3) == 0) {
      made.expected = random.below(5) == 0 ? revision() + 7 : revision_of(newest(), key);
    }
    return made;
  }

  // The model's verdict and next states; nothing when the transaction must be refused.
  std::optional<std::vector<States>> apply(const Transaction& transaction) const {
    std::vector<States> steps;
    States now = newest();
    Revision at = revision();
    std::set<std::string> keys;
    for (const auto& [key, expected] : transaction.preconditions) {
      if (revision_of(now, key) != expected) return std::nullopt;
    }
    for (const Write& one : transaction.writes) {
      if (!keys.insert(one.key.to_string()).second) return std::nullopt;
      const Revision present = revision_of(newest(), one.key);
      if ((one.op == Write::Op::Create) != (present == 0)) return std::nullopt;
      if (one.expected != 0 && one.expected != present) return std::nullopt;
      ++at;
      State& resource = now[one.key.resource];
      if (one.op == Write::Op::Delete) {
        resource.erase({one.key.ns, one.key.name});
      } else {
        std::string json = one.draft->json();
        json.insert(one.draft->revision_offset(), std::to_string(at));
        resource[{one.key.ns, one.key.name}] = json;
      }
      steps.push_back(now);
    }
    return steps;
  }

  void step_write() {
    Transaction transaction;
    const std::size_t writes = 1 + (random.below(4) == 0 ? random.below(5) : 0);
    for (std::size_t i = 0; i < writes; ++i) transaction.writes.push_back(any_write());
    if (random.below(5) == 0) {
      const Key key = any_key();
      const bool is_wrong = random.below(3) == 0;
      transaction.preconditions.emplace_back(
          key, is_wrong ? revision() + 3 : revision_of(newest(), key));
    }
    const auto expected = apply(transaction);
    const auto done = store->commit(transaction);
    REQUIRE_MESSAGE(done.has_value() == expected.has_value(),
                    (done ? std::string("accepted") : done.error().to_string()));
    if (!expected) return;
    for (const States& next : *expected) states.emplace(revision() + 1, next);
    REQUIRE(done->revision == revision());
  }

  State select(const States& all, const Selection& what) const {
    State selected;
    const auto resource = all.find(what.resource);
    if (resource == all.end()) return selected;
    for (const auto& [place, json] : resource->second) {
      if (!what.ns.empty() && place.first != what.ns) continue;
      const auto object = object::Object::load(what.resource, json, {});
      if (!what.label.empty() && (*object)->label("app") != what.label.substr(4)) continue;
      selected.emplace(place, json);
    }
    return selected;
  }

  Selection any_selection() {
    return {pick({"cms", "secrets", "pods.x"}), pick({"", "", "a", "b", "ab"}),
            pick({"", "", "app=x", "app=y"})};
  }

  ListOptions list_options(const Selection& what, Revision at) const {
    return {.resource = what.resource,
            .ns = what.ns,
            .labels = *selector::LabelSelector::parse(what.label),
            .at = at};
  }

  void step_list() {
    const Selection what = any_selection();
    const Revision at = random.below(2) == 0 ? 0 : 1 + random.below(revision() + 1);
    ListOptions wanted = list_options(what, at);
    wanted.limit = random.below(6);
    State listed;
    while (true) {
      const auto page = store->list(wanted);
      if (!page) {
        const bool is_forgotten = at < store->stats().oldest_revision;
        REQUIRE(page.error().code == (at > revision() ? Code::InvalidArgument : Code::Gone));
        REQUIRE((at > revision() || is_forgotten));
        return;
      }
      REQUIRE((wanted.limit == 0 || page->objects.size() <= wanted.limit));
      for (const ObjectRef& object : page->objects) {
        const Place place{std::string(object->ns()), std::string(object->name())};
        REQUIRE((listed.empty() || listed.rbegin()->first < place));
        listed.emplace(place, object->json());
      }
      if (!page->has_more) break;
      wanted.at = page->revision;
      const Object& last = *page->objects.back();
      wanted.continue_after = fmt::format("{}/{}", last.ns(), last.name());
    }
    REQUIRE(listed == select(states.at(at == 0 ? revision() : at), what));
  }

  void step_follow() {
    Follower follower{any_selection(), nullptr, {}};
    const Revision oldest = store->stats().oldest_revision;
    const Revision after = oldest + random.below(revision() - oldest + 1);
    if (after == 0) return;
    follower.state = select(states.at(after), follower.what);
    auto watcher = store->watch({.resource = follower.what.resource,
                                 .ns = follower.what.ns,
                                 .labels = *selector::LabelSelector::parse(follower.what.label),
                                 .after = after});
    REQUIRE(watcher);
    follower.watcher = *std::move(watcher);
    followers.push_back(std::move(follower));
  }

  void step_poll() {
    if (followers.empty()) return;
    const std::size_t index = random.below(followers.size());
    Follower& follower = followers[index];
    std::vector<Event> events;
    if (!follower.watcher->poll(events, 1 + random.below(40))) {
      followers.erase(followers.begin() + static_cast<std::ptrdiff_t>(index));
      return;
    }
    Revision last = 0;
    for (const Event& event : events) {
      REQUIRE(event.revision > last);
      last = event.revision;
      REQUIRE(event.object->revision() == event.revision);
      const Place place{std::string(event.object->ns()), std::string(event.object->name())};
      const bool was_there = follower.state.contains(place);
      REQUIRE(was_there == (event.type != Event::Type::Added));
      follower.state.erase(place);
      if (event.type != Event::Type::Deleted) follower.state.emplace(place, event.object->json());
    }
    REQUIRE(follower.state == select(states.at(follower.watcher->position()), follower.what));
  }

  void step_look() {
    const Key key = any_key();
    const ObjectRef object = store->get(key.resource, key.ns, key.name);
    REQUIRE((object ? object->revision() : 0) == revision_of(newest(), key));
    const auto resource = newest().find(key.resource);
    const State none;
    const State& all = resource == newest().end() ? none : resource->second;
    REQUIRE(store->count(key.resource) == all.size());
    REQUIRE(store->count(key.resource, key.ns) ==
            select(newest(), {key.resource, key.ns, ""}).size());
    if (object) REQUIRE(store->get_by_uid(object->uid()));
  }

  void restart() {
    followers.clear();
    open();
    REQUIRE(store->revision() == revision());
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      const std::uint64_t choice = random.below(100);
      if (choice < 50) {
        step_write();
      } else if (choice < 65) {
        step_list();
      } else if (choice < 70) {
        step_follow();
      } else if (choice < 90) {
        step_poll();
      } else if (choice < 98) {
        step_look();
      } else if (choice == 98 && options.path != ":memory:") {
        restart();
      } else if (revision() > 20) {
        store->compact(revision() - random.below(20));
      }
    }
  }

  using Object = object::Object;
  files::TemporaryDirectory folder;
  SeededRandom random;
  std::map<Revision, States> states;
  std::vector<Follower> followers;
};

}  // namespace

TEST_CASE("store: does what a simple model does, whatever is asked") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    Model(seed, false).run(1500);
  }
}

TEST_CASE("store: does what a simple model does, restarts included") {
  for (std::uint64_t seed = 100; seed < 102; ++seed) {
    CAPTURE(seed);
    Model(seed, true).run(500);
  }
}

}  // namespace gp::store
