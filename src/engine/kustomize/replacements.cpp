#include "engine/kustomize/replacements.hpp"

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/patch/pointer.hpp"

namespace gp::kustomize {
namespace {

constexpr std::string_view kDefaultField = "metadata.name";

// "spec.containers.[name=web].env.0.value": dots within [] and after "\" do not separate.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts(1);
  bool in_brackets = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '\\' && i + 1 < path.size() && path[i + 1] == '.') {
      parts.back() += path[++i];
    } else if (c == '.' && !in_brackets) {
      if (!parts.back().empty()) parts.emplace_back();
    } else {
      in_brackets = c == '[' || (in_brackets && c != ']');
      parts.back() += c;
    }
  }
  if (parts.back().empty()) parts.pop_back();
  return parts;
}

// "[name=web]" selects items, "[a.b/c]" is a member with dots in its name.
struct Step {
  enum class Kind { Member, Index, Append, Each, Matching } kind = Kind::Member;
  std::string name, value;
  std::size_t index = 0;

  explicit Step(std::string_view text) {
    const bool is_bracket = text.starts_with('[') && text.ends_with(']');
    if (is_bracket) text = text.substr(1, text.size() - 2);
    const std::size_t equals = text.find('=');
    if (is_bracket && equals != std::string_view::npos) {
      kind = Kind::Matching;
      name = text.substr(0, equals);
      value = text.substr(equals + 1);
      return;
    }
    name = text;
    if (is_bracket) return;
    if (text == "*") kind = Kind::Each;
    if (text == "-") kind = Kind::Append;
    if (const auto number = patch::parse_index(text)) {
      kind = Kind::Index;
      index = *number;
    }
  }
};

std::string scalar_text(const Value& value) {
  return value.is_string() ? value.string() : to_json(value);
}

// Calls `change` at every place the steps lead to. False: nothing was there.
class Walk {
 public:
  Walk(bool create, const std::function<Result<>(Value&)>& change)
      : create_(create), change_(change) {}

  Result<bool> run(Value& node, std::span<const Step> steps) {
    if (steps.empty()) {
      TRY(change_(node));
      return true;
    }
    const Step& step = steps.front();
    const auto rest = steps.subspan(1);
    if (node.is_array()) return in_list(node, step, rest);
    const bool is_list_step = step.kind == Step::Kind::Matching || step.kind == Step::Kind::Append;
    if (node.is_null() && create_ && is_list_step) {
      node = Value::array();
      return in_list(node, step, rest);
    }
    if (step.kind == Step::Kind::Each && node.is_object()) return each_member(node, rest);
    if (!node.is_object() && !(node.is_null() && create_)) return false;
    if (!create_ && !node.contains(step.name)) return false;
    return run(node.edit(step.name), rest);
  }

 private:
  Result<bool> each_member(Value& node, std::span<const Step> rest) {
    bool found = false;
    const Value before = node;
    for (const auto& member : before.members()) {
      const bool here = TRY(run(node.edit(member.key()), rest));
      found = found || here;
    }
    return found;
  }

  Result<bool> in_list(Value& list, const Step& step, std::span<const Step> rest) {
    if (step.kind == Step::Kind::Append) return run(list.push_back(Value()), rest);
    bool found = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool is_meant =
          step.kind == Step::Kind::Each || (step.kind == Step::Kind::Index && step.index == i) ||
          (step.kind == Step::Kind::Matching && scalar_text(list.at(i)[step.name]) == step.value);
      if (!is_meant) continue;
      const bool here = TRY(run(list.item(i), rest));
      found = found || here;
    }
    if (found || !create_ || step.kind != Step::Kind::Matching) return found;
    return run(list.push_back(Value::object({{step.name, step.value}})), rest);
  }

  const bool create_;
  const std::function<Result<>(Value&)>& change_;
};

std::vector<Step> steps_of(std::string_view path) {
  std::vector<Step> steps;
  for (const std::string& part : split_path(path)) steps.emplace_back(part);
  return steps;
}

bool is_selected(const Value& selector, const Resource& resource) {
  const Gvk wanted{selector["group"].string(), selector["version"].string(),
                   selector["kind"].string()};
  const std::string name = selector["name"].string();
  const std::string ns = selector["namespace"].string();
  const auto fits = [&](const Id& id) {
    return id.gvk.is_selected_by(wanted) && (name.empty() || id.name == name) &&
           (ns.empty() || id.is_in_same_namespace({{}, {}, ns}));
  };
  return std::ranges::any_of(resource.all_ids(), fits);
}

bool is_selector_empty(const Value& selector) {
  for (const char* field : {"group", "version", "kind", "name", "namespace"}) {
    if (!selector[field].empty()) return false;
  }
  return true;
}

std::string describe(const Value& selector) {
  std::string text;
  for (const auto& member : selector.members()) {
    if (!member.value.is_string()) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", member.key(), member.value.text());
  }
  return text;
}

// The part of a text between delimiters.
Result<Value> part_of(const Value& value, const Value& options, std::string_view path) {
  const std::string delimiter = options["delimiter"].string();
  if (delimiter.empty()) return value;
  if (!value.is_string() && !value.is_number() && !value.is_bool())
    return fail(invalid_argument("delimiter option can only be used with scalar nodes"));
  const std::string text = scalar_text(value);
  const std::int64_t wanted = options["index"].integer();
  std::size_t from = 0;
  for (std::int64_t i = 0;; ++i) {
    const std::size_t to = text.find(delimiter, from);
    if (i == wanted) return Value(text.substr(from, to == std::string::npos ? to : to - from));
    if (to == std::string::npos) break;
    from = to + delimiter.size();
  }
  return fail(
      invalid_argument("options.index {} is out of bounds for value {} of {}", wanted, text, path));
}

