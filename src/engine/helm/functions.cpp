#include "engine/helm/functions.hpp"

#include "engine/helm/document.hpp"
#include "engine/helm/output.hpp"
#include "engine/sprig/json_text.hpp"
#include "engine/template/quote.hpp"

namespace gp::helm {
namespace {

using tmpl::Execution;
using tmpl::TemplateSet;
using tmpl::Val;
namespace types = tmpl::types;
using Arguments = std::span<const Val>;

constexpr int kNestingMax = 1000;

RenderState& state_of(Execution& execution) {
  return *static_cast<RenderState*>(execution.host());
}

Result<Val> include(Execution& execution, Arguments arguments) {
  RenderState& state = state_of(execution);
  const std::string name(arguments[0].text());
  int& depth = state.included[name];
  if (depth > kNestingMax) {
    return fail(resource_exhausted(
        "rendering template has a nested reference name: {}: unable to execute template", name));
  }
  ++depth;  // a reference into the map stays valid
  auto text = execution.render(name, arguments[1]);
  --depth;
  if (!text) return fail(std::move(text).error());
  return Val::string(*std::move(text));
}

Result<Val> tpl(Execution& execution, Arguments arguments) {
  const std::string text(arguments[0].text());
  if (!text.contains("{{")) return Val::string(without_no_value(text));
  auto set = state_of(execution).parsed(execution.set(), text);
  if (!set) {
    return fail(std::move(set).error().with_context(
        fmt::format("cannot parse template {}", tmpl::quote(text))));
  }
  auto out = execution.render_in(**set, kTextTemplate, arguments[1]);
  if (!out) {
    return fail(std::move(out).error().with_context(
        fmt::format("error during tpl function execution for {}", tmpl::quote(text))));
  }
  return Val::string(without_no_value(*std::move(out)));
}

std::unexpected<Error> warn(std::string_view message) {
  return fail(invalid_argument("{}{}{}", kWarnStart, message, kWarnEnd));
}

Result<Val> required(Execution&, Arguments arguments) {
  const Val& value = arguments[1];
  const bool is_nil = !value.valid() || (value.is(types::kInterface) && value.is_nil());
  if (is_nil || (value.is(types::kString) && value.text().empty()))
    return warn(arguments[0].text());
  return value;
}

Val trimmed_yaml(const Val& value) {
  std::string text = yaml_text(value);
  if (text.ends_with('\n')) text.pop_back();
  return Val::string(std::move(text));
}

// A map that says what is wrong under "Error".
Val error_map(const Error& error) {
  Val result = Val::new_map();
  result.map().set("Error", Val::string(error.message));
  return result;
}

Val error_list(const Error& error) {
  return Val::list({Val::string(error.message)});
}

Result<Val> from_yaml(Execution&, Arguments arguments) {
  auto document = parse_map(arguments[0].text());
  if (!document) return error_map(document.error());
  return document->is_null() ? Val::new_map() : Val::from_value(*document);
}

Result<Val> from_yaml_array(Execution&, Arguments arguments) {
  auto document = parse_document(arguments[0].text());
  if (!document) return error_list(document.error());
  if (document->is_null()) return Val::list({});
  if (!document->is_array()) return error_list(wrong_kind(*document, "[]interface {}"));
  return Val::from_value(*document);
}

Error wrong_json(const Value& document, std::string_view type) {
  return invalid_argument("json: cannot unmarshal {} into Go value of type {}", json_kind(document),
                          type);
}

Result<Val> from_json(Execution&, Arguments arguments) {
  auto document = parse_go_json(arguments[0].text());
  if (!document) return error_map(document.error());
  if (document->is_null()) return Val::nil_of(types::kMap);
  if (!document->is_object()) return error_map(wrong_json(*document, "map[string]interface {}"));
  return Val::from_value(*document);
}

Result<Val> from_json_array(Execution&, Arguments arguments) {
  auto document = parse_go_json(arguments[0].text());
  if (!document) return error_list(document.error());
  if (document->is_null()) return Val::list({});
  if (!document->is_array()) return error_list(wrong_json(*document, "[]interface {}"));
  return Val::from_value(*document);
}

Result<Val> from_toml(Execution&, Arguments arguments) {
  auto document = parse_toml(arguments[0].text());
  return document ? *std::move(document) : error_map(document.error());
}

Result<Val> to_toml(Execution&, Arguments arguments) {
  auto text = toml_text(arguments[0]);
  return Val::string(text ? *std::move(text) : text.error().message);
}

}  // namespace

Result<const TemplateSet*> RenderState::parsed(const TemplateSet& set, std::string_view text) {
  constexpr std::size_t kCachedBytesMax = std::size_t{64} << 20;
  const void* const below = &set;
  std::string key(reinterpret_cast<const char*>(&below), sizeof below);
  key += text;
  if (const auto found = texts_.find(key); found != texts_.end()) return found->second.get();
  text_bytes_ += text.size();
  if (text_bytes_ > kCachedBytesMax)
    return fail(too_large("tpl was given more than {} bytes of templates", kCachedBytesMax));
  auto parsed = std::make_unique<TemplateSet>(&set);
  TRY(parsed->parse(std::string(kTextTemplate), std::string(text)));
  return texts_.emplace(std::move(key), std::move(parsed)).first->second.get();
}

void add_functions(tmpl::FunctionTable& table) {
  const auto add = [&](std::string_view name, std::vector<const tmpl::Type*> parameters,
                       tmpl::Native call) {
    table[std::string(name)] = {{std::move(parameters)}, std::move(call)};
  };
  const tmpl::Type* text = &types::kString;
  const tmpl::Type* any = &types::kInterface;
  add("include", {text, any}, include);
  add("tpl", {text, any}, tpl);
  add("required", {text, any}, required);
  add("fail", {text},
      [](Execution&, Arguments arguments) -> Result<Val> { return warn(arguments[0].text()); });
  add("lookup", {text, text, text, text},
      [](Execution&, Arguments) -> Result<Val> { return Val::new_map(); });
  add("getHostByName", {text},
      [](Execution&, Arguments) -> Result<Val> { return Val::string(""); });
  for (const std::string_view name : {"toYaml", "mustToYaml"}) {
    add(name, {any},
        [](Execution&, Arguments arguments) -> Result<Val> { return trimmed_yaml(arguments[0]); });
  }
  add("toYamlPretty", {any}, [](Execution&, Arguments arguments) -> Result<Val> {
    std::string out = yaml_text(arguments[0], true);
    if (out.ends_with('\n')) out.pop_back();
    return Val::string(std::move(out));
  });
  for (const std::string_view name : {"toJson", "mustToJson"}) {
    add(name, {any}, [](Execution&, Arguments arguments) -> Result<Val> {
      auto json = sprig::json_text(arguments[0]);
      return Val::string(json ? *std::move(json) : std::string());
    });
  }
  add("fromYaml", {text}, from_yaml);
  add("fromYamlArray", {text}, from_yaml_array);
  add("fromJson", {text}, from_json);
  add("fromJsonArray", {text}, from_json_array);
  add("fromToml", {text}, from_toml);
  add("toToml", {any}, to_toml);
}

std::string without_no_value(std::string text) {
  constexpr std::string_view kNoValue = "<no value>";
  std::size_t at = text.find(kNoValue);
  if (at == std::string::npos) return text;
  std::string out;
  std::size_t from = 0;
  for (; at != std::string::npos; at = text.find(kNoValue, from)) {
    out.append(text, from, at - from);
    from = at + kNoValue.size();
  }
  return out.append(text, from);
}

}  // namespace gp::helm
