#pragma once
// The lists of strategic merge patches: finding by key, directives among the items, order. Private
// to this folder.

#include <map>
#include <string>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::object {

// `map: map[image:x] does not contain declared merge key: name`.
Error no_merge_key(const Value& item, std::string_view key);

// Where the items of a list stand, by the value of their key (or their own, without a key): a body
// of megabytes must not cost the square of its items.
class Places {
 public:
  static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

  Places(const Value& list, std::string_view key);
  std::size_t of(const Value& item) const;
  void add(const Value& item, std::size_t at);  // the first of equals stays

 private:
  std::string_view key_;
  std::map<std::string, std::size_t> places_;
};

// Carries out `$patch: delete` and `$patch: replace` items on `target`; answers the patch's other
// items.
Result<Value> take_special(Value& target, const Value& patch, std::string_view key);

// Both, each once (scalars); and `list` less what `removed` names.
Value united(const Value& list, const Value& added);
Value without(const Value& list, const Value& removed, std::string_view key);

// `merged` with the items that `order` names in its order, and the others in that of `before`, new
// items first. `key` is empty for scalars.
Result<Value> in_order(const Value& merged, const Value& order, const Value& before,
                       std::string_view key);

// The items of a patch must stand in $setElementOrder, in that order.
Result<> check_order(const Value& items, const Value& order, std::string_view key);

}  // namespace gp::object