Result<Value> source_value(Resources& resources, const Value& source) {
  std::vector<const Resource*> found;
  for (const Resource& resource : resources.all()) {
    if (is_selected(source, resource)) found.push_back(&resource);
  }
  if (found.empty()) return fail(not_found("nothing selected by {}", describe(source)));
  if (found.size() > 1) {
    return fail(failed_precondition("multiple matches for selector {}", describe(source)));
  }
  const std::string path = source["fieldPath"].string(kDefaultField);
  Value copy = found.front()->object;
  Value value;
  const std::function<Result<>(Value&)> take = [&](Value& field) -> Result<> {
    value = field;
    return {};
  };
  const std::vector<Step> steps = steps_of(path);
  const bool is_there = TRY(Walk(false, take).run(copy, steps));
  if (!is_there) {
    return fail(not_found("fieldPath `{}` is missing for replacement source {}", path,
                          found.front()->id().to_string()));
  }
  return part_of(value, source["options"], path);
}

// A scalar takes the text and keeps its own type: 8080 into a text is "8080", "8080" into a number
// is 8080.
Value as_typed_as(const Value& field, const Value& value) {
  const bool is_scalar = value.is_string() || value.is_number() || value.is_bool();
  if (!is_scalar) return value;
  if (field.is_string()) return scalar_text(value);
  const bool is_typed = field.is_number() || field.is_bool();
  if (!is_typed || !value.is_string()) return value;
  const auto read = parse_yaml(value.text());
  return read && (read->is_number() || read->is_bool()) ? *read : value;
}

// Puts `value` into a field, or into its part between delimiters.
Result<> put(Value& field, const Value& value, const Value& options) {
  const std::string delimiter = options["delimiter"].string();
  if (delimiter.empty()) {
    field = as_typed_as(field, value);
    return {};
  }
  if (!field.is_string() && !field.is_number() && !field.is_null())
    return fail(invalid_argument("delimiter option can only be used with scalar nodes"));
  std::vector<std::string> parts;
  const std::string text = field.is_null() ? "" : scalar_text(field);
  for (std::size_t from = 0;;) {
    const std::size_t to = text.find(delimiter, from);
    parts.push_back(text.substr(from, to == std::string::npos ? to : to - from));
    if (to == std::string::npos) break;
    from = to + delimiter.size();
  }
  const std::int64_t index = options["index"].integer();
  const auto count = static_cast<std::int64_t>(parts.size());
  const std::string piece = scalar_text(value);
  if (index < 0) {
    parts.insert(parts.begin(), piece);
  } else if (index >= count) {
    parts.push_back(piece);
  } else {
    parts[static_cast<std::size_t>(index)] = piece;
  }
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) joined += (i == 0 ? "" : delimiter) + parts[i];
  field = joined;
  return {};
}

Result<> replace_in(Resource& resource, const Value& target, const Value& value) {
  const Value& options = target["options"];
  const std::function<Result<>(Value&)> change = [&](Value& field) {
    return put(field, value, options);
  };
  std::vector<std::string> paths;
  for (const Value& path : target["fieldPaths"].items()) paths.push_back(path.string());
  if (paths.empty()) paths.emplace_back(kDefaultField);
  for (const std::string& path : paths) {
    const std::vector<Step> steps = steps_of(path);
    const Id before = resource.id();
    Value object = resource.object;
    const bool is_found = TRY(Walk(options["create"].boolean(), change).run(object, steps));
    if (!is_found) {
      return fail(not_found("unable to find field \"{}\" in replacement target {}", path,
                            before.to_string())
                      .with_hint("options.create makes it"));
    }
    const Id after{Gvk::of(object), object["metadata"]["name"].string(),
                   object["metadata"]["namespace"].string()};
    if (!(after == before)) resource.remember();
    resource.object = std::move(object);
  }
  return {};
}

Result<> apply_one(Resources& resources, const Value& replacement) {
  const Value& source = replacement["source"];
  if (source.empty() && replacement["sourceValue"].is_null())
    return fail(invalid_argument("replacements must specify a source and at least one target"));
  if (replacement["targets"].empty())
    return fail(invalid_argument("replacements must specify a source and at least one target"));
  Value value = replacement["sourceValue"];
  if (value.is_null()) value = TRY(source_value(resources, source));
  for (const Value& target : replacement["targets"].items()) {
    if (is_selector_empty(target["select"])) {
      return fail(invalid_argument("target must specify resources to select"));
    }
    for (Resource& resource : resources.all()) {
      if (!is_selected(target["select"], resource)) continue;
      const auto is_rejecting = [&](const Value& reject) {
        return !is_selector_empty(reject) && is_selected(reject, resource);
      };
      if (std::ranges::any_of(target["reject"].items(), is_rejecting)) continue;
      TRY(replace_in(resource, target, value));
    }
  }
  return {};
}

}  // namespace

Result<> apply_replacement(const Context& context, Resources& resources, const Value& entry) {
  if (entry["path"].empty()) return apply_one(resources, entry);
  const std::string path = entry["path"].string();
  const std::string text = TRY(context.read(path));
  const Value file = TRY(parse_yaml(text));
  if (!file.is_array()) {
    auto done = apply_one(resources, file);
    if (!done) return fail(std::move(done.error()).with_context(path));
    return {};
  }
  for (const Value& item : file.items()) {
    auto done = apply_one(resources, item);
    if (!done) return fail(std::move(done.error()).with_context(path));
  }
  return {};
}

}  // namespace gp::kustomize
