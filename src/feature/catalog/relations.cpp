#include "feature/catalog/relations.hpp"

#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/errors.hpp"

namespace gp::catalog {
namespace {

struct Collector {
  const EntityKind& kind;
  std::string_view ns;
  std::vector<StatedRelation> relations;

  Result<> add(const ReferenceField& field, const Value& value, int index) {
    if (!value.is_string()) return {};
    auto ref = parse_entity_ref(value.text(), field.default_kind, ns);
    if (!ref) {
      const Error cause = with_place(std::move(ref.error()), {}, 0, path_of(field, index));
      return fail(caused_by(
          "InputError",
          fmt::format("Processor {} threw an error while postprocessing", kind.processor), cause));
    }
    relations.push_back({&field, index, ref->text()});
    return {};
  }
};

}  // namespace

std::string path_of(const ReferenceField& field, int index) {
  return index < 0 ? fmt::format("spec.{}", field.field)
                   : fmt::format("spec.{}.{}", field.field, index);
}

Result<std::vector<StatedRelation>> relations_of(const Value& entity) {
  const EntityKind* kind = find_entity_kind(entity["apiVersion"].text(), entity["kind"].text());
  if (kind == nullptr) return std::vector<StatedRelation>{};
  Collector collector{*kind, entity["metadata"]["namespace"].text(kDefaultNamespace), {}};
  for (const ReferenceField& field : kind->references) {
    const Value& value = entity["spec"][field.field];
    if (!field.is_list) TRY(collector.add(field, value, -1));
    int index = 0;
    for (const Value& item : value.items()) TRY(collector.add(field, item, index++));
  }
  return std::move(collector.relations);
}

void sort_references(Value& entity) {
  const EntityKind* kind = find_entity_kind(entity["apiVersion"].text(), entity["kind"].text());
  if (kind == nullptr) return;
  const auto by_text = [](const Value& a, const Value& b) { return a.text() < b.text(); };
  for (const ReferenceField& field : kind->references) {
    const Value& list = entity["spec"][field.field];
    if (!field.is_list || std::ranges::is_sorted(list.items(), by_text)) continue;
    std::vector<Value> sorted(list.items().begin(), list.items().end());
    std::ranges::sort(sorted, by_text);
    entity.edit("spec").set(field.field, Value::take_array(sorted));
  }
}

}  // namespace gp::catalog
