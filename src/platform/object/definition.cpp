#include "platform/object/definition.hpp"

namespace gp::object {
namespace {

std::vector<std::string> texts_of(const Value& list) {
  std::vector<std::string> texts;
  for (const Value& item : list.items()) texts.push_back(item.string());
  return texts;
}

std::vector<Column> columns_of(const Value& version) {
  std::vector<Column> columns;
  for (const Value& described : version["additionalPrinterColumns"].items()) {
    Column column;
    column.name = described["name"].string();
    column.type = described["type"].string("string");
    column.format = described["format"].string();
    column.description = described["description"].string();
    if (column.description.empty()) column.description = "Custom resource definition column.";
    column.priority = static_cast<int>(described["priority"].integer());
    column.json_path = described["jsonPath"].string();
    // Only the name's own column may say that it is the name.
    if (column.format == "name") column.format.clear();
    columns.push_back(std::move(column));
  }
  return columns;
}

Kind kind_of(const Value& spec, const Value& version) {
  const Value& names = spec["names"];
  Kind kind;
  kind.group = spec["group"].string();
  kind.version = version["name"].string();
  kind.kind = names["kind"].string();
  kind.list_kind = names["listKind"].string(kind.kind + "List");
  kind.plural = names["plural"].string();
  kind.singular = names["singular"].string();
  kind.short_names = texts_of(names["shortNames"]);
  kind.categories = texts_of(names["categories"]);
  kind.is_namespaced = spec["scope"].text() != "Cluster";
  kind.columns = columns_of(version);
  for (const Value& field : version["selectableFields"].items()) {
    std::string path = field["jsonPath"].string();
    if (path.starts_with('.')) path.erase(0, 1);
    kind.selectable_fields.push_back(std::move(path));
  }
  const Value& subresources = version["subresources"];
  kind.has_status = subresources["status"].is_object();
  if (const Value& scale = subresources["scale"]; scale.is_object()) {
    kind.scale =
        ScalePaths{scale["specReplicasPath"].string(), scale["statusReplicasPath"].string(),
                   scale["labelSelectorPath"].string()};
  }
  kind.schema = version["schema"]["openAPIV3Schema"];
  return kind;
}

}  // namespace

std::vector<Kind> kinds_of_definition(const Value& definition) {
  std::vector<Kind> kinds;
  const Value& spec = definition["spec"];
  for (const Value& version : spec["versions"].items()) {
    if (version["served"].boolean()) kinds.push_back(kind_of(spec, version));
  }
  return kinds;
}

}  // namespace gp::object
