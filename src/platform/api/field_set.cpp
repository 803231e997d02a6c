#include "platform/api/field_set.hpp"

#include "base/json.hpp"

namespace gp::api {
namespace {

constexpr int kDepthMax = 128;

Result<> read(const Value& value, FieldSet& set, int depth) {
  if (depth > kDepthMax || !value.is_object()) {
    return fail(invalid_argument("managed fields are not FieldsV1"));
  }
  for (const Value::Member& member : value.members()) {
    const std::string element(member.key());
    if (element == ".") {
      set.insert_here();
      continue;
    }
    const bool is_known = element.size() > 1 && element[1] == ':' &&
                          std::string_view("fkvi").find(element[0]) != std::string_view::npos;
    if (!is_known) return fail(invalid_argument("managed fields hold \"{}\"", element));
    FieldSet& child = set.child(element);
    if (member.value.is_object() && member.value.empty()) {
      child.insert_here();
    } else {
      TRY(read(member.value, child, depth + 1));
    }
  }
  return {};
}

// As messages write an element: ".k", `[name="a",port=80]`, `[="v"]`, `[0]`.
std::string element_text(std::string_view element) {
  const std::string_view tail = element.substr(2);
  if (element[0] == 'f') return fmt::format(".{}", tail);
  if (element[0] == 'i') return fmt::format("[{}]", tail);
  if (element[0] == 'v') return fmt::format("[={}]", tail);
  std::string keys;
  if (const auto parsed = parse_json(tail)) {
    for (const Value::Member& key : parsed->members()) {
      keys += fmt::format("{}{}={}", keys.empty() ? "" : ",", key.key(),
                          to_json(key.value, {.escape_html = false}));
    }
  }
  return fmt::format("[{}]", keys);
}

}  // namespace

Result<FieldSet> FieldSet::parse(const Value& fields_v1) {
  FieldSet set;
  TRY(read(fields_v1, set, 0));
  set.is_member_ = false;  // the document as such belongs to nobody
  return set;
}

Value FieldSet::to_value() const {
  Value value = Value::object();
  if (is_member_ && !children_.empty()) value.set(".", Value::object());
  for (const auto& [element, child] : children_) value.set(element, child.to_value());
  return value;
}

const FieldSet* FieldSet::find(const std::string& element) const {
  const auto found = children_.find(element);
  return found == children_.end() ? nullptr : &found->second;
}

void FieldSet::prune() {
  std::erase_if(children_, [](const auto& child) { return child.second.empty(); });
}

void FieldSet::collect(const std::string& prefix, std::vector<std::string>& out) const {
  if (is_member_ && !prefix.empty()) out.push_back(prefix);
  for (const auto& [element, child] : children_) child.collect(prefix + element_text(element), out);
}

std::vector<std::string> FieldSet::paths() const {
  std::vector<std::string> out;
  collect("", out);
  return out;
}

FieldSet unite(const FieldSet& a, const FieldSet& b) {
  if (a.empty()) return b;
  FieldSet result = a;
  result.is_member_ = a.is_member_ || b.is_member_;
  for (const auto& [element, child] : b.children_) {
    auto [place, is_new] = result.children_.try_emplace(element, child);
    if (!is_new) place->second = unite(place->second, child);
  }
  return result;
}

FieldSet subtract(const FieldSet& a, const FieldSet& b) {
  if (b.empty()) return a;
  FieldSet result;
  result.is_member_ = a.is_member_ && !b.is_member_;
  for (const auto& [element, child] : a.children_) {
    const FieldSet* other = b.find(element);
    FieldSet left = other == nullptr ? child : subtract(child, *other);
    if (!left.empty()) result.children_.emplace(element, std::move(left));
  }
  return result;
}

FieldSet intersect(const FieldSet& a, const FieldSet& b) {
  FieldSet result;
  result.is_member_ = a.is_member_ && b.is_member_;
  for (const auto& [element, child] : a.children_) {
    const FieldSet* other = b.find(element);
    if (other == nullptr) continue;
    FieldSet both = intersect(child, *other);
    if (!both.empty()) result.children_.emplace(element, std::move(both));
  }
  return result;
}

}  // namespace gp::api
