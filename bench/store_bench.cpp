// What the object store costs, beside peers measured in the same run on the same disk.
//
//   gp_store_bench [FOLDER]           uses a new folder below FOLDER (default: the current one)
//   gp_store_bench --creates [FOLDER] only the durable creates

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <latch>
#include <thread>

#include "bench/store_parts.hpp"
#include "bench/store_peer.hpp"

namespace gp::bench {
namespace {

constexpr std::size_t kObjects = 100'000;
constexpr std::size_t kWriters = 64;

std::unique_ptr<store::Store> open_store(const std::string& path) {
  auto opened = store::Store::open({.path = path}, system_clock());
  if (!opened) {
    fmt::print("could not open the store: {}\n", opened.error().to_string());
    std::exit(1);
  }
  return *std::move(opened);
}

void must(const Result<store::Committed>& committed) {
  if (committed) return;
  fmt::print("could not commit: {}\n", committed.error().to_string());
  std::exit(1);
}

std::string name_of(std::size_t number) {
  return fmt::format("pod-{:06}", number);
}

// 10,000 in each of ten namespaces.
void fill(const std::string& path) {
  const auto store = open_store(path);
  SeededRandom random(1);
  const Stopwatch watch;
  for (std::size_t done = 0; done < kObjects;) {
    store::Transaction transaction;
    for (int i = 0; i < 1000; ++i, ++done) {
      const std::size_t shuffled = done * 7919 % kObjects;
      transaction.writes.push_back(
          create_pod(fmt::format("ns-{}", shuffled % 10), name_of(shuffled), random));
    }
    must(store->commit(std::move(transaction)));
  }
  note("(creating 100,000 objects in transactions)", fmt::format("{:.1f} s", watch.wall()));
}

// Runs in a process of its own, so that memory is what the store takes.
int measure_open(const std::string& path) {
  const std::size_t before = resident_bytes();
  const Stopwatch watch;
  const auto store = open_store(path);
  const double wall = watch.wall();
  const double cpu = watch.cpu();
  const store::StoreStats stats = store->stats();
  std::size_t document_bytes = 0;
  for (int ns = 0; ns < 10; ++ns) {
    const auto listed = store->list({.resource = "pods", .ns = fmt::format("ns-{}", ns)});
    for (const auto& object : listed->objects) document_bytes += object->json().size();
  }
  fmt::print("{} {} {} {} {} {}\n", wall, cpu, before, resident_bytes(), stats.objects,
             document_bytes);
  return 0;
}

struct Opened {
  double wall = 0, cpu = 0;
  std::size_t before = 0, after = 0, objects = 0, document_bytes = 0;
};

Opened open_elsewhere(const std::string& path) {
  const std::string command = fmt::format(
      "{} --measure-open {}", std::filesystem::read_symlink("/proc/self/exe").string(), path);
  Opened opened;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr ||
      std::fscanf(pipe, "%lf %lf %zu %zu %zu %zu", &opened.wall, &opened.cpu, &opened.before,
                  &opened.after, &opened.objects, &opened.document_bytes) != 6) {
    fmt::print("could not measure opening {}\n", path);
    std::exit(1);
  }
  pclose(pipe);
  return opened;
}

Opened best_open(const std::string& path) {
  Opened best = open_elsewhere(path);
  for (int i = 0; i < 2; ++i) {
    const Opened again = open_elsewhere(path);
    if (again.wall < best.wall) best = again;
  }
  return best;
}

void bench_start(const std::string& empty, const std::string& full) {
  {
    const auto created = open_store(empty);
  }
  const Opened none = best_open(empty);
  row("start to ready, empty", fmt::format("{:.1f} ms", none.wall * 1e3), "under 100 ms",
      none.wall < 0.1);
  row("resident memory, empty", fmt::format("{:.1f} MB", static_cast<double>(none.after) / 1e6),
      "under 40 MB", none.after < 40'000'000);
  const Opened all = best_open(full);
  row("start to ready, 100,000 objects", fmt::format("{:.2f} s ({:.2f} s CPU)", all.wall, all.cpu),
      "under 1.5 s", all.wall < 1.5);
  const double overhead = static_cast<double>(all.after - none.after - all.document_bytes) /
                          static_cast<double>(all.objects);
  row("memory per object beyond its document",
      fmt::format("{:.0f} bytes (documents of {} bytes)", overhead,
                  all.document_bytes / all.objects),
      "under 400 bytes", overhead < 400);
}

struct Prepared {
  std::vector<std::vector<store::Write>> writes;  // of each writer
};

Prepared prepare(std::size_t writers, std::size_t each, std::uint64_t seed) {
  SeededRandom random(seed);
  Prepared prepared;
  for (std::size_t w = 0; w < writers; ++w) {
    prepared.writes.emplace_back();
    for (std::size_t i = 0; i < each; ++i) {
      prepared.writes.back().push_back(
          create_pod("bench", fmt::format("w{}-{}-{}", seed, w, i), random));
    }
  }
  return prepared;
}

// Rows per second of `write(writer, number)` called by all writers at once.
template <typename WriteOne>
double run_writers(std::size_t writers, std::size_t each, WriteOne&& write) {
  std::latch ready(static_cast<std::ptrdiff_t>(writers) + 1);
  std::vector<std::thread> threads;
  for (std::size_t w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      ready.arrive_and_wait();
      for (std::size_t i = 0; i < each; ++i) write(w, i);
    });
  }
  ready.arrive_and_wait();
  const Stopwatch watch;
  for (std::thread& thread : threads) thread.join();
  return static_cast<double>(writers * each) / watch.wall();
}

