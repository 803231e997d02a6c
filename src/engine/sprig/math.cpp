// Integers: conversions, arithmetic that wraps around as Go's does, ranges of numbers.

#include <algorithm>

#include "engine/sprig/cast.hpp"
#include "engine/sprig/registry.hpp"
#include "engine/sprig/values.hpp"
#include "engine/template/number.hpp"

namespace gp::sprig {
namespace {

std::int64_t wrapped(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

template <typename Step>
auto over_int64(Step step) {
  return [step](Arguments arguments) {
    auto total = static_cast<std::uint64_t>(to_int64(arguments[0]));
    for (const Val& value : arguments.subspan(1))
      total = step(total, static_cast<std::uint64_t>(to_int64(value)));
    return Val::int64(wrapped(total));
  };
}

Val add(Arguments arguments) {
  std::uint64_t total = 0;
  for (const Val& value : arguments) total += static_cast<std::uint64_t>(to_int64(value));
  return Val::int64(wrapped(total));
}

// The divisor -1 apart: the smallest integer over it would trap.
Result<Val> divide(Arguments arguments) {
  const std::int64_t a = to_int64(arguments[0]);
  const std::int64_t b = to_int64(arguments[1]);
  if (b == 0) return fail(invalid_argument("runtime error: integer divide by zero"));
  if (b == -1) return Val::int64(wrapped(0 - static_cast<std::uint64_t>(a)));
  return Val::int64(a / b);
}

Result<Val> modulo(Arguments arguments) {
  const std::int64_t a = to_int64(arguments[0]);
  const std::int64_t b = to_int64(arguments[1]);
  if (b == 0) return fail(invalid_argument("runtime error: integer divide by zero"));
  return Val::int64(b == -1 ? 0 : a % b);
}

template <typename Better>
auto extreme(Better better) {
  return [better](Arguments arguments) {
    std::int64_t best = to_int64(arguments[0]);
    for (const Val& value : arguments.subspan(1))
      if (const std::int64_t next = to_int64(value); better(next, best)) best = next;
    return Val::int64(best);
  };
}

// From `start` in steps until `stop` is reached; nothing when the step leads away.
Result<std::vector<std::int64_t>> steps(std::int64_t start, std::int64_t stop, std::int64_t step) {
  std::vector<std::int64_t> numbers;
  const bool goes_down = stop < start;
  if (goes_down ? step >= 0 : step <= 0) return numbers;
  std::int64_t next = start;
  while (goes_down ? next > stop : next < stop) {
    TRY(check_items(numbers.size()));
    numbers.push_back(next);
    if (__builtin_add_overflow(next, step, &next)) break;
  }
  return numbers;
}

Result<Val> until_step(std::int64_t start, std::int64_t stop, std::int64_t step) {
  const std::vector<std::int64_t> numbers = TRY(steps(start, stop, step));
  std::vector<Val> items;
  items.reserve(numbers.size());
  for (const std::int64_t number : numbers) items.push_back(Val::integer(number));
  return Val::list(std::move(items), kInts);
}

// As the shell's seq: both ends included, blanks between.
Result<Val> seq(Arguments arguments) {
  if (arguments.empty() || arguments.size() > 3) return Val::string("");
  const std::int64_t start = arguments.size() == 1 ? 1 : arguments[0].integer();
  const std::int64_t end = arguments.back().integer();
  const std::int64_t direction = end < start ? -1 : 1;
  const std::int64_t step = arguments.size() == 3 ? arguments[1].integer() : direction;
  if (arguments.size() == 3 && direction < 0 && step > 0) return Val::string("");
  const std::int64_t stop =
      wrapped(static_cast<std::uint64_t>(end) + static_cast<std::uint64_t>(direction));
  const std::vector<std::int64_t> numbers = TRY(steps(start, stop, step));
  std::string out;
  for (const std::int64_t number : numbers) {
    if (!out.empty()) out.push_back(' ');
    out.append(std::to_string(number));
  }
  return Val::string(std::move(out));
}

// Reads octal, despite its name.
Val to_decimal(Arguments arguments) {
  return Val::int64(tmpl::parse_signed(text_of(arguments[0]), 8).value_or(0));
}

void add_conversions(Registry& registry) {
  const auto* anything = &types::kInterface;
  registry.add({"int"}, {anything},
               [](Arguments arguments) { return Val::integer(to_int64(arguments[0])); });
  registry.add({"int64"}, {anything},
               [](Arguments arguments) { return Val::int64(to_int64(arguments[0])); });
  registry.add({"float64"}, {anything},
               [](Arguments arguments) { return Val::number(to_float64(arguments[0])); });
  registry.add({"atoi"}, {&types::kString}, [](Arguments arguments) {
    return Val::integer(tmpl::parse_signed(arguments[0].text(), 10).value_or(0));
  });
  registry.add({"toDecimal"}, {anything}, to_decimal);
}

void add_ranges(Registry& registry) {
  const auto* count = &types::kInt;
  registry.add({"until"}, {count}, [](Arguments arguments) {
    const std::int64_t end = arguments[0].integer();
    return until_step(0, end, end < 0 ? -1 : 1);
  });
  registry.add({"untilStep"}, {count, count, count}, [](Arguments arguments) {
    return until_step(arguments[0].integer(), arguments[1].integer(), arguments[2].integer());
  });
  registry.add_variadic({"seq"}, {count}, seq);
}

}  // namespace

void add_math(Registry& registry) {
  const auto* anything = &types::kInterface;
  registry.add_variadic({"add"}, {anything}, add);
  registry.add({"add1"}, {anything}, [](Arguments arguments) {
    return Val::int64(wrapped(static_cast<std::uint64_t>(to_int64(arguments[0])) + 1));
  });
  registry.add({"sub"}, {anything, anything},
               over_int64([](std::uint64_t a, std::uint64_t b) { return a - b; }));
  registry.add_variadic({"mul"}, {anything, anything},
                        over_int64([](std::uint64_t a, std::uint64_t b) { return a * b; }));
  registry.add({"div"}, {anything, anything}, divide);
  registry.add({"mod"}, {anything, anything}, modulo);
  registry.add_variadic({"max", "biggest"}, {anything, anything}, extreme(std::greater<>()));
  registry.add_variadic({"min"}, {anything, anything}, extreme(std::less<>()));
  add_conversions(registry);
  add_ranges(registry);
}

}  // namespace gp::sprig
