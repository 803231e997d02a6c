// Floats: decimal arithmetic, rounding, extremes.

#include <cmath>

#include "engine/sprig/cast.hpp"
#include "engine/sprig/decimal.hpp"
#include "engine/sprig/registry.hpp"
#include "engine/template/print.hpp"

namespace gp::sprig {
namespace {

Result<ExactDecimal> decimal_of(double number) {
  if (std::isfinite(number)) return ExactDecimal(number);
  return fail(
      invalid_argument("Cannot create a Decimal from {}", tmpl::print_one(Val::number(number))));
}

using Operation = Result<ExactDecimal> (*)(const ExactDecimal&, const ExactDecimal&);

Result<Val> compute(double first, Arguments further, Operation operation) {
  ExactDecimal total = TRY(decimal_of(first));
  for (const Val& value : further) {
    const ExactDecimal next = TRY(decimal_of(to_float64(value)));
    total = TRY(operation(total, next));
  }
  return Val::number(total.to_double());
}

Result<ExactDecimal> plus(const ExactDecimal& a, const ExactDecimal& b) {
  return a.plus(b);
}

Result<ExactDecimal> minus(const ExactDecimal& a, const ExactDecimal& b) {
  return a.minus(b);
}

Result<ExactDecimal> times(const ExactDecimal& a, const ExactDecimal& b) {
  return a.times(b);
}

Result<ExactDecimal> over(const ExactDecimal& a, const ExactDecimal& b) {
  return a.over(b);
}

auto from_first(Operation operation) {
  return [operation](Arguments arguments) {
    return compute(to_float64(arguments[0]), arguments.subspan(1), operation);
  };
}

// math.Max and math.Min: NaN wins.
template <typename Better>
auto extreme(Better better) {
  return [better](Arguments arguments) {
    double best = to_float64(arguments[0]);
    for (const Val& value : arguments.subspan(1)) {
      const double next = to_float64(value);
      if (std::isnan(next) || better(next, best)) best = next;
    }
    return Val::number(best);
  };
}

// To `places`, upwards from `round_on` (.5) on; of negative numbers too, as sprig does.
Val round(Arguments arguments) {
  const double value = to_float64(arguments[0]);
  const double round_on = arguments.size() > 2 ? arguments[2].number() : .5;
  const double scale = std::pow(10.0, static_cast<double>(arguments[1].integer()));
  const double scaled = scale * value;
  double whole = 0;
  const double fraction = std::modf(scaled, &whole);
  return Val::number((fraction >= round_on ? std::ceil(scaled) : std::floor(scaled)) / scale);
}

}  // namespace

void add_float_math(Registry& registry) {
  const auto* anything = &types::kInterface;
  registry.add_variadic({"addf"}, {anything},
                        [](Arguments arguments) { return compute(0, arguments, plus); });
  registry.add({"add1f"}, {anything},
               [](Arguments arguments) { return compute(1, arguments, plus); });
  registry.add_variadic({"subf"}, {anything, anything}, from_first(minus));
  registry.add_variadic({"mulf"}, {anything, anything}, from_first(times));
  registry.add_variadic({"divf"}, {anything, anything}, from_first(over));
  registry.add_variadic({"maxf"}, {anything, anything}, extreme(std::greater<>()));
  registry.add_variadic({"minf"}, {anything, anything}, extreme(std::less<>()));
  registry.add({"floor"}, {anything}, [](Arguments arguments) {
    return Val::number(std::floor(to_float64(arguments[0])));
  });
  registry.add({"ceil"}, {anything}, [](Arguments arguments) {
    return Val::number(std::ceil(to_float64(arguments[0])));
  });
  registry.add_variadic({"round"}, {anything, &types::kInt, &types::kFloat64}, round);
}

}  // namespace gp::sprig
