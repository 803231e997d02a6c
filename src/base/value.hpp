#pragma once
// Value: a JSON document in memory. 16 bytes, cheap to copy, immutable when shared.
//
// Copying shares arrays, objects and long strings by reference count; changing a shared part copies
// only that part (copy on write), so a "deep copy" is a counter. Counts are atomic: a Value may be
// handed to another thread, but one Value object is not changed by two threads at once.
//
// Integers are exact: int64 and uint64 never pass through double. A number that fits neither and is
// not exactly a double's text is kept as Double. Objects keep insertion order; writers may sort
// (json.hpp). Strings are UTF-8; up to 14 bytes live inside the Value.
//
// A reference from item(), edit(), set() or push_back() is for changing it at once: keep none while
// the document is copied or changed elsewhere.

#include <atomic>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gp {

class Value {
 public:
  enum class Kind : std::uint8_t { Null, Bool, Int, Uint, Double, String, Array, Object };

  struct Member;  // {Value key (a string), Value value}: defined below the class

  Value() noexcept = default;  // null
  Value(std::nullptr_t) noexcept {}
  Value(bool value) noexcept;
  Value(int value) noexcept : Value(static_cast<std::int64_t>(value)) {}
  Value(std::int64_t value) noexcept;
  Value(std::uint64_t value) noexcept;  // becomes Int when it fits
  Value(long long value) noexcept : Value(static_cast<std::int64_t>(value)) {}
  Value(unsigned value) noexcept : Value(static_cast<std::int64_t>(value)) {}
  Value(unsigned long long value) noexcept : Value(static_cast<std::uint64_t>(value)) {}
  Value(double value) noexcept;
  Value(std::string_view text);
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(const std::string& text) : Value(std::string_view(text)) {}

  Value(const Value& other) noexcept;
  Value(Value&& other) noexcept;  // leaves null behind
  Value& operator=(const Value& other) noexcept;
  Value& operator=(Value&& other) noexcept;
  ~Value();

  static Value array();
  static Value array(std::initializer_list<Value> items);
  static Value object();
  static Value object(std::initializer_list<std::pair<std::string_view, Value>> members);
  // For builders: moves the items out of a buffer in one allocation. Of members with equal keys the
  // last one wins, at the place of the first; `duplicates`, if given, is told the repeated keys in
  // order.
  static Value take_array(std::span<Value> items);
  static Value take_object(std::span<Member> members,
                           std::vector<std::string>* duplicates = nullptr);

  Kind kind() const noexcept { return kind_; }
  bool is_null() const noexcept { return kind_ == Kind::Null; }
  bool is_bool() const noexcept { return kind_ == Kind::Bool; }
  bool is_integer() const noexcept { return kind_ == Kind::Int || kind_ == Kind::Uint; }
  bool is_number() const noexcept { return is_integer() || kind_ == Kind::Double; }
  bool is_string() const noexcept { return kind_ == Kind::String; }
  bool is_array() const noexcept { return kind_ == Kind::Array; }
  bool is_object() const noexcept { return kind_ == Kind::Object; }

  // Forgiving readers: the fallback when the kind differs. They never fail and never convert.
  bool boolean(bool fallback = false) const noexcept;
  std::int64_t integer(std::int64_t fallback = 0) const noexcept;  // Uint above int64: fallback
  std::uint64_t unsigned_integer(std::uint64_t fallback = 0) const noexcept;
  double number(double fallback = 0) const noexcept;  // any number kind
  std::string_view text(std::string_view fallback = {}) const noexcept;
  std::string string(std::string_view fallback = {}) const { return std::string(text(fallback)); }

  // Members of an array or object, bytes of a string; 0 otherwise.
  std::size_t size() const noexcept;
  bool empty() const noexcept { return size() == 0; }

  // Arrays. Out of range (or not an array): the shared null.
  const Value& at(std::size_t index) const noexcept;
  std::span<const Value> items() const noexcept;  // empty if not an array
  Value& item(std::size_t index);                 // for change; index must exist
  Value& push_back(Value value);                  // null becomes an array first
  void insert(std::size_t index, Value value);
  void erase_at(std::size_t index);
  void clear_items();

