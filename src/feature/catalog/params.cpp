#include "feature/catalog/params.hpp"

#include <charconv>

#include "base/json.hpp"
#include "feature/catalog/errors.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kNumberMax = 1'000'000'000;

template <typename... Args>
std::unexpected<Error> bad(fmt::format_string<Args...> format, Args&&... args) {
  return fail(named_error("InputError", fmt::format(format, std::forward<Args>(args)...)));
}

}  // namespace

Result<> check_parameters(const net::Request& request,
                          std::initializer_list<std::string_view> known) {
  constexpr std::string_view kNeverEmpty[] = {"filter", "fields", "facet", "fullTextFilterTerm"};
  for (const auto& [name, value] : request.query.items()) {
    if (std::ranges::find(known, name) == known.end()) {
      return bad("Unknown query parameter '{}'", name);
    }
    if (value.empty() && std::ranges::find(kNeverEmpty, name) != std::end(kNeverEmpty)) {
      return bad("Empty value found for query parameter '{}'", name);
    }
  }
  return {};
}

Result<std::optional<std::size_t>> integer_parameter(const net::Request& request,
                                                     std::string_view name) {
  const auto text = request.query.find(name);
  if (!text) return std::nullopt;
  long long number = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size()) {
    return bad("request/query/{} must be integer", name);
  }
  if (number < 0) return bad("request/query/{} must be >= 0", name);
  return std::min(static_cast<std::size_t>(number), kNumberMax);
}

Result<bool> boolean_parameter(const net::Request& request, std::string_view name, bool fallback) {
  const auto text = request.query.find(name);
  if (!text) return fallback;
  if (*text == "true" || *text == "1") return true;
  if (*text == "false" || *text == "0") return false;
  return bad("request/query/{} must be boolean", name);
}

Result<Value> json_body(const net::Request& request,
                        std::initializer_list<std::string_view> required) {
  Value body = Value::object();
  if (!request.body.empty()) {
    auto parsed = parse_json(request.body);
    if (!parsed) return bad("the body is not JSON: {}", parsed.error().message);
    body = std::move(*parsed);
  }
  if (!body.is_object()) return bad("request/body must be object");
  for (const std::string_view name : required) {
    if (!body.contains(name)) return bad("request/body must have required property '{}'", name);
  }
  return body;
}

Result<std::optional<std::size_t>> integer_member(const Value& body, std::string_view name) {
  const Value* member = body.find(name);
  if (member == nullptr) return std::nullopt;
  if (!member->is_integer()) return bad("request/body/{} must be integer", name);
  if (member->integer() < 0) return bad("request/body/{} must be >= 0", name);
  return std::min(static_cast<std::size_t>(member->integer()), kNumberMax);
}

Result<std::vector<std::string>> strings_member(const Value& body, std::string_view name) {
  std::vector<std::string> texts;
  const Value* member = body.find(name);
  if (member == nullptr) return texts;
  if (!member->is_array()) return bad("request/body/{} must be array", name);
  for (std::size_t i = 0; i < member->size(); ++i) {
    if (!member->at(i).is_string()) return bad("request/body/{}/{} must be string", name, i);
    texts.push_back(member->at(i).string());
  }
  return texts;
}

Result<std::string> string_member(const Value& body, std::string_view name) {
  const Value* member = body.find(name);
  if (member == nullptr) return std::string();
  if (!member->is_string()) return bad("request/body/{} must be string", name);
  return member->string();
}

}  // namespace gp::catalog
