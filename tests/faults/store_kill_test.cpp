// Kills a process that writes to the store, again and again, and looks whether it kept its word.
//
//   gp_store_kill_test [--rounds N] [--seed N] [--folder PATH]
//
// In each round a child opens the store and four threads create, update and delete objects of their
// own, one or two in a transaction. Each says on a pipe what it is about to do, and what was
// acknowledged. At a seeded point the child gets SIGKILL. Then the store must hold exactly what was
// acknowledged, and of the one transaction that each thread had under way all or nothing, with as
// many revisions as writes: nothing lost, nothing twice, nothing out of order, nothing torn.
// In every other round the process that looks ends without closing, so that logs outlive it too.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <optional>
#include <thread>

#include "base/ids.hpp"
#include "platform/store/store.hpp"
#include "tests/faults/kill_script.hpp"

namespace gp::faults {
namespace {

struct Options {
  int rounds = 50;
  std::uint64_t seed = 1;
  std::string folder;
};

std::unique_ptr<store::Store> open_store(const std::string& folder) {
  auto opened = store::Store::open({.path = folder + "/store.db"}, system_clock());
  if (opened) return *std::move(opened);
  fmt::print(stderr, "could not open the store: {}\n", opened.error().to_string());
  return nullptr;
}

// ---- the child that is killed

void write_until_killed(store::Store& store, int pipe, const Worlds& worlds, std::uint64_t seed) {
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      World world = worlds[static_cast<std::size_t>(t)];
      SeededRandom random(seed * 16 + static_cast<std::uint64_t>(t));
      while (true) {
        const Step step = next_step(world, random);
        say(pipe, begun_line(t, step));
        const auto done = store.commit(transaction_of(t, step, world));
        if (!done) {
          fmt::print(stderr, "refused: {}\n", done.error().to_string());
          _exit(3);
        }
        apply(world, step, done->revision);
        say(pipe, acknowledged_line(t, step, done->revision));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// ---- the parent that kills and keeps the books

struct Books {
  Worlds worlds;                                    // what was acknowledged
  std::array<std::optional<Step>, kThreads> begun;  // and what was under way
  store::Revision revision = 0;                     // of all writes that are known to have happened
  std::uint64_t acknowledged = 0;
};

bool note(Books& books, const Line& line) {
  const auto thread = static_cast<std::size_t>(line.thread);
  if (!line.is_acknowledged) {
    books.begun[thread] = line.step;
    return true;
  }
  World& world = books.worlds[thread];
  if (!books.begun[thread] || books.begun[thread]->number != line.step.number) return false;
  if (line.revision <= world.last_revision) return false;  // a thread's writes are in order
  apply(world, *books.begun[thread], line.revision);
  books.revision += books.begun[thread]->writes.size();
  books.begun[thread].reset();
  ++books.acknowledged;
  return true;
}

// Reads what the child says, up to `acknowledged_max` acknowledgements or the deadline; when
// killed, to the end.
class Listener {
 public:
  explicit Listener(int pipe) : pipe_(pipe) {}

  bool listen(Books& books, std::uint64_t acknowledged_max, int timeout_ms) {
    const std::uint64_t enough = books.acknowledged + acknowledged_max;
    while (books.acknowledged < enough) {
      pollfd wanted{pipe_, POLLIN, 0};
      if (::poll(&wanted, 1, timeout_ms) <= 0) return true;
      char buffer[4096];
      const ssize_t size = ::read(pipe_, buffer, sizeof buffer);
      if (size <= 0) return true;
      text_.append(buffer, static_cast<std::size_t>(size));
      if (!take_lines(books)) return false;
    }
    return true;
  }

 private:
  bool take_lines(Books& books) {
    std::size_t begin = 0;
    for (std::size_t end = text_.find('\n'); end != std::string::npos;
         begin = end + 1, end = text_.find('\n', begin)) {
      const auto line = parse_line(std::string_view(text_).substr(begin, end - begin));
      if (!line || !note(books, *line)) {
        fmt::print(stderr, "unexpected line: {}\n", text_.substr(begin, end - begin));
        return false;
      }
    }
    text_.erase(0, begin);
    return true;
  }

  int pipe_;
  std::string text_;
};

bool run_and_kill(const Options& options, Books& books, std::uint64_t seed) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  const pid_t child = fork();
  if (child == 0) {
    ::close(ends[0]);
    const auto store = open_store(options.folder);
    if (!store) _exit(2);
    write_until_killed(*store, ends[1], books.worlds, seed);
    _exit(4);
  }
  ::close(ends[1]);
  SeededRandom random(seed);
  Listener listener(ends[0]);
  // Mostly among the writes; sometimes while it still opens.
  const bool is_early = random.below(8) == 0;
  bool is_well = listener.listen(books, is_early ? 1 : 1 + random.below(60),
                                 is_early ? static_cast<int>(random.below(8)) : 20'000);
  // Anywhere within a commit, not just behind an answer.
  for (std::uint64_t spins = random.below(200'000); spins > 0; --spins) asm volatile("");
  ::kill(child, SIGKILL);
  is_well = listener.listen(books, ~std::uint64_t{0} - books.acknowledged, -1) && is_well;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
    fmt::print(stderr, "the writer ended by itself with status {}\n", status);
    return false;
  }
  return is_well;
}

// ---- the child that looks

// Whether the thread's objects are exactly these.
bool holds(const store::Store& store, int thread, const World& world) {
  const auto listed = store.list({.resource = kResource, .ns = namespace_of(thread)});
  std::map<std::string, std::string> found;
  for (const auto& object : listed->objects) {
    found[std::string(object->name())] = std::string(object->json());
  }
  std::map<std::string, std::string> expected;
  for (std::size_t i = 0; i < world.objects.size(); ++i) {
    const World::Known& known = world.objects[i];
    if (known.step == 0) continue;
    Value document = document_of(thread, i, known.step);
    document.edit("metadata").set("resourceVersion", std::to_string(known.revision));
    expected[name_of(i)] = to_json(document);
  }
  return found == expected;
}

// The thread's world if its step had happened: then its first object that still exists tells the
// revisions of all. A step of deletions alone had some revisions that nobody knows.
World with_step(const store::Store& store, int thread, World world, const Step& step) {
  store::Revision last = world.last_revision + step.writes.size();
  for (std::size_t i = 0; i < step.writes.size(); ++i) {
    const auto object = store.get(kResource, namespace_of(thread), name_of(step.writes[i].object));
    if (object) last = object->revision() + step.writes.size() - 1 - i;
  }
  apply(world, step, last);
  return world;
}

// What the process that looks found out.
struct Findings {
  bool is_right = false;
  Worlds worlds;
  store::Revision revision = 0;
};

Findings look(const store::Store& store, const Books& books) {
  Findings findings{false, books.worlds, books.revision};
  for (int t = 0; t < kThreads; ++t) {
    const auto& begun = books.begun[static_cast<std::size_t>(t)];
    World& world = findings.worlds[static_cast<std::size_t>(t)];
    if (!holds(store, t, world)) {
      const store::Revision before = world.last_revision;
      if (begun) world = with_step(store, t, world, *begun);
      if (!begun || !holds(store, t, world) || world.last_revision <= before) {
        fmt::print(stderr, "thread {}: the store holds something else than was written\n", t);
        return findings;
      }
      findings.revision += begun->writes.size();
    }
    if (begun) world.steps = begun->number;
  }
  findings.is_right = store.revision() == findings.revision;
  if (!findings.is_right) {
    fmt::print(stderr, "{} writes happened, but the store is at revision {}\n", findings.revision,
               store.revision());
  }
  return findings;
}

// Looks in a process of its own, which may end without closing the store.
bool look_elsewhere(const Options& options, Books& books, bool is_closing) {
  static_assert(std::is_trivially_copyable_v<Findings>);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  const pid_t child = fork();
  if (child == 0) {
    auto store = open_store(options.folder);
    const Findings findings = store ? look(*store, books) : Findings{};
    if (is_closing) store.reset();
    const bool is_told = ::write(ends[1], &findings, sizeof findings) == sizeof findings;
    _exit(is_told ? 0 : 1);
  }
  ::close(ends[1]);
  Findings findings;
  const bool is_told = ::read(ends[0], &findings, sizeof findings) == sizeof findings;
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  if (!is_told || !findings.is_right) return false;
  books.worlds = findings.worlds;
  books.revision = findings.revision;
  books.begun = {};
  return true;
}

int run(Options options) {
  const bool is_temporary = options.folder.empty();
  if (is_temporary) {
    options.folder =
        (std::filesystem::temp_directory_path() / fmt::format("gp-store-kill-{}", ::getpid()))
            .string();
  }
  std::filesystem::create_directories(options.folder);
  Books books;
  for (int round = 0; round < options.rounds; ++round) {
    const std::uint64_t seed = options.seed * 1'000'003 + static_cast<std::uint64_t>(round);
    const bool is_right =
        run_and_kill(options, books, seed) && look_elsewhere(options, books, round % 2 == 0);
    if (!is_right) {
      fmt::print(stderr, "round {} of seed {} failed; the files are in {}\n", round, options.seed,
                 options.folder);
      return 1;
    }
  }
  fmt::print("{} kills, {} acknowledged transactions, {} writes: all there\n", options.rounds,
             books.acknowledged, books.revision);
  if (is_temporary) std::filesystem::remove_all(options.folder);
  return 0;
}

}  // namespace
}  // namespace gp::faults

int main(int argc, char** argv) {
  gp::faults::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--rounds") options.rounds = std::atoi(argv[i + 1]);
    if (name == "--seed") options.seed = static_cast<std::uint64_t>(std::atoll(argv[i + 1]));
    if (name == "--folder") options.folder = argv[i + 1];
  }
  return gp::faults::run(options);
}
