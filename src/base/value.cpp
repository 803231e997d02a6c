#include "base/value.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>

#include "base/result.hpp"
#include "base/value_index.hpp"

namespace gp {

struct Value::StringBody : Counted {
  std::uint32_t size;
  char* text() noexcept { return reinterpret_cast<char*>(this + 1); }
};

struct Value::ListBody : Counted {
  std::uint32_t size;
  std::uint32_t capacity;
  Kind kind;
  union {
    NameIndex* index;     // objects with many members; else null
    ListBody* next_dead;  // while being destroyed
  };
  Value* items() noexcept { return reinterpret_cast<Value*>(this + 1); }
  Member* members() noexcept { return reinterpret_cast<Member*>(this + 1); }
};

// The parts that need the bodies but are no one's interface.
struct ValueParts {
  using Body = Value::ListBody;
  using Member = Value::Member;

  static std::size_t item_bytes(Value::Kind kind) {
    return kind == Value::Kind::Array ? sizeof(Value) : sizeof(Member);
  }

  static void* allocate(std::size_t bytes) {
    void* memory = std::malloc(bytes);
    GP_CHECK(memory != nullptr, "out of memory");
    return memory;
  }

  static Body* new_list(Value::Kind kind, std::size_t capacity) {
    GP_CHECK(capacity < std::numeric_limits<std::uint32_t>::max(), "list of more than 2^32 items");
    Body* body = ::new (allocate(sizeof(Body) + capacity * item_bytes(kind))) Body;
    body->references.store(1, std::memory_order_relaxed);
    body->size = 0;
    body->capacity = static_cast<std::uint32_t>(capacity);
    body->kind = kind;
    body->index = nullptr;
    return body;
  }

  static Value adopt(Body* body) {
    Value value;
    value.kind_ = body->kind;
    value.payload_.list = body;
    return value;
  }

  // Room for one more item; the body may move, as its items do not mind where they live.
  static Body* grown(Body* body) {
    if (body->size < body->capacity) return body;
    const std::size_t capacity = std::max<std::size_t>(4, std::size_t{body->capacity} * 2);
    GP_CHECK(capacity < std::numeric_limits<std::uint32_t>::max(), "list of more than 2^32 items");
    void* memory =
        std::realloc(static_cast<void*>(body), sizeof(Body) + capacity * item_bytes(body->kind));
    GP_CHECK(memory != nullptr, "out of memory");
    body = static_cast<Body*>(memory);
    body->capacity = static_cast<std::uint32_t>(capacity);
    return body;
  }

  static Body* clone(Body* from) {
    Body* to = new_list(from->kind, from->size);
    to->size = from->size;
    const std::size_t values =
        from->kind == Value::Kind::Array ? from->size : std::size_t{from->size} * 2;
    for (std::size_t i = 0; i < values; ++i) ::new (&to->items()[i]) Value(from->items()[i]);
    if (from->index != nullptr) to->index = from->index->clone();
    return to;
  }

  // Not recursive, whatever the depth: bodies that die wait in a chain.
  static void destroy(Body* body) {
    drop_index(body);
    body->next_dead = nullptr;
    while (body != nullptr) {
      Body* rest = body->next_dead;
      const std::size_t values =
          body->kind == Value::Kind::Array ? body->size : std::size_t{body->size} * 2;
      for (std::size_t i = 0; i < values; ++i) {
        Value& value = body->items()[i];
        if (!value.is_counted() || !last_reference(*value.payload_.counted)) continue;
        if (value.kind_ == Value::Kind::String) {
          std::free(static_cast<void*>(value.payload_.string));
          continue;
        }
        Body* child = value.payload_.list;
        drop_index(child);
        child->next_dead = rest;
        rest = child;
      }
      std::free(static_cast<void*>(body));
      body = rest;
    }
  }

