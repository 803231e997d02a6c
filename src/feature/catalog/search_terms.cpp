#include "feature/catalog/search_terms.hpp"

#include "base/json.hpp"
#include "feature/catalog/entity_ref.hpp"

namespace gp::catalog {
namespace {

class Walk {
 public:
  explicit Walk(const std::function<void(const Term&)>& visit) : visit_(visit) {}

  void object(const Value& value) {
    for (const auto& member : value.members()) {
      const std::size_t before = path_.size();
      if (before > 0) path_ += '.';
      append_lower(member.key());
      if (!is_hidden()) node(member.value, false);
      path_.resize(before);
    }
  }

  void relation(const Value& relation) {
    path_ = "relations.";
    append_lower(relation["type"].text());
    add(relation["targetRef"].text(), true, false);
    path_.clear();
  }

 private:
  // Computed parts that are not searched: relations come in by relation().
  bool is_hidden() const {
    return path_ == "relations" || path_ == "status" || path_ == "metadata.etag";
  }

  void node(const Value& value, bool is_in_array) {
    switch (value.kind()) {
      case Value::Kind::Object: object(value); break;
      case Value::Kind::Array:
        for (const Value& item : value.items()) node(item, true);
        break;
      case Value::Kind::String: add(value.text(), true, is_in_array); break;
      case Value::Kind::Null: add({}, false, false); break;
      default: add(to_json(value), true, false);
    }
  }

  void add(std::string_view value, bool has_value, bool is_element) {
    if (path_.size() > kTermBytesMax) return;
    if (value.size() > kTermBytesMax)
      visit_({path_, {}, false, false});
    else
      visit_({path_, value, has_value, is_element});
  }

  void append_lower(std::string_view text) {
    for (const char c : text) {
      path_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }

  const std::function<void(const Term&)>& visit_;
  std::string path_;
};

}  // namespace

void for_each_term(const Value& entity, const std::function<void(const Term&)>& visit) {
  Walk walk(visit);
  walk.object(entity);
  for (const Value& relation : entity["relations"].items()) walk.relation(relation);
}

}  // namespace gp::catalog