void bench_creates(const std::string& folder, std::size_t writers, std::size_t each,
                   std::string_view goal, double ratio_min) {
  double ours = 0;
  double peer = 0;
  // In turns, so that a busy neighbour on the disk slows both; the best round of each counts.
  for (int round = 0; round < 3; ++round) {
    const Prepared prepared =
        prepare(writers, each, static_cast<std::uint64_t>(round) + 10 * writers);
    const std::string name = fmt::format("{}/{}-{}", folder, writers, round);
    {
      const auto store = open_store(name + ".db");
      ours = std::max(ours, run_writers(writers, each, [&](std::size_t w, std::size_t i) {
                        store::Transaction transaction;
                        transaction.writes.push_back(prepared.writes[w][i]);
                        must(store->commit(std::move(transaction)));
                      }));
    }
    RawGroupCommit raw(name + "-raw.db");
    peer = std::max(peer, run_writers(writers, each, [&](std::size_t w, std::size_t i) {
                      const store::Write& write = prepared.writes[w][i];
                      raw.insert({write.key.name, write.draft->json()});
                    }));
  }
  row(fmt::format("durable creates, {} writer{}", writers, writers == 1 ? "" : "s"),
      fmt::format("{:.0f}/s (SQLite alone {:.0f}/s: {:.0f} %)", ours, peer, 100 * ours / peer),
      std::string(goal), ours / peer >= ratio_min);
}

