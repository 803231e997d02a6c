#pragma once
// Val: a value while a template runs: its type and a scalar or a counted reference.
//
// Strings and slices are immutable and shared. Maps are shared and *mutable*, as Go's are: `set`
// on one is seen by everyone who holds it. One execution runs on one thread, and its values are
// not handed to another; counts are plain integers.
//
// `base`'s Value is the immutable JSON document that comes in and goes out (from_value, to_value).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.hpp"
#include "engine/template/type.hpp"

namespace gp::tmpl {

class Val;
class Map;
class Host;
class Callable;

// What every body on the heap begins with.
class Body {
 public:
  Body() = default;
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  virtual ~Body() = default;

 private:
  friend class Val;
  friend class CycleCollector;
  std::uint32_t references_ = 0;
};

class Val {
 public:
  Val() noexcept = default;  // Invalid
  Val(const Val& other) noexcept
      : type_(other.type_), counted_(other.counted_), boxed_(other.boxed_), as_(other.as_) {
    if (counted_) ++as_.body->references_;
  }
  Val(Val&& other) noexcept
      : type_(other.type_), counted_(other.counted_), boxed_(other.boxed_), as_(other.as_) {
    other.type_ = nullptr;
    other.counted_ = false;
  }
  Val& operator=(const Val& other) noexcept {
    Val copy(other);
    return *this = std::move(copy);
  }
  Val& operator=(Val&& other) noexcept {
    std::swap(type_, other.type_);
    std::swap(counted_, other.counted_);
    std::swap(boxed_, other.boxed_);
    std::swap(as_, other.as_);
    return *this;
  }
  ~Val() {
    if (counted_ && --as_.body->references_ == 0) dispose(as_.body);
  }

  static Val nil() noexcept { return Val(types::kInterface, Scalar{.integer = 0}); }
  static Val nil_of(const Type& type) noexcept { return Val(type, Scalar{.integer = 0}); }
  // The zero value of a type, which a missing key of a map of that type gives.
  static Val zero(const Type& type) noexcept {
    return type.kind == Kind::Float64 ? Val(type, Scalar{.number = 0})
                                      : Val(type, Scalar{.integer = 0});
  }
  static Val boolean(bool value) noexcept {
    return Val(types::kBool, Scalar{.integer = value ? 1 : 0});
  }
  static Val integer(std::int64_t value, const Type& type = types::kInt) noexcept {
    return Val(type, Scalar{.integer = value});
  }
  static Val int64(std::int64_t value) noexcept { return integer(value, types::kInt64); }
  static Val number(double value) noexcept { return Val(types::kFloat64, Scalar{.number = value}); }
  static Val complex(double real, double imaginary);
  static Val string(std::string text, const Type& type = types::kString);
  static Val bytes(std::string data) { return string(std::move(data), types::kBytes); }
  static Val list(std::vector<Val> items, const Type& type = types::kList);
  static Val strings(std::vector<std::string> items);
  static Val new_map(const Type& type = types::kMap);
  static Val host(std::unique_ptr<Host> object);
  static Val function(std::unique_ptr<Callable> callable);

  // Numbers of documents are float64, as Go's decoder makes them.
  static Val from_value(const gp::Value& document);

  bool valid() const noexcept { return type_ != nullptr; }
  Kind kind() const noexcept { return type_ ? type_->kind : Kind::Invalid; }
  const Type* type() const noexcept { return type_; }
  bool is(const Type& type) const noexcept { return type_ == &type; }
  // nil of any type, and no value.
  bool is_nil() const noexcept { return !type_ || (!counted_ && type_->can_be_nil()); }
  // As an element of a map or slice of interfaces, whose own type messages name instead
  // ("can't evaluate field x in type interface {}").
  Val boxed() && {
    boxed_ = true;
    return std::move(*this);
  }
  // What a pipeline does with an interface: takes the value out; a nil in it is no value.
  Val unboxed() && {
    if (type_ == &types::kInterface) return Val();
    boxed_ = false;
    return std::move(*this);
  }
  // The same content as another type of the same shape (chartutil.Values as a plain map).
  Val retyped(const Type& type) && {
    type_ = &type;
    return std::move(*this);
  }
  std::string_view static_type_name() const noexcept {
    return boxed_ ? types::kInterface.name : type_->name;
  }

  bool boolean() const noexcept { return as_.integer != 0; }
  std::int64_t integer() const noexcept { return as_.integer; }
  std::uint64_t unsigned_integer() const noexcept {
    return static_cast<std::uint64_t>(as_.integer);
  }
  double number() const noexcept { return as_.number; }
  std::pair<double, double> complex() const noexcept;
  std::string_view text() const noexcept;          // of a string, an error or bytes
  const std::vector<Val>& items() const noexcept;  // of a slice that is not bytes
  Map& map() const noexcept;                       // of a map that is not nil
  Host& host() const noexcept;
  const Callable& callable() const noexcept;

  bool is_map() const noexcept { return kind() == Kind::Map && counted_; }
  bool is_string() const noexcept { return kind() == Kind::String; }
  bool is_slice() const noexcept { return kind() == Kind::Slice; }
  bool is_bytes() const noexcept { return type_ == &types::kBytes; }
  bool is_error() const noexcept { return type_ == &types::kError && counted_; }
  bool is_host() const noexcept {
    return (kind() == Kind::Struct || kind() == Kind::Pointer) && counted_;
  }

  std::size_t size() const noexcept;  // of a string, slice or map
  Val at(std::size_t index) const;    // of a slice (bytes give uint8)

  // Nobody else holds it: what a function has just made.
  bool is_sole_holder() const noexcept { return counted_ && as_.body->references_ == 1; }
  // Tells apart what is shared; null for values without a body.
  const void* identity() const noexcept { return counted_ ? as_.body : nullptr; }
  bool same_body(const Val& other) const noexcept {
    return counted_ && other.counted_ && as_.body == other.as_.body;
  }

 private:
  friend class CycleCollector;
  union Scalar {
    std::int64_t integer;
    double number;
    Body* body;
  };
  // Deletes; of values nested deeply, without recursion as deep.
  static void dispose(Body* body) noexcept;
  Val(const Type& type, Scalar scalar) noexcept : type_(&type), as_(scalar) {}
  Val(const Type& type, Body* body) noexcept : type_(&type), counted_(true), as_{.body = body} {
    ++body->references_;
  }

  const Type* type_ = nullptr;
  bool counted_ = false;
  bool boxed_ = false;
  Scalar as_ = {.integer = 0};
};

// Keys in byte order, which is the order in which templates range over maps.
class Map final : public Body {
 public:
  struct Entry {
    std::string key;
    Val value;
  };
  const Val* find(std::string_view key) const noexcept;
  void set(std::string_view key, Val value);
  bool erase(std::string_view key);
  void clear() { entries_.clear(); }
  void reserve(std::size_t count) { entries_.reserve(count); }
  std::size_t size() const noexcept { return entries_.size(); }
  const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace gp::tmpl
