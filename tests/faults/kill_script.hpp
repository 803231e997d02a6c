#pragma once
// What the killed writer does: each thread's objects, its next transaction, and the lines in which
// it tells about them. Writer and reader both follow this script.

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/json.hpp"
#include "platform/store/store.hpp"

namespace gp::faults {

constexpr int kThreads = 4;
constexpr std::size_t kObjectsEach = 6;
constexpr const char* kResource = "things";

struct Step {
  struct Write {
    std::size_t object = 0;
    store::Write::Op op = store::Write::Op::Create;
  };
  std::uint64_t number = 0;
  std::vector<Write> writes;  // one or two
};

// What a thread's objects are.
struct World {
  struct Known {
    std::uint64_t step = 0;  // that wrote it last; 0: it does not exist
    store::Revision revision = 0;
  };
  std::array<Known, kObjectsEach> objects;
  std::uint64_t steps = 0;
  store::Revision last_revision = 0;
};
using Worlds = std::array<World, kThreads>;

inline std::string namespace_of(int thread) {
  return fmt::format("t{}", thread);
}
inline std::string name_of(std::size_t object) {
  return fmt::format("o{}", object);
}

// Different for every write, of very different lengths.
inline Value document_of(int thread, std::size_t object, std::uint64_t step) {
  const std::string filling(static_cast<std::size_t>(step * 7919 % 3000),
                            static_cast<char>('a' + step % 26));
  return Value::object(
      {{"metadata",
        Value::object({{"name", name_of(object)}, {"namespace", namespace_of(thread)}})},
       {"data", Value::object({{"step", static_cast<std::int64_t>(step)}, {"text", filling}})}});
}

inline Step next_step(const World& world, Random& random) {
  Step step{world.steps + 1, {}};
  const std::size_t first = random.below(kObjectsEach);
  const std::size_t count = 1 + random.below(2);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t object = (first + i) % kObjectsEach;
    store::Write::Op op = store::Write::Op::Create;
    if (world.objects[object].step != 0) {
      op = random.below(4) == 0 ? store::Write::Op::Delete : store::Write::Op::Update;
    }
    step.writes.push_back({object, op});
  }
  return step;
}

inline store::Transaction transaction_of(int thread, const Step& step, const World& world) {
  store::Transaction transaction;
  for (const Step::Write& planned : step.writes) {
    store::Write write;
    write.op = planned.op;
    write.key = {kResource, namespace_of(thread), name_of(planned.object)};
    write.expected = world.objects[planned.object].revision;
    if (planned.op != store::Write::Op::Delete) {
      write.draft =
          *object::Draft::make(kResource, document_of(thread, planned.object, step.number), {});
    }
    transaction.writes.push_back(std::move(write));
  }
  return transaction;
}

// A transaction's revisions follow each other; `revision` is the last one.
inline void apply(World& world, const Step& step, store::Revision revision) {
  store::Revision at = revision - step.writes.size();
  for (const Step::Write& write : step.writes) {
    ++at;
    const bool is_gone = write.op == store::Write::Op::Delete;
    world.objects[write.object] = is_gone ? World::Known{} : World::Known{step.number, at};
  }
  world.steps = step.number;
  world.last_revision = revision;
}

// "B 2 17 30 41": thread 2 begins step 17, which creates (0), updates (1) or deletes (2) objects;
// "A 2 17 305": it was acknowledged at revision 305.
struct Line {
  bool is_acknowledged = false;
  int thread = 0;
  Step step;
  store::Revision revision = 0;
};

inline std::string begun_line(int thread, const Step& step) {
  std::string line = fmt::format("B {} {}", thread, step.number);
  for (const Step::Write& write : step.writes) {
    line += fmt::format(" {}{}", write.object, static_cast<int>(write.op));
  }
  return line + "\n";
}

inline std::string acknowledged_line(int thread, const Step& step, store::Revision revision) {
  return fmt::format("A {} {} {}\n", thread, step.number, revision);
}

inline std::optional<Line> parse_line(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  Line line;
  if (text.size() < 2 || (text[0] != 'A' && text[0] != 'B')) return std::nullopt;
  line.is_acknowledged = text[0] == 'A';
  for (text.remove_prefix(1); !text.empty();) {
    text.remove_prefix(1);  // the blank
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc()) return std::nullopt;
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  }
  if (numbers.size() < 3 || numbers[0] >= kThreads) return std::nullopt;
  line.thread = static_cast<int>(numbers[0]);
  line.step.number = numbers[1];
  if (line.is_acknowledged) {
    line.revision = numbers[2];
    return line;
  }
  for (std::size_t i = 2; i < numbers.size(); ++i) {
    if (numbers[i] / 10 >= kObjectsEach || numbers[i] % 10 > 2) return std::nullopt;
    line.step.writes.push_back({numbers[i] / 10, static_cast<store::Write::Op>(numbers[i] % 10)});
  }
  return line;
}

// One write() of fewer than PIPE_BUF bytes: whole lines, whoever else writes and whenever we die.
inline void say(int pipe, const std::string& line) {
  if (::write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(5);
}

}  // namespace gp::faults
