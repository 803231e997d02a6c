// Pipelines, commands and fields.

#include <fmt/format.h>

#include "engine/template/quote.hpp"
#include "engine/template/walk.hpp"

namespace gp::tmpl {

Result<Val> Walk::pipeline(const Val& dot, const Node& pipe) {
  at(pipe);
  Val value;
  const Val* final = nullptr;
  for (const NodePtr& next : pipe.children) {
    value = TRY(command(dot, *next, final)).unboxed();
    final = &value;
  }
  for (const std::string& name : pipe.declared) {
    if (pipe.assigns) {
      TRY(assign(name, value));
    } else {
      variables_.emplace_back(name, value);
    }
  }
  return value;
}

Result<Val> Walk::command(const Val& dot, const Node& command, const Val* final) {
  const Node& first = *command.child(0);
  const std::span<const NodePtr> arguments = command.children;
  switch (first.kind) {
    case NodeKind::Field:
      at(first);
      return field_chain(dot, dot, first, first.path, arguments, final);
    case NodeKind::Chain: return chain(dot, first, arguments, final);
    case NodeKind::Identifier:
      at(first);
      return call(dot, *first.function, command, first.text, arguments, final);
    case NodeKind::Pipe: TRY(not_a_function(arguments, final)); return pipeline(dot, first);
    case NodeKind::Variable: return variable(dot, first, arguments, final);
    default: break;
  }
  at(first);
  TRY(not_a_function(arguments, final));
  switch (first.kind) {
    case NodeKind::Bool: return Val::boolean(first.truth);
    case NodeKind::Dot: return dot;
    case NodeKind::Number: return constant(first);
    case NodeKind::String: return Val::string(first.text);
    default: return error("nil is not a command");
  }
}

Result<void> Walk::not_a_function(std::span<const NodePtr> arguments, const Val* final) {
  if (arguments.size() <= 1 && !final) return {};
  return error("can't give argument to non-function " + arguments[0]->to_string());
}

Result<Val> Walk::constant(const Node& number) {
  at(number);
  const std::string_view text = number.text;
  if (number.is_complex) return Val::complex(number.number, number.imaginary);
  const bool hexadecimal = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' &&
                           text.find_first_of("pP") == std::string_view::npos;
  if (number.is_float && !hexadecimal && text[0] != '\'' &&
      text.find_first_of(".eEpP") != std::string_view::npos)
    return Val::number(number.number);
  if (number.is_int) return Val::integer(number.integer);
  return error(fmt::format("{} overflows int", text));
}

Result<Val> Walk::variable(const Val& dot, const Node& node, std::span<const NodePtr> arguments,
                           const Val* final) {
  at(node);
  Val value = TRY(variable_value(node.path[0]));
  if (node.path.size() == 1) {
    TRY(not_a_function(arguments, final));
    return value;
  }
  return field_chain(dot, std::move(value), node, std::span(node.path).subspan(1), arguments,
                     final);
}

Result<Val> Walk::chain(const Val& dot, const Node& node, std::span<const NodePtr> arguments,
                        const Val* final) {
  at(node);
  if (node.child(0)->kind == NodeKind::Nil)
    return error("indirection through explicit nil in " + node.to_string());
  Val receiver = TRY(argument(dot, nullptr, *node.child(0)));
  return field_chain(dot, std::move(receiver), node, node.path, arguments, final);
}

Result<Val> Walk::field_chain(const Val& dot, Val receiver, const Node& node,
                              std::span<const std::string> path, std::span<const NodePtr> arguments,
                              const Val* final) {
  for (std::size_t i = 0; i + 1 < path.size(); ++i)
    receiver = TRY(field(dot, path[i], node, {}, nullptr, receiver));
  return field(dot, path.back(), node, arguments, final, receiver);
}

Result<Val> Walk::map_field(const Map* map, const std::string& name, bool has_arguments) {
  if (has_arguments) return error(fmt::format("{} is not a method but has arguments", name));
  const Val* found = map ? map->find(name) : nullptr;
  return found ? *found : Val::nil();
}

Result<Val> Walk::field(const Val& dot, const std::string& name, const Node& node,
                        std::span<const NodePtr> arguments, const Val* final, const Val& receiver) {
  if (!receiver.valid()) return Val();
  const bool has_arguments = arguments.size() > 1 || final;
  if (receiver.kind() == Kind::Interface && receiver.is_nil()) {
    return error(fmt::format("nil pointer evaluating {}.{}", receiver.static_type_name(), name));
  }
  if (const Methods* methods = receiver.type()->methods) {
    if (const auto method = methods->find(receiver, name))
      return call(dot, *method, node, name, arguments, final);
  }
  if (receiver.is_host()) {
    const Host& host = receiver.host();
    if (const auto method = host.method(name))
      return call(dot, *method, node, name, arguments, final);
    if (auto value = host.field(name)) {
      if (has_arguments) {
        return error(fmt::format("{} has arguments but cannot be invoked as function", name));
      }
      return *std::move(value);
    }
  } else if (receiver.kind() == Kind::Map) {
    Val found = TRY(map_field(receiver.is_map() ? &receiver.map() : nullptr, name, has_arguments));
    if (receiver.type()->element == &types::kInterface) return std::move(found).boxed();
    if (found.is(types::kInterface)) return Val::zero(*receiver.type()->element);
    return found;
  } else if (receiver.kind() == Kind::Pointer && receiver.is_nil()) {
    return error(fmt::format("nil pointer evaluating {}.{}", receiver.type()->name, name));
  }
  return error(
      fmt::format("can't evaluate field {} in type {}", name, receiver.static_type_name()));
}

}  // namespace gp::tmpl