  // Objects. A missing member (or not an object) reads as the shared null, so chains are safe:
  // `pod["spec"]["containers"].at(0)["image"].text()`.
  const Value* find(std::string_view key) const noexcept;  // nullptr if absent
  bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
  const Value& operator[](std::string_view key) const noexcept;
  const Value& operator[](const char* key) const noexcept { return (*this)[std::string_view(key)]; }
  std::span<const Member> members() const noexcept;  // insertion order; empty if not an object
  Value& set(std::string_view key, Value value);  // add or replace in place; null becomes an object
  Value& edit(std::string_view key);              // reference for change, created null if absent
  bool erase(std::string_view key);               // true if it was there; keeps the others' order
  void sort_members();                            // by key bytes, this level only

  // Same kind and content; object order does not matter; 1 == 1u, and 1 == 1.0 (JSON has one number
  // type).
  friend bool operator==(const Value& a, const Value& b) noexcept;

  // True when both share the same storage (or are equal scalars): a cheap "certainly unchanged".
  bool same_as(const Value& other) const noexcept;

 private:
  struct Counted;     // what every body on the heap begins with: the reference count
  struct StringBody;  // count, size, bytes
  struct ListBody;  // count, size, capacity, then the items of an array or the members of an object
  friend struct ValueParts;

  bool is_counted() const noexcept {
    return kind_ >= Kind::Array || (kind_ == Kind::String && inline_size_ == kHeapString);
  }
  void retain() const noexcept;
  void release() noexcept;
  ListBody& own_array();
  ListBody& own_object();

  // Layout: byte 0 kind, byte 1 length of an inline string (0xff: on the heap), bytes 2..15 inline
  // text padded with zeros, or bytes 8..15 a scalar or a pointer to a counted body.
  static constexpr std::uint8_t kHeapString = 0xff;
  static constexpr std::size_t kInlineBytesMax = 14;

  union Payload {
    bool boolean;
    std::int64_t integer;
    std::uint64_t unsigned_integer;
    double number;
    Counted* counted;
    StringBody* string;
    ListBody* list;
  };
  const char* inline_text() const noexcept { return reinterpret_cast<const char*>(this) + 2; }

  Kind kind_ = Kind::Null;
  std::uint8_t inline_size_ = 0;
  char pad_[6] = {};
  Payload payload_ = {.integer = 0};
};

static_assert(sizeof(Value) == 16);

struct Value::Member {
  Value key_value;  // always a string
  Value value;
  std::string_view key() const noexcept { return key_value.text(); }
};

struct Value::Counted {
  std::atomic<std::uint32_t> references;
};

inline void Value::retain() const noexcept {
  if (is_counted()) payload_.counted->references.fetch_add(1, std::memory_order_relaxed);
}

inline Value::Value(const Value& other) noexcept {
  std::memcpy(static_cast<void*>(this), &other, sizeof(Value));
  retain();
}

inline Value::Value(Value&& other) noexcept {
  std::memcpy(static_cast<void*>(this), &other, sizeof(Value));
  other.kind_ = Kind::Null;
}

inline Value& Value::operator=(const Value& other) noexcept {
  Value copy(other);  // first, as `other` may live inside what is released
  return *this = std::move(copy);
}

inline Value& Value::operator=(Value&& other) noexcept {
  if (this == &other) return *this;
  Value old;
  std::memcpy(static_cast<void*>(&old), this, sizeof(Value));
  std::memcpy(static_cast<void*>(this), &other, sizeof(Value));
  other.kind_ = Kind::Null;
  return *this;
}

inline Value::~Value() {
  if (is_counted()) release();
}

// The one null that missing members read as.
const Value& null_value() noexcept;

// Walks object members by name: `lookup(pod, {"metadata", "name"})`; the shared null if any is
// missing.
const Value& lookup(const Value& root, std::initializer_list<std::string_view> path) noexcept;

}  // namespace gp
