// Operators, conversions, sizes and membership (language definition, "List of Standard
// Definitions").

#include <charconv>
#include <cmath>
#include <limits>

#include "base/encoding.hpp"
#include "engine/cel/functions.hpp"

namespace gp::cel {
namespace {

using Kind = Val::Kind;

constexpr std::int64_t kIntMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kIntMin = std::numeric_limits<std::int64_t>::min();

bool both(Arguments a, Kind kind) {
  return a[0].is(kind) && a[1].is(kind);
}

Val overflow(std::string_view what) {
  return Val::error(fmt::format("{} overflow", what));
}

template <typename T>
using Checked = bool (*)(T, T, T*);

// Integer arithmetic that refuses to wrap, and plain double arithmetic.
template <typename IntOp, typename UintOp, typename DoubleOp>
Val arithmetic(Arguments a, IntOp on_int, UintOp on_uint, DoubleOp on_double) {
  if (both(a, Kind::Int)) {
    std::int64_t out = 0;
    return on_int(a[0].as_int(), a[1].as_int(), &out) ? overflow("integer") : Val::integer(out);
  }
  if (both(a, Kind::Uint)) {
    std::uint64_t out = 0;
    return on_uint(a[0].as_uint(), a[1].as_uint(), &out) ? overflow("unsigned integer")
                                                         : Val::unsigned_integer(out);
  }
  return Val::number(on_double(a[0].as_double(), a[1].as_double()));
}

bool are_numbers(Arguments a) {
  return both(a, Kind::Int) || both(a, Kind::Uint) || both(a, Kind::Double);
}

Val concatenate(Arguments a) {
  ValList items;
  items.reserve(a[0].size() + a[1].size());
  for (const Val& list : a) {
    for (std::size_t i = 0; i < list.size(); ++i) items.push_back(list.at(i));
  }
  return Val::list(std::move(items));
}

Val add(Arguments a) {
  if (are_numbers(a)) {
    return arithmetic(
        a, [](auto x, auto y, auto* out) { return __builtin_add_overflow(x, y, out); },
        [](auto x, auto y, auto* out) { return __builtin_add_overflow(x, y, out); },
        [](double x, double y) { return x + y; });
  }
  if (both(a, Kind::String))
    return Val::string(std::string(a[0].text()) + std::string(a[1].text()));
  if (both(a, Kind::Bytes)) return Val::bytes(std::string(a[0].text()) + std::string(a[1].text()));
  if (both(a, Kind::List)) return concatenate(a);
  if (both(a, Kind::Duration)) return Val::duration(a[0].as_duration() + a[1].as_duration());
  if (a[0].is(Kind::Timestamp) && a[1].is(Kind::Duration))
    return Val::timestamp(a[0].as_timestamp() + a[1].as_duration());
  if (a[0].is(Kind::Duration) && a[1].is(Kind::Timestamp))
    return Val::timestamp(a[1].as_timestamp() + a[0].as_duration());
  return no_such_overload("_+_", a);
}

Val subtract(Arguments a) {
  if (are_numbers(a)) {
    return arithmetic(
        a, [](auto x, auto y, auto* out) { return __builtin_sub_overflow(x, y, out); },
        [](auto x, auto y, auto* out) { return __builtin_sub_overflow(x, y, out); },
        [](double x, double y) { return x - y; });
  }
  if (both(a, Kind::Duration)) return Val::duration(a[0].as_duration() - a[1].as_duration());
  if (both(a, Kind::Timestamp)) return Val::duration(a[0].as_timestamp() - a[1].as_timestamp());
  if (a[0].is(Kind::Timestamp) && a[1].is(Kind::Duration))
    return Val::timestamp(a[0].as_timestamp() - a[1].as_duration());
  return no_such_overload("_-_", a);
}

Val multiply(Arguments a) {
  if (!are_numbers(a)) return no_such_overload("_*_", a);
  return arithmetic(
      a, [](auto x, auto y, auto* out) { return __builtin_mul_overflow(x, y, out); },
      [](auto x, auto y, auto* out) { return __builtin_mul_overflow(x, y, out); },
      [](double x, double y) { return x * y; });
}

Val divide(Arguments a) {
  if (both(a, Kind::Double)) return Val::number(a[0].as_double() / a[1].as_double());
  if (both(a, Kind::Uint)) {
    return a[1].as_uint() == 0 ? Val::error("division by zero")
                               : Val::unsigned_integer(a[0].as_uint() / a[1].as_uint());
  }
  if (!both(a, Kind::Int)) return no_such_overload("_/_", a);
  if (a[1].as_int() == 0) return Val::error("division by zero");
  if (a[0].as_int() == kIntMin && a[1].as_int() == -1) return overflow("integer");
  return Val::integer(a[0].as_int() / a[1].as_int());
}

Val modulo(Arguments a) {
  if (both(a, Kind::Uint)) {
    return a[1].as_uint() == 0 ? Val::error("modulus by zero")
                               : Val::unsigned_integer(a[0].as_uint() % a[1].as_uint());
  }
  if (!both(a, Kind::Int)) return no_such_overload("_%_", a);
  if (a[1].as_int() == 0) return Val::error("modulus by zero");
  return Val::integer(a[1].as_int() == -1 ? 0 : a[0].as_int() % a[1].as_int());
}

Val negate(Arguments a) {
  if (a[0].is(Kind::Double)) return Val::number(-a[0].as_double());
  if (!a[0].is(Kind::Int)) return no_such_overload("-_", a);
  return a[0].as_int() == kIntMin ? overflow("integer") : Val::integer(-a[0].as_int());
}

Val logical_not(Arguments a) {
  return a[0].is(Kind::Bool) ? Val::boolean(!a[0].as_bool()) : no_such_overload("!_", a);
}
Val equal(Arguments a) {
  return Val::boolean(a[0].equals(a[1]));
}
Val not_equal(Arguments a) {
  return Val::boolean(!a[0].equals(a[1]));
}

template <typename Test>
Val ordered(std::string_view name, Arguments a, Test test) {
  const int order = a[0].compare(a[1]);
  return order == 2 ? no_such_overload(name, a) : Val::boolean(test(order));
}
Val less(Arguments a) {
  return ordered("_<_", a, [](int order) { return order < 0; });
}
Val less_equal(Arguments a) {
  return ordered("_<=_", a, [](int order) { return order <= 0; });
}
Val greater(Arguments a) {
  return ordered("_>_", a, [](int order) { return order > 0; });
}
Val greater_equal(Arguments a) {
  return ordered("_>=_", a, [](int order) { return order >= 0; });
}

Val in(Arguments a) {
  Val ignored;
  if (a[1].is(Kind::Map)) return Val::boolean(a[1].find(a[0], ignored));
  if (!a[1].is(Kind::List)) return no_such_overload("@in", a);
  for (std::size_t i = 0; i < a[1].size(); ++i) {
    if (a[1].at(i).equals(a[0])) return Val::boolean(true);
  }
  return Val::boolean(false);
}

Val index(Arguments a) {
  if (a[0].is(Kind::Map)) {
    Val out;
    if (a[0].find(a[1], out)) return out;
    return Val::error(
        fmt::format("no such key: {}", a[1].is(Kind::String) ? std::string(a[1].text()) : "?"));
  }
  if (!a[0].is(Kind::List) || !(a[1].is(Kind::Int) || a[1].is(Kind::Uint)))
    return no_such_overload("_[_]", a);
  const bool is_negative = a[1].is(Kind::Int) && a[1].as_int() < 0;
  const std::uint64_t at =
      a[1].is(Kind::Int) ? static_cast<std::uint64_t>(a[1].as_int()) : a[1].as_uint();
  if (is_negative || at >= a[0].size()) {
    return Val::error(fmt::format("index out of bounds: {}",
                                  is_negative ? a[1].as_int() : static_cast<std::int64_t>(at)));
  }
  return a[0].at(at);
}

Val size(Arguments a) {
  switch (a[0].kind()) {
    case Kind::String:
    case Kind::Bytes:
    case Kind::List:
    case Kind::Map: return Val::integer(static_cast<std::int64_t>(a[0].size()));
    default: return no_such_overload("size", a);
  }
}

Val to_int(Arguments a) {
  const Val& v = a[0];
  if (v.is(Kind::Int)) return v;
  if (v.is(Kind::Uint)) {
    return v.as_uint() > static_cast<std::uint64_t>(kIntMax)
               ? overflow("integer")
               : Val::integer(static_cast<std::int64_t>(v.as_uint()));
  }
  if (v.is(Kind::Double)) {
    const double number = v.as_double();
    const bool fits = number > -9223372036854775808.0 && number < 9223372036854775808.0;
    return fits ? Val::integer(static_cast<std::int64_t>(number)) : overflow("integer");
  }
  if (v.is(Kind::Timestamp)) {
    return Val::integer(
        std::chrono::floor<std::chrono::seconds>(v.as_timestamp()).time_since_epoch().count());
  }
  if (!v.is(Kind::String)) return no_such_overload("int", a);
  std::int64_t out = 0;
  const std::string_view text = v.text();
  const auto done = std::from_chars(text.data(), text.data() + text.size(), out);
  if (done.ec != std::errc() || done.ptr != text.data() + text.size()) {
    return Val::error(fmt::format("cannot convert \"{}\" to int", text));
  }
  return Val::integer(out);
}

Val to_uint(Arguments a) {
  const Val& v = a[0];
  if (v.is(Kind::Uint)) return v;
  if (v.is(Kind::Int)) {
    return v.as_int() < 0 ? overflow("unsigned integer")
                          : Val::unsigned_integer(static_cast<std::uint64_t>(v.as_int()));
  }
  if (v.is(Kind::Double)) {
    const bool fits = v.as_double() >= 0 && v.as_double() < 18446744073709551616.0;
    return fits ? Val::unsigned_integer(static_cast<std::uint64_t>(v.as_double()))
                : overflow("unsigned integer");
  }
  if (!v.is(Kind::String)) return no_such_overload("uint", a);
  std::uint64_t out = 0;
  const std::string_view text = v.text();
  const auto done = std::from_chars(text.data(), text.data() + text.size(), out);
  if (done.ec != std::errc() || done.ptr != text.data() + text.size()) {
    return Val::error(fmt::format("cannot convert \"{}\" to uint", text));
  }
  return Val::unsigned_integer(out);
}

Val to_double(Arguments a) {
  const Val& v = a[0];
  if (v.is(Kind::Double)) return v;
  if (v.is(Kind::Int)) return Val::number(static_cast<double>(v.as_int()));
  if (v.is(Kind::Uint)) return Val::number(static_cast<double>(v.as_uint()));
  if (!v.is(Kind::String)) return no_such_overload("double", a);
  const std::string text(v.text());
  char* end = nullptr;
  const double out = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size()) {
    return Val::error(fmt::format("cannot convert \"{}\" to double", text));
  }
  return Val::number(out);
}

Val to_string(Arguments a) {
  const Val& v = a[0];
  switch (v.kind()) {
    case Kind::String: return v;
    case Kind::Bool: return Val::string(v.as_bool() ? "true" : "false");
    case Kind::Int: return Val::string(std::to_string(v.as_int()));
    case Kind::Uint: return Val::string(std::to_string(v.as_uint()));
    case Kind::Double: return Val::string(fmt::format("{}", v.as_double()));
    case Kind::Timestamp:
    case Kind::Duration: return Val::string(v.to_json().string());
    case Kind::Opaque: return Val::string(v.as_opaque()->text);
    case Kind::Bytes:
      return is_utf8(v.text()) ? Val::string(std::string(v.text()))
                               : Val::error("invalid UTF-8 in bytes, cannot convert to string");
    default: return no_such_overload("string", a);
  }
}

Val to_bytes(Arguments a) {
  if (a[0].is(Kind::Bytes)) return a[0];
  return a[0].is(Kind::String) ? Val::bytes(std::string(a[0].text()))
                               : no_such_overload("bytes", a);
}

Val to_bool(Arguments a) {
  if (a[0].is(Kind::Bool)) return a[0];
  const std::string_view text = a[0].text();
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) return Val::boolean(true);
  }
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) return Val::boolean(false);
  }
  return Val::error(fmt::format("cannot convert \"{}\" to bool", text));
}