void bench_reads(const store::Store& store) {
  SeededRandom random(3);
  std::vector<std::pair<std::string, std::string>> keys;
  for (int i = 0; i < 10'000; ++i) {
    const std::size_t number = random.below(kObjects);
    keys.emplace_back(fmt::format("ns-{}", number % 10), name_of(number));
  }
  const Stopwatch gets;
  std::size_t found = 0;
  for (int round = 0; round < 50; ++round) {
    for (const auto& [ns, name] : keys) found += store.get("pods", ns, name) ? 1U : 0U;
  }
  const double rate = static_cast<double>(found) / gets.cpu();
  row("gets", fmt::format("{:.0f} per CPU-second ({:.0f} ns)", rate, 1e9 / rate),
      "at least 40,000 per CPU-second", rate > 40'000);

  double list = 1e9;
  double copy = 1e9;
  std::size_t bytes = 0;
  for (int round = 0; round < 20; ++round) {
    const Stopwatch listing;
    const auto listed = store.list({.resource = "pods", .ns = fmt::format("ns-{}", round % 10)});
    list = std::min(list, listing.wall());
    bytes = 0;
    for (const auto& object : listed->objects) bytes += object->json().size();
    std::string copied;
    copied.reserve(bytes);
    const Stopwatch copying;
    for (const auto& object : listed->objects) copied += object->json();
    copy = std::min(copy, copying.wall());
  }
  row("list of 10,000 objects",
      fmt::format("{:.2f} ms (copying the {:.0f} MB {:.2f} ms: {:.1f} times)", list * 1e3,
                  static_cast<double>(bytes) / 1e6, copy * 1e3, list / copy),
      "within 3 times the copy", list < 3 * copy);

  const Stopwatch selecting;
  std::size_t selected = 0;
  for (int i = 0; i < 100; ++i) {
    const auto labels = selector::LabelSelector::parse(fmt::format("app=app-{},tier=web", i));
    selected += store.list({.resource = "pods", .labels = *labels})->objects.size();
  }
  note("list by labels (200 of 100,000)",
       fmt::format("{:.0f} us, {} found", selecting.wall() * 1e4, selected / 100));
}

// As a server would: a woken watcher goes to a queue, two threads poll what is there.
void bench_watch(store::Store& store) {
  constexpr std::size_t kWatchers = 1000;
  constexpr std::size_t kEvents = 1000;
  struct Watching {
    std::unique_ptr<store::Watcher> watcher;
    std::atomic<std::size_t> received{0};
  };
  std::vector<Watching> watching(kWatchers);
  std::mutex mutex;
  std::condition_variable news;
  std::deque<Watching*> woken;
  bool is_over = false;
  for (Watching& one : watching) {
    one.watcher = *store.watch({.resource = "pods", .ns = "watched"});
    one.watcher->on_ready([&] {
      const std::lock_guard lock(mutex);
      woken.push_back(&one);
      news.notify_one();
    });
  }
  std::latch done(kWatchers);
  const auto serve = [&] {
    std::vector<store::Event> events;
    while (true) {
      Watching* one = nullptr;
      {
        std::unique_lock lock(mutex);
        news.wait(lock, [&] { return !woken.empty() || is_over; });
        if (woken.empty()) return;
        one = woken.front();
        woken.pop_front();
      }
      while (true) {
        events.clear();
        if (!one->watcher->poll(events, 256)) std::exit(1);
        if (events.empty()) break;
        const std::size_t before = one->received.fetch_add(events.size());
        if (before + events.size() == kEvents) done.count_down();
      }
    }
  };
  std::vector<std::thread> servers;
  for (int i = 0; i < 2; ++i) servers.emplace_back(serve);

  const Prepared prepared = prepare(1, kEvents, 99);
  const Stopwatch watch;
  for (std::size_t i = 0; i < kEvents; ++i) {
    store::Write write = prepared.writes[0][i];
    Value document = pod("watched", write.key.name, *std::make_unique<SeededRandom>(i));
    write.key.ns = "watched";
    write.draft = *object::Draft::make("pods", document, {});
    store::Transaction transaction;
    transaction.writes.push_back(std::move(write));
    // A hundred in flight, as many writers would have.
    const bool is_last_of_batch = i % 100 == 99;
    if (is_last_of_batch) {
      must(store.commit(std::move(transaction)));
    } else {
      store.commit_async(std::move(transaction),
                         [](Result<store::Committed> result) { must(result); });
    }
  }
  done.wait();
  const double wall = watch.wall();
  const double cpu = watch.cpu();
  {
    const std::lock_guard lock(mutex);
    is_over = true;
  }
  news.notify_all();
  for (std::thread& server : servers) server.join();
  row("1,000 watchers receive 1,000 events each",
      fmt::format("{:.2f} s, {:.2f} us CPU a delivery", wall, cpu * 1e6 / 1e6),
      "under 1 us CPU a delivery", cpu < 1.0);
}

int run(const std::string& base, bool only_creates) {
  const std::string folder = fmt::format("{}/store-bench-{}", base, getpid());
  std::filesystem::create_directories(folder);
  fmt::print("Object store\n");
  if (only_creates) {
    bench_creates(folder, kWriters, 300, "at least 70 %", 0.7);
    std::filesystem::remove_all(folder);
    return 0;
  }
  fill(folder + "/full.db");
  bench_start(folder + "/empty.db", folder + "/full.db");
  bench_creates(folder, 1, 300, "(no goal)", 0);
  bench_creates(folder, kWriters, 300, "at least 70 %", 0.7);
  {
    const auto store = open_store(folder + "/full.db");
    bench_reads(*store);
    bench_watch(*store);
  }
  note("peak memory of this process", fmt::format("{:.0f} MB", peak_megabytes()));
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace gp::bench

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (argc == 3 && first == "--measure-open") return gp::bench::measure_open(argv[2]);
  const bool only_creates = first == "--creates";
  const int folder = only_creates ? 2 : 1;
  return gp::bench::run(argc > folder ? argv[folder] : ".", only_creates);
}
