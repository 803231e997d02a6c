#include "engine/template/value.hpp"

#include <algorithm>

#include "engine/template/host.hpp"

namespace gp::tmpl {
namespace {

class Text final : public Body {
 public:
  explicit Text(std::string value) : text(std::move(value)) {}
  const std::string text;
};

class List final : public Body {
 public:
  explicit List(std::vector<Val> value) : items(std::move(value)) {}
  const std::vector<Val> items;
};

class Complex final : public Body {
 public:
  Complex(double re, double im) : real(re), imaginary(im) {}
  const double real;
  const double imaginary;
};

const std::vector<Val>& no_items() {
  static const std::vector<Val> empty;
  return empty;
}

auto place_of(std::vector<Map::Entry>& entries, std::string_view key) {
  return std::ranges::lower_bound(
      entries, key, {}, [](const Map::Entry& entry) { return std::string_view(entry.key); });
}

// Deleting a value deletes what it holds; past this depth it is put off instead.
constexpr int kDisposeDepthMax = 100;

struct Disposal {
  int depth = 0;
  std::vector<Body*> put_off;
};

thread_local Disposal disposal;

}  // namespace

void Val::dispose(Body* body) noexcept {
  if (disposal.depth >= kDisposeDepthMax) {
    disposal.put_off.push_back(body);
    return;
  }
  ++disposal.depth;
  delete body;
  while (disposal.depth == 1 && !disposal.put_off.empty()) {
    Body* next = disposal.put_off.back();
    disposal.put_off.pop_back();
    delete next;
  }
  --disposal.depth;
}

Val Val::complex(double real, double imaginary) {
  return Val(types::kComplex128, new Complex(real, imaginary));
}

Val Val::string(std::string text, const Type& type) {
  return Val(type, new Text(std::move(text)));
}

Val Val::list(std::vector<Val> items, const Type& type) {
  return Val(type, new List(std::move(items)));
}

Val Val::strings(std::vector<std::string> items) {
  std::vector<Val> list;
  list.reserve(items.size());
  for (std::string& item : items) list.push_back(string(std::move(item)));
  return Val::list(std::move(list), types::kStrings);
}

Val Val::new_map(const Type& type) {
  return Val(type, new Map());
}

Val Val::host(std::unique_ptr<Host> object) {
  const Type& type = object->type();
  return Val(type, object.release());
}

Val Val::function(std::unique_ptr<Callable> callable) {
  return Val(types::kFunc, callable.release());
}

Val Val::from_value(const gp::Value& document) {
  switch (document.kind()) {
    case gp::Value::Kind::Null: return nil();
    case gp::Value::Kind::Bool: return boolean(document.boolean());
    case gp::Value::Kind::Int:
    case gp::Value::Kind::Uint:
    case gp::Value::Kind::Double: return number(document.number());
    case gp::Value::Kind::String: return string(document.string());
    case gp::Value::Kind::Array: {
      std::vector<Val> items;
      items.reserve(document.size());
      for (const gp::Value& item : document.items()) items.push_back(from_value(item));
      return list(std::move(items));
    }
    case gp::Value::Kind::Object: {
      Val result = new_map();
      result.map().reserve(document.size());
      for (const gp::Value::Member& member : document.members())
        result.map().set(member.key(), from_value(member.value));
      return result;
    }
  }
  return Val();
}

std::pair<double, double> Val::complex() const noexcept {
  const auto& body = static_cast<const Complex&>(*as_.body);
  return {body.real, body.imaginary};
}

std::string_view Val::text() const noexcept {
  return counted_ ? std::string_view(static_cast<const Text&>(*as_.body).text) : std::string_view();
}

const std::vector<Val>& Val::items() const noexcept {
  return counted_ ? static_cast<const List&>(*as_.body).items : no_items();
}

Map& Val::map() const noexcept {
  return static_cast<Map&>(*as_.body);
}
Host& Val::host() const noexcept {
  return static_cast<Host&>(*as_.body);
}

const Callable& Val::callable() const noexcept {
  return static_cast<const Callable&>(*as_.body);
}

std::size_t Val::size() const noexcept {
  if (!counted_) return 0;
  if (kind() == Kind::Map) return map().size();
  if (is_string() || is_bytes()) return text().size();
  return kind() == Kind::Slice ? items().size() : 0;
}

Val Val::at(std::size_t index) const {
  if (is_bytes() || is_string())
    return integer(static_cast<unsigned char>(text()[index]), types::kUint8);
  return items()[index];
}

const Val* Map::find(std::string_view key) const noexcept {
  auto& entries = const_cast<std::vector<Entry>&>(entries_);  // one search for both
  const auto place = place_of(entries, key);
  return place != entries.end() && place->key == key ? &place->value : nullptr;
}

void Map::set(std::string_view key, Val value) {
  // Documents mostly come sorted: the end first.
  if (entries_.empty() || entries_.back().key < key) {
    entries_.push_back({std::string(key), std::move(value)});
    return;
  }
  const auto place = place_of(entries_, key);
  if (place != entries_.end() && place->key == key) {
    place->value = std::move(value);
  } else {
    entries_.insert(place, {std::string(key), std::move(value)});
  }
}

bool Map::erase(std::string_view key) {
  const auto place = place_of(entries_, key);
  if (place == entries_.end() || place->key != key) return false;
  entries_.erase(place);
  return true;
}

}  // namespace gp::tmpl