Val to_timestamp(Arguments a) {
  if (a[0].is(Kind::Timestamp)) return a[0];
  if (a[0].is(Kind::Int)) return Val::timestamp(TimePoint(std::chrono::seconds(a[0].as_int())));
  const auto time = parse_time(a[0].text());
  return time ? Val::timestamp(*time)
              : Val::error(fmt::format("cannot convert \"{}\" to timestamp", a[0].text()));
}

Val to_duration(Arguments a) {
  if (a[0].is(Kind::Duration)) return a[0];
  const auto span = parse_duration(a[0].text());
  return span ? Val::duration(*span)
              : Val::error(fmt::format("cannot convert \"{}\" to duration", a[0].text()));
}

Val to_dyn(Arguments a) {
  return a[0];
}
Val type_of(Arguments a) {
  return Val::type(std::string(a[0].type_name()));
}

constexpr FunctionRow kRows[] = {
    // Evaluated by the evaluator itself.
    {"_&&_", {"(bool,bool)bool"}, nullptr},
    {"_||_", {"(bool,bool)bool"}, nullptr},
    {"_?_:_", {"(bool,A,A)A"}, nullptr},
    {"@not_strictly_false", {"(bool)bool"}, nullptr},

    {"_+_",
     {"(int,int)int", "(uint,uint)uint", "(double,double)double", "(string,string)string",
      "(bytes,bytes)bytes", "(list(A),list(A))list(A)", "(duration,duration)duration",
      "(timestamp,duration)timestamp", "(duration,timestamp)timestamp"},
     add},
    {"_-_",
     {"(int,int)int", "(uint,uint)uint", "(double,double)double", "(duration,duration)duration",
      "(timestamp,timestamp)duration", "(timestamp,duration)timestamp"},
     subtract},
    {"_*_", {"(int,int)int", "(uint,uint)uint", "(double,double)double"}, multiply},
    {"_/_", {"(int,int)int", "(uint,uint)uint", "(double,double)double"}, divide},
    {"_%_", {"(int,int)int", "(uint,uint)uint"}, modulo},
    {"-_", {"(int)int", "(double)double"}, negate},
    {"!_", {"(bool)bool"}, logical_not},
    {"_==_", {"(A,A)bool"}, equal},
    {"_!=_", {"(A,A)bool"}, not_equal},
    {"_<_",
     {"(bool,bool)bool", "(int,int)bool", "(int,double)bool", "(int,uint)bool", "(uint,uint)bool",
      "(uint,double)bool", "(uint,int)bool", "(double,double)bool", "(double,int)bool",
      "(double,uint)bool", "(string,string)bool", "(bytes,bytes)bool", "(timestamp,timestamp)bool",
      "(duration,duration)bool"},
     less},
    {"_<=_",
     {"(bool,bool)bool", "(int,int)bool", "(int,double)bool", "(int,uint)bool", "(uint,uint)bool",
      "(uint,double)bool", "(uint,int)bool", "(double,double)bool", "(double,int)bool",
      "(double,uint)bool", "(string,string)bool", "(bytes,bytes)bool", "(timestamp,timestamp)bool",
      "(duration,duration)bool"},
     less_equal},
    {"_>_",
     {"(bool,bool)bool", "(int,int)bool", "(int,double)bool", "(int,uint)bool", "(uint,uint)bool",
      "(uint,double)bool", "(uint,int)bool", "(double,double)bool", "(double,int)bool",
      "(double,uint)bool", "(string,string)bool", "(bytes,bytes)bool", "(timestamp,timestamp)bool",
      "(duration,duration)bool"},
     greater},
    {"_>=_",
     {"(bool,bool)bool", "(int,int)bool", "(int,double)bool", "(int,uint)bool", "(uint,uint)bool",
      "(uint,double)bool", "(uint,int)bool", "(double,double)bool", "(double,int)bool",
      "(double,uint)bool", "(string,string)bool", "(bytes,bytes)bool", "(timestamp,timestamp)bool",
      "(duration,duration)bool"},
     greater_equal},
    {"@in", {"(A,list(A))bool", "(A,map(A,B))bool"}, in},
    {"_[_]", {"(list(A),int)A", "(map(A,B),A)B"}, index},
    {"size",
     {"(string)int", "(bytes)int", "(list(A))int", "(map(A,B))int", "string.()int", "bytes.()int",
      "list(A).()int", "map(A,B).()int"},
     size,
     true},
    {"int", {"(int)int", "(uint)int", "(double)int", "(string)int", "(timestamp)int"}, to_int},
    {"uint", {"(uint)uint", "(int)uint", "(double)uint", "(string)uint"}, to_uint},
    {"double", {"(double)double", "(int)double", "(uint)double", "(string)double"}, to_double},
    {"string",
     {"(string)string", "(bool)string", "(int)string", "(uint)string", "(double)string",
      "(bytes)string", "(timestamp)string", "(duration)string"},
     to_string},
    {"bytes", {"(bytes)bytes", "(string)bytes"}, to_bytes},
    {"bool", {"(bool)bool", "(string)bool"}, to_bool},
    {"timestamp", {"(timestamp)timestamp", "(string)timestamp", "(int)timestamp"}, to_timestamp},
    {"duration", {"(duration)duration", "(string)duration"}, to_duration},
    {"dyn", {"(A)dyn"}, to_dyn},
    {"type", {"(A)type"}, type_of},
};

}  // namespace

Library core_library() {
  return kRows;
}

Val no_such_overload(std::string_view function, Arguments arguments) {
  std::string types;
  for (const Val& argument : arguments) {
    if (!types.empty()) types += ", ";
    types += argument.type_name();
  }
  return Val::error(fmt::format("no such overload: {}({})", function, types));
}

}  // namespace gp::cel
