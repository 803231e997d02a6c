// Calls: counting and checking arguments against the signature of a function.

#include <fmt/format.h>

#include "engine/template/quote.hpp"
#include "engine/template/walk.hpp"

namespace gp::tmpl {
namespace {

// Go's rule for assigning without conversion: the same type, any type to interface {}, and types of
// the same shape of which one has no name (chartutil.Values to map[string]interface {}).
bool assignable(const Type& from, const Type& to) {
  if (&from == &to || &to == &types::kInterface) return true;
  return from.kind == to.kind && (to.kind == Kind::Map || to.kind == Kind::Slice) &&
         from.element == to.element;
}

bool accepts_nil(const Type& type) {
  return type.can_be_nil() || &type == &types::kReflect;
}

// nil as a function with such a parameter sees it.
Val nil_argument(const Type& type) {
  return &type == &types::kReflect ? Val() : Val::nil_of(type);
}

}  // namespace

Result<Val> Walk::call(const Val& dot, const Function& function, const Node& node,
                       std::string_view name, std::span<const NodePtr> arguments,
                       const Val* final) {
  if (!arguments.empty()) arguments = arguments.subspan(1);
  const auto& parameters = function.signature.parameters;
  const bool variadic = function.signature.variadic;
  const std::size_t count = arguments.size() + (final ? 1 : 0);
  const std::size_t fixed = variadic ? parameters.size() - 1 : parameters.size();
  if (variadic && count < fixed) {
    return error(fmt::format("wrong number of args for {}: want at least {} got {}", name, fixed,
                             arguments.size()));
  }
  if (!variadic && count != fixed) {
    return error(fmt::format("wrong number of args for {}: want {} got {}", name, fixed, count));
  }
  if (!function.call) {
    if (name == "call") return call_value(dot, node, arguments, final);
    return and_or(dot, name == "or", arguments, final);
  }

  std::vector<Val> values;
  values.reserve(count);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Type* type = parameters[std::min(i, parameters.size() - 1)];
    Val value = TRY(argument(dot, type, *arguments[i]));
    values.push_back(std::move(value));
  }
  if (final) {
    const Type* type = parameters[std::min(values.size(), parameters.size() - 1)];
    Val value = TRY(validated(*final, type));
    values.push_back(std::move(value));
  }
  auto result = function.call(execution_, std::span<const Val>(values.data(), values.size()));
  if (!result) {
    at(node);
    return error(fmt::format("error calling {}: {}", name, result.error().message),
                 result.error().code);
  }
  if (auto charged = execution_.charge(*result); !charged) {
    at(node);
    return error(charged.error().message, charged.error().code);
  }
  return *std::move(result);
}

Result<Val> Walk::and_or(const Val& dot, bool is_or, std::span<const NodePtr> arguments,
                         const Val* final) {
  Val value;
  for (const NodePtr& next : arguments) {
    value = TRY(argument(dot, &types::kReflect, *next));
    if (is_true(value) == is_or) return value;
  }
  return final ? *final : value;
}

// Functions are no values here (a method is called where it is named), so this can only fail.
Result<Val> Walk::call_value(const Val& dot, const Node& node, std::span<const NodePtr> arguments,
                             const Val* final) {
  Val callee = arguments.empty() ? *final : TRY(argument(dot, &types::kReflect, *arguments[0]));
  const std::string name =
      arguments.empty() ? std::string(callee.text()) : arguments[0]->to_string();
  at(node);
  if (!callee.valid()) return error("error calling call: call of nil");
  return error(
      fmt::format("error calling call: non-function {} of type {}", name, callee.type()->name));
}

Result<Val> Walk::validated(Val value, const Type* type) {
  if (!type) return value;
  if (!value.valid()) {
    if (accepts_nil(*type)) return nil_argument(*type);
    return error(fmt::format("invalid value; expected {}", type->name));
  }
  if (type == &types::kReflect) return std::move(value).unboxed();
  if (value.is(types::kInterface) && value.is_nil() && type != &types::kInterface)
    return error(fmt::format("wrong type for value; expected {}; got interface {{}}", type->name));
  if (assignable(*value.type(), *type)) {
    if (value.is(types::kInterface)) return value;
    // A named map becomes a plain one where the parameter is plain.
    if (type != &types::kInterface) value = std::move(value).retyped(*type);
    return std::move(value).unboxed();
  }
  return error(
      fmt::format("wrong type for value; expected {}; got {}", type->name, value.type()->name));
}

Result<Val> Walk::argument(const Val& dot, const Type* type, const Node& node) {
  at(node);
  switch (node.kind) {
    case NodeKind::Nil:
      if (type && accepts_nil(*type)) return nil_argument(*type);
      return error(fmt::format("cannot assign nil to {}", type ? type->name : "nil"));
    case NodeKind::Bool:
    case NodeKind::Number:
    case NodeKind::String: return type ? literal_argument(*type, node) : any_argument(node);
    default: break;
  }
  Val value = TRY(computed_argument(dot, node));
  return validated(std::move(value), type);
}

Result<Val> Walk::computed_argument(const Val& dot, const Node& node) {
  switch (node.kind) {
    case NodeKind::Field: return field_chain(dot, dot, node, node.path, {}, nullptr);
    case NodeKind::Variable: return variable(dot, node, {}, nullptr);
    case NodeKind::Pipe: return pipeline(dot, node);
    case NodeKind::Identifier: return call(dot, *node.function, node, node.text, {}, nullptr);
    case NodeKind::Chain: return chain(dot, node, {}, nullptr);
    default: return dot;
  }
}

Result<Val> Walk::any_argument(const Node& node) {
  switch (node.kind) {
    case NodeKind::Bool: return Val::boolean(node.truth);
    case NodeKind::Number: return constant(node);
    default: return Val::string(node.text);
  }
}

// A literal becomes what the parameter wants: 1 is an int, a float64 or an int64.
Result<Val> Walk::literal_argument(const Type& type, const Node& node) {
  if (&type == &types::kInterface || &type == &types::kReflect) return any_argument(node);
  const auto expected = [&](std::string_view what) {
    return error(fmt::format("expected {}; found {}", what, node.to_string()));
  };
  switch (type.kind) {
    case Kind::Bool:
      if (node.kind != NodeKind::Bool) return expected("bool");
      return Val::boolean(node.truth);
    case Kind::String:
      if (node.kind != NodeKind::String) return expected("string");
      return Val::string(node.text);
    case Kind::Int:
    case Kind::Int32:
    case Kind::Int64:
      if (node.kind != NodeKind::Number || !node.is_int) return expected("integer");
      return Val::integer(node.integer, type);
    case Kind::Uint8:
    case Kind::Uint32:
    case Kind::Uint64:
      if (node.kind != NodeKind::Number || !node.is_uint) return expected("unsigned integer");
      return Val::integer(static_cast<std::int64_t>(node.unsigned_integer), type);
    case Kind::Float64:
      if (node.kind != NodeKind::Number || !node.is_float) return expected("float");
      return Val::number(node.number);
    default:
      return error(fmt::format("can't handle {} for arg of type {}", node.to_string(), type.name));
  }
}

}  // namespace gp::tmpl
