#pragma once
// What a host adds to templates: functions, and objects with fields and methods.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/template/value.hpp"

namespace gp::tmpl {

class Execution;

// How a function may be called: the types of its parameters, as Go's signature says. A variadic
// function's last parameter is the type of each further argument.
struct Signature {
  std::vector<const Type*> parameters;
  bool variadic = false;
};

// Arguments are checked against the signature and converted before the call: a parameter of type
// kMap gets a map or nil, never a string. An error's message is what Go's function would return.
using Native = std::function<Result<Val>(Execution& execution, std::span<const Val> arguments)>;

struct Function {
  Signature signature;
  Native call;
};

// The methods of a type that is no struct: a named map (Values.AsMap, Files.Get) or slice
// (VersionSet.Has). A method wins over a key of the same name, as in Go.
struct Methods {
  // The method, bound to its receiver (which may be nil of the type); nothing when there is none.
  std::optional<Function> (*find)(const Val& receiver, std::string_view name);
  // What String() or Error() of the type says; null when print shows the value itself.
  std::string (*text)(const Val& receiver) = nullptr;
};

// A function as a value: a method taken from an object.
class Callable final : public Body {
 public:
  Callable(std::string name, Function function)
      : name(std::move(name)), function(std::move(function)) {}
  const std::string name;
  const Function function;
};

// A struct or a pointer to one: a release, a chart, the files of a chart, a point in time.
class Host : public Body {
 public:
  virtual const Type& type() const = 0;
  // A field's value; nothing when the struct has no such field.
  virtual std::optional<Val> field(std::string_view name) const = 0;
  // A method; nothing when there is none.
  virtual std::optional<Function> method(std::string_view) const { return std::nullopt; }
  // What `print` shows: String() of the type, or Go's `{a b}`.
  virtual std::string text() const = 0;
  // What `{{ . }}` shows where String() belongs to a pointer to the struct: its address can be
  // taken there, but not once it is an argument.
  virtual std::string addressed_text() const { return text(); }
  // As JSON, for toJson and toYaml.
  virtual gp::Value to_value() const { return gp::Value(std::string_view(text())); }
};

}  // namespace gp::tmpl
