// Many threads at once: what each of them must be able to rely on.
#include <doctest/doctest.h>

#include <thread>

#include "adapter/files/files.hpp"
#include "platform/store/store_fixture.hpp"

namespace gp::store {
namespace {

struct ConcurrencyFixture : StoreFixture {
  ConcurrencyFixture() : StoreFixture({.path = ":memory:"}) {}

  // Adds one to a counter object by compare-and-set until it works.
  void add_one() {
    while (true) {
      const ObjectRef seen = store->get("cms", "a", "counter");
      const std::int64_t value = seen->parse()["data"]["n"].integer();
      if (store->commit(update("cms", "a", "counter", seen->revision(), {{"n", value + 1}})))
        return;
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(ConcurrencyFixture, "store: no increment by compare-and-set is lost") {
  REQUIRE(store->commit(create("cms", "a", "counter", {{"n", 0}})));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 50; ++i) add_one();
    });
  }
  for (std::thread& thread : threads) thread.join();

  CHECK(store->get("cms", "a", "counter")->parse()["data"]["n"].integer() == 200);
}

TEST_CASE_FIXTURE(ConcurrencyFixture, "store: a writer reads its own acknowledged write") {
  std::atomic<int> missing = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const std::string name = fmt::format("n{}-{}", t, i);
        const auto done = store->commit(create("cms", "a", name));
        if (!done || store->get("cms", "a", name) != done->objects[0]) ++missing;
        if (store->revision() < done->revision) ++missing;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  CHECK(missing == 0);
  CHECK(store->count("cms") == 400);
}

TEST_CASE_FIXTURE(ConcurrencyFixture, "store: every list shows whole transactions only") {
  std::atomic<bool> is_over = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!is_over) {
      const auto listed = store->list({.resource = "cms"});
      if (listed->objects.size() % 2 != 0) ++torn;
      if (listed->revision % 2 != 0) ++torn;
    }
  });
  for (int i = 0; i < 300; ++i) {
    Transaction pair = create("cms", "a", fmt::format("n{}", i));
    pair.writes.push_back(create("cms", "b", fmt::format("n{}", i)).writes[0]);
    REQUIRE(store->commit(std::move(pair)));
  }
  is_over = true;
  reader.join();

  CHECK(torn == 0);
}

TEST_CASE_FIXTURE(ConcurrencyFixture, "store: woken watchers miss nothing, whenever they begin") {
  constexpr int kEvents = 400;
  std::thread writer([&] {
    for (int i = 0; i < kEvents; ++i)
      REQUIRE(store->commit(create("cms", "a", fmt::format("n{}", i))));
  });
  std::vector<std::thread> readers;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      const auto listed = store->list({.resource = "cms"});
      std::size_t seen = listed->objects.size();
      const auto watcher =
          *store->watch({.resource = "cms", .after = listed->revision == 0 ? 0 : listed->revision});
      std::mutex mutex;
      std::condition_variable ready;
      bool has_news = true;
      watcher->on_ready([&] {
        const std::lock_guard lock(mutex);
        has_news = true;
        ready.notify_one();
      });
      if (listed->revision == 0)
        seen = store->list({.resource = "cms", .at = watcher->position()})->objects.size();
      std::vector<Event> events;
      while (seen < kEvents) {
        {
          std::unique_lock lock(mutex);
          ready.wait(lock, [&] { return has_news; });
          has_news = false;
        }
        while (true) {
          events.clear();
          if (!watcher->poll(events, 7)) ++wrong;
          if (events.empty()) break;
          seen += events.size();
        }
      }
      if (seen != kEvents) ++wrong;
    });
  }
  writer.join();
  for (std::thread& reader : readers) reader.join();

  CHECK(wrong == 0);
}

TEST_CASE_FIXTURE(ConcurrencyFixture, "store: closing finishes what is queued") {
  files::TemporaryDirectory folder;
  options.path = folder / "store.db";
  open();
  std::atomic<int> done = 0;
  for (int i = 0; i < 200; ++i) {
    store->commit_async(create("cms", "a", fmt::format("n{}", i)), [&](Result<Committed> result) {
      if (result) ++done;
    });
  }
  open();

  CHECK(done == 200);
  CHECK(store->count("cms") == 200);
}

TEST_CASE_FIXTURE(ConcurrencyFixture, "store: a queue that is full refuses, and says so") {
  options.queued_transactions_max = 1;
  open();
  HeldSequencer held(*this);
  store->commit_async(create("cms", "a", "second"), held.note());
  store->commit_async(create("cms", "a", "third"), held.note());

  CHECK(held.wait_for_answers(1)[0] == "ResourceExhausted");
  held.release();
  CHECK(held.wait_for_answers(2)[1] == "2");
}

}  // namespace gp::store