  static bool last_reference(Value::Counted& counted) {
    return counted.references.load(std::memory_order_acquire) == 1 ||
           counted.references.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

  static void drop_index(Body* body) {
    if (body->kind == Value::Kind::Object) delete body->index;
    body->index = nullptr;
  }

  static void build_index(Body* body) {
    drop_index(body);
    if (body->size <= NameIndex::kMembersMin) return;
    body->index = new NameIndex(body->size);
    for (std::uint32_t i = 0; i < body->size; ++i) body->index->add(body->members()[i].key(), i);
  }

  // Keys are strings in their one form, so inline ones are equal exactly when their 16 bytes are.
  static bool same_key(const Value& a, const Value& b) {
    std::uint64_t x[2];
    std::uint64_t y[2];
    std::memcpy(x, &a, 16);
    std::memcpy(y, &b, 16);
    if (x[0] == y[0] && x[1] == y[1]) return true;
    if (a.inline_size_ != Value::kHeapString || b.inline_size_ != Value::kHeapString) return false;
    return a.text() == b.text();
  }

  static std::uint32_t position(Body* body, std::string_view key) {
    Member* members = body->members();
    if (body->index != nullptr) {
      return body->index->find(key, [&](std::uint32_t i) { return members[i].key() == key; });
    }
    for (std::uint32_t i = 0; i < body->size; ++i) {
      if (members[i].key() == key) return i;
    }
    return NameIndex::kNone;
  }

  static void append_member(Body* body, Member&& member) {
    ::new (&body->members()[body->size]) Member(std::move(member));
    ++body->size;
    if (body->index != nullptr && body->index->has_room(body->size)) {
      body->index->add(body->members()[body->size - 1].key(), body->size - 1);
    } else if (body->size > NameIndex::kMembersMin) {
      build_index(body);
    }
  }
};

// --- scalars and strings ----------------------------------------------------------------------

Value::Value(bool value) noexcept : kind_(Kind::Bool) {
  payload_.integer = 0;
  payload_.boolean = value;
}

Value::Value(std::int64_t value) noexcept : kind_(Kind::Int) {
  payload_.integer = value;
}

Value::Value(std::uint64_t value) noexcept {
  const bool fits = value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  kind_ = fits ? Kind::Int : Kind::Uint;
  payload_.unsigned_integer = value;
}

Value::Value(double value) noexcept : kind_(Kind::Double) {
  payload_.number = value;
}

Value::Value(std::string_view text) : kind_(Kind::String) {
  if (text.size() <= kInlineBytesMax) {
    inline_size_ = static_cast<std::uint8_t>(text.size());
    if (!text.empty()) std::memcpy(reinterpret_cast<char*>(this) + 2, text.data(), text.size());
    return;
  }
  GP_CHECK(text.size() < std::numeric_limits<std::uint32_t>::max(), "string of more than 4 GiB");
  auto* body = ::new (ValueParts::allocate(sizeof(StringBody) + text.size())) StringBody;
  body->references.store(1, std::memory_order_relaxed);
  body->size = static_cast<std::uint32_t>(text.size());
  std::memcpy(body->text(), text.data(), text.size());
  inline_size_ = kHeapString;
  payload_.string = body;
}

void Value::release() noexcept {
  if (!ValueParts::last_reference(*payload_.counted)) return;
  if (kind_ == Kind::String) {
    std::free(static_cast<void*>(payload_.string));
  } else {
    ValueParts::destroy(payload_.list);
  }
}

bool Value::boolean(bool fallback) const noexcept {
  return kind_ == Kind::Bool ? payload_.boolean : fallback;
}

std::int64_t Value::integer(std::int64_t fallback) const noexcept {
  return kind_ == Kind::Int ? payload_.integer : fallback;
}

std::uint64_t Value::unsigned_integer(std::uint64_t fallback) const noexcept {
  if (kind_ == Kind::Uint) return payload_.unsigned_integer;
  if (kind_ == Kind::Int && payload_.integer >= 0) return payload_.unsigned_integer;
  return fallback;
}

double Value::number(double fallback) const noexcept {
  switch (kind_) {
    case Kind::Int: return static_cast<double>(payload_.integer);
    case Kind::Uint: return static_cast<double>(payload_.unsigned_integer);
    case Kind::Double: return payload_.number;
    default: return fallback;
  }
}

std::string_view Value::text(std::string_view fallback) const noexcept {
  if (kind_ != Kind::String) return fallback;
  if (inline_size_ != kHeapString) return {inline_text(), inline_size_};
  return {payload_.string->text(), payload_.string->size};
}

std::size_t Value::size() const noexcept {
  if (kind_ == Kind::Array || kind_ == Kind::Object) return payload_.list->size;
  return kind_ == Kind::String ? text().size() : 0;
}

// --- arrays -----------------------------------------------------------------------------------

Value Value::array() {
  return ValueParts::adopt(ValueParts::new_list(Kind::Array, 0));
}

Value Value::array(std::initializer_list<Value> items) {
  ListBody* body = ValueParts::new_list(Kind::Array, items.size());
  for (const Value& item : items) ::new (&body->items()[body->size++]) Value(item);
  return ValueParts::adopt(body);
}

Value Value::take_array(std::span<Value> items) {
  ListBody* body = ValueParts::new_list(Kind::Array, items.size());
  for (Value& item : items) ::new (&body->items()[body->size++]) Value(std::move(item));
  return ValueParts::adopt(body);
}

Value::ListBody& Value::own_array() {
  if (kind_ == Kind::Null) *this = array();
  GP_CHECK(kind_ == Kind::Array, "an array operation on a value that is not an array");
  if (payload_.list->references.load(std::memory_order_acquire) != 1) {
    *this = ValueParts::adopt(ValueParts::clone(payload_.list));
  }
  return *payload_.list;
}

const Value& Value::at(std::size_t index) const noexcept {
  if (kind_ != Kind::Array || index >= payload_.list->size) return null_value();
  return payload_.list->items()[index];
}

std::span<const Value> Value::items() const noexcept {
  if (kind_ != Kind::Array) return {};
  return {payload_.list->items(), payload_.list->size};
}

Value& Value::item(std::size_t index) {
  ListBody& body = own_array();
  GP_CHECK(index < body.size, "item() beyond the end");
  return body.items()[index];
}

Value& Value::push_back(Value value) {
  own_array();
  payload_.list = ValueParts::grown(payload_.list);
  ListBody& body = *payload_.list;
  return *::new (&body.items()[body.size++]) Value(std::move(value));
}

void Value::insert(std::size_t index, Value value) {
  push_back(std::move(value));
  ListBody& body = *payload_.list;
  GP_CHECK(index < body.size, "insert() beyond the end");
  std::rotate(body.items() + index, body.items() + body.size - 1, body.items() + body.size);
}

void Value::erase_at(std::size_t index) {
  ListBody& body = own_array();
  GP_CHECK(index < body.size, "erase_at() beyond the end");
  Value* items = body.items();
  std::move(items + index + 1, items + body.size, items + index);
  items[--body.size].~Value();
}

void Value::clear_items() {
  *this = array();
}

// --- objects ----------------------------------------------------------------------------------

Value Value::object() {
  return ValueParts::adopt(ValueParts::new_list(Kind::Object, 0));
}

Value Value::object(std::initializer_list<std::pair<std::string_view, Value>> members) {
  Value result = ValueParts::adopt(ValueParts::new_list(Kind::Object, members.size()));
  for (const auto& [key, value] : members) result.set(key, value);
  return result;
}

Value Value::take_object(std::span<Member> members, std::vector<std::string>* duplicates) {
  ListBody* body = ValueParts::new_list(Kind::Object, members.size());
  const bool indexed = members.size() > NameIndex::kMembersMin;
  if (indexed) body->index = new NameIndex(members.size());
  for (Member& member : members) {
    std::uint32_t at = NameIndex::kNone;
    if (indexed) {
      at = ValueParts::position(body, member.key());
    } else {
      Member* present = body->members();
      for (std::uint32_t i = 0; i < body->size && at == NameIndex::kNone; ++i) {
        if (ValueParts::same_key(present[i].key_value, member.key_value)) at = i;
      }
    }
    if (at != NameIndex::kNone) {
      if (duplicates != nullptr) duplicates->emplace_back(member.key());
      body->members()[at].value = std::move(member.value);
      continue;
    }
    ::new (&body->members()[body->size]) Member(std::move(member));
    if (indexed) body->index->add(body->members()[body->size].key(), body->size);
    ++body->size;
  }
  return ValueParts::adopt(body);
}

Value::ListBody& Value::own_object() {
  if (kind_ == Kind::Null) *this = object();
  GP_CHECK(kind_ == Kind::Object, "an object operation on a value that is not an object");
  if (payload_.list->references.load(std::memory_order_acquire) != 1) {
    *this = ValueParts::adopt(ValueParts::clone(payload_.list));
  }
  return *payload_.list;
}

const Value* Value::find(std::string_view key) const noexcept {
  if (kind_ != Kind::Object) return nullptr;
  const std::uint32_t at = ValueParts::position(payload_.list, key);
  return at == NameIndex::kNone ? nullptr : &payload_.list->members()[at].value;
}

const Value& Value::operator[](std::string_view key) const noexcept {
  const Value* found = find(key);
  return found != nullptr ? *found : null_value();
}

std::span<const Value::Member> Value::members() const noexcept {
  if (kind_ != Kind::Object) return {};
  return {payload_.list->members(), payload_.list->size};
}

Value& Value::set(std::string_view key, Value value) {
  Value& place = edit(key);
  place = std::move(value);
  return place;
}

Value& Value::edit(std::string_view key) {
  own_object();
  const std::uint32_t at = ValueParts::position(payload_.list, key);
  if (at != NameIndex::kNone) return payload_.list->members()[at].value;
  Member member{Value(key), Value()};  // before growing: `key` may be text of this very object
  payload_.list = ValueParts::grown(payload_.list);
  ValueParts::append_member(payload_.list, std::move(member));
  return payload_.list->members()[payload_.list->size - 1].value;
}

bool Value::erase(std::string_view key) {
  if (kind_ != Kind::Object) return false;
  const std::uint32_t at = ValueParts::position(payload_.list, key);
  if (at == NameIndex::kNone) return false;
  ListBody& body = own_object();
  Member* members = body.members();
  std::move(members + at + 1, members + body.size, members + at);
  members[--body.size].~Member();
  ValueParts::build_index(&body);
  return true;
}

void Value::sort_members() {
  const auto by_key = [](const Member& a, const Member& b) { return a.key() < b.key(); };
  if (std::ranges::is_sorted(members(), by_key)) return;
  ListBody& body = own_object();
  std::sort(body.members(), body.members() + body.size, by_key);
  ValueParts::build_index(&body);
}

// --- comparison -------------------------------------------------------------------------------

namespace {

bool equals_double(std::int64_t integer, double number) {
  return number >= -0x1p63 && number < 0x1p63 && std::trunc(number) == number &&
         static_cast<std::int64_t>(number) == integer;
}

bool equals_double(std::uint64_t integer, double number) {
  return number >= 0 && number < 0x1p64 && std::trunc(number) == number &&
         static_cast<std::uint64_t>(number) == integer;
}

bool numbers_equal(const Value& a, const Value& b) {
  const bool a_is_double = a.kind() == Value::Kind::Double;
  const bool b_is_double = b.kind() == Value::Kind::Double;
  if (a_is_double && b_is_double) return a.number() == b.number();
  if (a_is_double) return numbers_equal(b, a);
  if (!b_is_double) {  // an Int never equals a Uint: Uint holds only what Int cannot
    return a.kind() == b.kind() && a.integer() == b.integer() &&
           a.unsigned_integer() == b.unsigned_integer();
  }
  return a.kind() == Value::Kind::Int ? equals_double(a.integer(), b.number())
                                      : equals_double(a.unsigned_integer(), b.number());
}

bool objects_equal(const Value& a, const Value& b) {
  const auto left = a.members();
  const auto right = b.members();
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const bool aligned = left[i].key() == right[i].key();  // the usual case: same order
    const Value* other = aligned ? &right[i].value : b.find(left[i].key());
    if (other == nullptr || !(left[i].value == *other)) return false;
  }
  return true;
}

}  // namespace

bool operator==(const Value& a, const Value& b) noexcept {
  if (a.is_number() && b.is_number()) return numbers_equal(a, b);
  if (a.kind_ != b.kind_) return false;
  switch (a.kind_) {
    case Value::Kind::Bool: return a.payload_.boolean == b.payload_.boolean;
    case Value::Kind::String: return a.text() == b.text();
    case Value::Kind::Array: return a.same_as(b) || std::ranges::equal(a.items(), b.items());
    case Value::Kind::Object: return a.same_as(b) || objects_equal(a, b);
    default: return true;
  }
}

bool Value::same_as(const Value& other) const noexcept {
  if (kind_ != other.kind_) return false;
  if (is_counted() && other.is_counted()) return payload_.counted == other.payload_.counted;
  if (kind_ == Kind::Array || kind_ == Kind::Object) return false;
  return *this == other;
}

const Value& null_value() noexcept {
  static const Value null;
  return null;
}

const Value& lookup(const Value& root, std::initializer_list<std::string_view> path) noexcept {
  const Value* at = &root;
  for (const std::string_view name : path) at = &(*at)[name];
  return *at;
}

}  // namespace gp
