#include "engine/sprig/list_set.hpp"

#include <algorithm>
#include <cmath>

#include "engine/sprig/values.hpp"

namespace gp::sprig {
namespace {

using tmpl::Kind;
using tmpl::Val;

// A text that two scalars share when they are equal; empty for what is no scalar.
std::string key_of(const Val& value) {
  if (is_untyped_nil(value)) return "nil";
  std::string key(value.type()->name);
  key.push_back(':');
  switch (value.kind()) {
    case Kind::String: return key.append(value.text());
    case Kind::Bool: return key.append(value.boolean() ? "1" : "0");
    case Kind::Float64: {
      if (std::isnan(value.number())) return "";  // equals nothing
      const double number = value.number() == 0 ? 0.0 : value.number();
      return key.append(std::string(reinterpret_cast<const char*>(&number), sizeof number));
    }
    default: return value.type()->is_integer() ? key.append(std::to_string(value.integer())) : "";
  }
}

}  // namespace

Result<bool> ListSet::contains(const Val& value) const {
  const std::string key = key_of(value);
  if (!key.empty()) return scalars_.contains(key);
  return std::ranges::any_of(containers_,
                             [&value](const Val& known) { return deep_equal(known, value); });
}

Result<bool> ListSet::insert(const Val& value) {
  const std::string key = key_of(value);
  if (!key.empty()) return scalars_.insert(key).second;
  const bool known = TRY(contains(value));
  if (known) return false;
  if (containers_.size() == kContainersMax)
    return fail(too_large("more than {} different maps and lists to compare", kContainersMax));
  containers_.push_back(value);
  return true;
}

}  // namespace gp::sprig
