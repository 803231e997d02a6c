#pragma once
// A value while an expression runs. JSON documents are not converted up front: a part is wrapped
// when it is reached, with the type its schema gives it (so a string of format date-time is a
// timestamp).
//
// Errors are values, because && and || may absorb them (language definition, "Logical Operators").

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/value.hpp"
#include "engine/cel/type.hpp"

namespace gp::cel {

class Val;
using ValList = std::vector<Val>;
using ValMap = std::vector<std::pair<Val, Val>>;  // insertion order; small in practice

// A library's own value: quantity, URL, IP address …
struct Opaque {
  std::string type;
  std::string text;  // canonical form: equal texts are equal values
  virtual ~Opaque() = default;
};

class Val {
 public:
  enum class Kind {
    Error,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    List,
    Map,
    Timestamp,
    Duration,
    Type,
    Optional,
    Opaque
  };

  Val() = default;  // null
  static Val error(std::string message);
  static Val null() { return {}; }
  static Val boolean(bool value);
  static Val integer(std::int64_t value);
  static Val unsigned_integer(std::uint64_t value);
  static Val number(double value);
  static Val string(std::string text);
  static Val bytes(std::string text);
  static Val list(ValList items);
  static Val map(ValMap entries);
  static Val timestamp(TimePoint time);
  static Val duration(Duration duration);
  static Val type(std::string name);
  static Val optional_none();
  static Val optional_of(Val value);
  static Val opaque(std::shared_ptr<const Opaque> value);
  // A part of a document; `type` may be null (dynamic).
  static Val json(const Value& value, const TypePtr& type);

  Kind kind() const { return kind_; }
  bool is_error() const { return kind_ == Kind::Error; }
  bool is(Kind kind) const { return kind_ == kind; }

  bool as_bool() const { return std::get<bool>(data_); }
  std::int64_t as_int() const { return std::get<std::int64_t>(data_); }
  std::uint64_t as_uint() const { return std::get<std::uint64_t>(data_); }
  double as_double() const { return std::get<double>(data_); }
  // String, Bytes, Error's message, Type's name.
  std::string_view text() const;
  TimePoint as_timestamp() const;
  Duration as_duration() const;
  const std::shared_ptr<const Opaque>& as_opaque() const {
    return std::get<std::shared_ptr<const Opaque>>(data_);
  }
  const Val* optional_value() const;  // null: none

  // Lists and maps, whether made here or part of a document.
  std::size_t size() const;               // also characters of a String, bytes of Bytes
  Val at(std::size_t index) const;        // item, or key of a map
  Val value_at(std::size_t index) const;  // value of a map's entry
  // Entry of a map; nullptr-like Error kind with empty message when absent: see has().
  bool find(const Val& key, Val& out) const;

  bool equals(const Val& other) const;
  // -1, 0, 1; 2 when the kinds do not compare.
  int compare(const Val& other) const;
  std::string_view type_name() const;  // "int", "list", …
  Value to_json() const;               // for messages and admission results

 private:
  struct Json {
    Value value;
    TypePtr type;
  };
  using Data =
      std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double,
                   std::shared_ptr<const std::string>, std::shared_ptr<const ValList>,
                   std::shared_ptr<const ValMap>, std::shared_ptr<const Json>,
                   std::shared_ptr<const Opaque>, std::shared_ptr<const Val>, TimePoint, Duration>;
  Val(Kind kind, Data data) : kind_(kind), data_(std::move(data)) {}
  const Json* json_part() const;

  Kind kind_ = Kind::Null;
  Data data_;
};

std::size_t count_code_points(std::string_view text);

}  // namespace gp::cel
