#include "feature/gitops/appset_template.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/helm/functions.hpp"
#include "engine/helm/render.hpp"
#include "engine/template/template.hpp"

namespace gp::gitops {
namespace {

constexpr std::size_t kNameMax = 253;
constexpr std::size_t kSlugMax = 50;
constexpr std::string_view kMissing = "<no value>";

using tmpl::Val;
using Arguments = std::span<const Val>;

Result<Val> normalize(tmpl::Execution&, Arguments arguments) {
  return Val::string(normalized_name(arguments[0].text()));
}

// slugify [max [smart]] text: cut at a word where that is asked for.
Result<Val> slugify(tmpl::Execution&, Arguments arguments) {
  if (arguments.empty()) return fail(invalid_argument("slugify: a text is missing"));
  std::size_t max = kSlugMax;
  bool is_smart = false;
  if (arguments.size() > 1)
    max = static_cast<std::size_t>(std::max<std::int64_t>(1, arguments[0].integer()));
  if (arguments.size() > 2) is_smart = arguments[1].boolean();
  std::string slug = normalized_name(arguments.back().text());
  for (char& c : slug) {
    if (c == '.') c = '-';
  }
  if (slug.size() > max) {
    const std::size_t dash = slug.rfind('-', max);
    slug.resize(is_smart && dash != std::string::npos && dash > 0 ? dash : max);
  }
  while (slug.ends_with('-')) slug.pop_back();
  return Val::string(std::move(slug));
}

const tmpl::FunctionTable& functions() {
  static const tmpl::FunctionTable table = [] {
    tmpl::FunctionTable all = helm::functions();
    for (const char* name : {"include", "tpl", "required", "lookup"}) all.erase(name);
    all["normalize"] = {{{&tmpl::types::kString}, false}, normalize};
    all["slugify"] = {{{&tmpl::types::kInterface}, true}, slugify};
    return all;
  }();
  return table;
}

Result<std::string> fill_go(std::string_view text, const Value& parameters, TemplateMode mode) {
  tmpl::TemplateSet set(&functions());
  TRY(set.parse("applicationset", std::string(text)));
  tmpl::Limits limits;
  limits.output_bytes = std::size_t{4} << 20U;
  limits.steps = 2'000'000;
  limits.stack_bytes = std::size_t{1} << 20U;
  helm::RenderState state;
  std::string out = TRY(set.execute("applicationset", Val::from_value(parameters), limits, &state));
  if (mode.fails_on_missing && out.contains(kMissing)) {
    return fail(
        invalid_argument("failed to execute go template {}: a parameter that it names is "
                         "missing",
                         text));
  }
  return out;
}

// {{ name }} where the name is known; the rest stays.
std::string fill_simple(std::string_view text, const Value& parameters) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find("{{", at);
    const std::size_t end = begin == std::string_view::npos ? begin : text.find("}}", begin);
    if (end == std::string_view::npos) {
      out += text.substr(at);
      break;
    }
    out += text.substr(at, begin - at);
    const std::string_view name = trimmed(text.substr(begin + 2, end - begin - 2));
    const Value* found = parameters.find(name);
    if (found == nullptr) {
      out += text.substr(begin, end + 2 - begin);
    } else {
      out += found->is_string() ? found->string() : to_json(*found);
    }
    at = end + 2;
  }
  return out;
}

}  // namespace

std::string normalized_name(std::string_view text) {
  std::string name;
  for (const char c : lower(text)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    name += is_plain ? c : '-';
  }
  name = name.substr(0, kNameMax);
  const auto is_edge = [](char c) { return c == '-' || c == '.'; };
  while (!name.empty() && is_edge(name.back())) name.pop_back();
  while (!name.empty() && is_edge(name.front())) name.erase(0, 1);
  return name;
}

Result<std::string> fill_text(std::string_view text, const Value& parameters, TemplateMode mode) {
  if (!text.contains("{{")) return std::string(text);
  if (mode.go_template) return fill_go(text, parameters, mode);
  return fill_simple(text, parameters);
}

Result<Value> fill(const Value& document, const Value& parameters, TemplateMode mode) {
  if (document.is_string()) {
    const std::string text = TRY(fill_text(document.text(), parameters, mode));
    return Value(text);
  }
  if (document.is_array()) {
    Value list = Value::array();
    for (const Value& item : document.items()) {
      Value filled = TRY(fill(item, parameters, mode));
      list.push_back(std::move(filled));
    }
    return list;
  }
  if (!document.is_object()) return document;
  Value object = Value::object();
  for (const auto& member : document.members()) {
    const std::string key = TRY(fill_text(member.key(), parameters, mode));
    Value filled = TRY(fill(member.value, parameters, mode));
    object.set(key, std::move(filled));
  }
  return object;
}

}  // namespace gp::gitops
