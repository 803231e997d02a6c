#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/kustomize/references.hpp"

namespace gp::kustomize {
namespace {

// "spec.ports[0].port"
const Value& at_dotted(const Value& root, std::string_view path) {
  const Value* node = &root;
  for (std::string_view part : split(path, '.')) {
    const std::size_t bracket = part.find('[');
    node = &(*node)[part.substr(0, bracket)];
    if (bracket == std::string_view::npos) continue;
    std::size_t index = 0;
    std::from_chars(part.data() + bracket + 1, part.data() + part.size(), index);
    node = &node->at(index);
  }
  return *node;
}

class Expander {
 public:
  explicit Expander(const std::map<std::string, Value, std::less<>>& values) : values_(values) {}

  void expand_in(Value& field) {
    if (field.is_string()) {
      field = expanded(field.text());
    } else if (field.is_array()) {
      for (std::size_t i = 0; i < field.size(); ++i) expand_in(field.item(i));
    } else if (field.is_object()) {
      const Value before = field;
      for (const auto& member : before.members()) expand_in(field.edit(member.key()));
    }
  }
  const std::set<std::string, std::less<>>& used() const { return used_; }

 private:
  // "$(NAME)" becomes the value, alone with its type; "$$(NAME)" is "$(NAME)"; unknown names stay.
  Value expanded(std::string_view text) {
    if (!text.contains("$(") && !text.contains("$$")) return text;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '$' || i + 1 == text.size()) {
        out += text[i];
        continue;
      }
      if (text[i + 1] == '$') {
        out += '$';
        ++i;
        continue;
      }
      const std::size_t end = text[i + 1] == '(' ? text.find(')', i) : std::string_view::npos;
      if (end == std::string_view::npos) {
        out += text[i];
        continue;
      }
      const std::string_view name = text.substr(i + 2, end - i - 2);
      const auto found = values_.find(name);
      if (found == values_.end()) {
        out += text.substr(i, end - i + 1);
      } else {
        used_.insert(std::string(name));
        const bool is_alone = i == 0 && end + 1 == text.size();
        if (is_alone) return found->second;
        out += found->second.is_string() ? found->second.string() : to_json(found->second);
      }
      i = end;
    }
    return out;
  }

  const std::map<std::string, Value, std::less<>>& values_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace

Result<Variable> Variable::parse(const Value& value) {
  Variable variable;
  variable.name = value["name"].string();
  if (variable.name.empty()) return fail(invalid_argument("vars: an entry has no name"));
  const Value& object = value["objref"];
  variable.object = {Gvk::of(object["apiVersion"].text(), object["kind"].text()),
                     object["name"].string(), object["namespace"].string()};
  if (variable.object.gvk.kind.empty() || variable.object.name.empty()) {
    return fail(invalid_argument("var '{}': objref needs kind and name", variable.name));
  }
  variable.field_path =
      value["fieldref"]["fieldpath"].string(value["fieldref"]["fieldPath"].string("metadata.name"));
  return variable;
}

Result<> resolve_variables(Resources& resources, const std::vector<Variable>& variables,
                           const std::vector<FieldSpec>& fields,
                           std::vector<std::string>& warnings) {
  if (variables.empty()) return {};
  std::map<std::string, Value, std::less<>> values;
  for (const Variable& variable : variables) {
    std::vector<const Resource*> found;
    for (const Resource& resource : resources.all()) {
      const Id id = resource.original_id();
      const bool is_it = id.gvk.is_selected_by(variable.object.gvk) &&
                         id.name == variable.object.name &&
                         (variable.object.ns.empty() || id.ns == variable.object.ns);
      if (is_it) found.push_back(&resource);
    }
    if (found.size() != 1) {
      return fail(not_found(
          "var '{}' {} in the set of known resources", variable.name,
          found.empty() ? "cannot be mapped to a field" : "matches more than one object"));
    }
    const Value& value = at_dotted(found.front()->object, variable.field_path);
    if (value.is_null()) {
      return fail(not_found("var '{}': {} has no field {}", variable.name,
                            found.front()->id().to_string(), variable.field_path));
    }
    values[variable.name] = value;
  }
  Expander expander(values);
  for (Resource& resource : resources.all()) {
    for (const FieldSpec& spec : fields)
      for_each_field(resource.object, spec, [&](Value& field) { expander.expand_in(field); });
  }
  std::string unused;
  for (const auto& [name, value] : values) {
    if (!expander.used().contains(name)) unused += (unused.empty() ? "" : ",") + name;
  }
  if (!unused.empty()) warnings.push_back("well-defined vars that were never replaced: " + unused);
  return {};
}

}  // namespace gp::kustomize
