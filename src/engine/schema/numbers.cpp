#include "engine/schema/numbers.hpp"

#include <cmath>

#include "base/json.hpp"

namespace gp::schema {
namespace {

int sign_of(double difference) {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

int compare_integer(std::int64_t a, double b) {
  if (b >= 0x1p63) return -1;
  if (b < -0x1p63) return 1;
  const double whole = std::floor(b);
  const auto floor = static_cast<std::int64_t>(whole);
  if (a != floor) return a < floor ? -1 : 1;
  return b > whole ? -1 : 0;
}

int compare_integer(std::uint64_t a, double b) {
  if (b >= 0x1p64) return -1;
  if (b < 0) return 1;
  const double whole = std::floor(b);
  const auto floor = static_cast<std::uint64_t>(whole);
  if (a != floor) return a < floor ? -1 : 1;
  return b > whole ? -1 : 0;
}

}  // namespace

int compare_numbers(const Value& a, const Value& b) {
  const bool a_is_double = a.kind() == Value::Kind::Double;
  const bool b_is_double = b.kind() == Value::Kind::Double;
  if (a_is_double && b_is_double) return sign_of(a.number() - b.number());
  if (a_is_double) return -compare_numbers(b, a);
  if (b_is_double) {
    return a.kind() == Value::Kind::Int ? compare_integer(a.integer(), b.number())
                                        : compare_integer(a.unsigned_integer(), b.number());
  }
  if (a.kind() != b.kind()) return a.kind() == Value::Kind::Int ? -1 : 1;
  if (a == b) return 0;
  const bool less = a.kind() == Value::Kind::Int ? a.integer() < b.integer()
                                                 : a.unsigned_integer() < b.unsigned_integer();
  return less ? -1 : 1;
}

bool is_integral(const Value& number) {
  if (number.is_integer()) return true;
  return number.kind() == Value::Kind::Double && std::trunc(number.number()) == number.number();
}

bool is_multiple_of(const Value& number, const Value& divisor) {
  if (number.kind() == Value::Kind::Int && divisor.kind() == Value::Kind::Int) {
    if (divisor.integer() == 0) return false;
    return divisor.integer() == -1 || number.integer() % divisor.integer() == 0;
  }
  if (divisor.number() == 0) return false;
  // 19.99 / 0.01 is not whole in binary: allow for the last bits, as Ajv's multipleOfPrecision
  // would.
  const double quotient = number.number() / divisor.number();
  if (!std::isfinite(quotient)) return false;
  return std::abs(quotient - std::round(quotient)) <= 1e-9 * std::max(1.0, std::abs(quotient)) &&
         std::abs(quotient) < 0x1p53;
}

std::optional<std::pair<std::size_t, std::size_t>> find_duplicate(std::span<const Value> items) {
  std::unordered_map<std::string, std::size_t> seen;  // equal values have equal sorted JSON
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto [at, is_new] = seen.emplace(to_json(items[i]), i);
    if (!is_new) return std::pair(at->second, i);
  }
  return std::nullopt;
}

}  // namespace gp::schema
