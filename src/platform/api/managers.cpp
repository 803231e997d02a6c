#include "platform/api/managers.hpp"

#include <algorithm>
#include <tuple>

namespace gp::api {
namespace {

constexpr std::size_t kUpdatersMax = 10;
constexpr std::string_view kAncient = "ancient-changes";

Result<Manager> read_manager(const Value& entry) {
  const std::string_view operation = entry["operation"].text();
  if (operation != "Apply" && operation != "Update") {
    return fail(invalid_argument("managedFields name operation \"{}\"", operation));
  }
  Manager manager;
  manager.name = entry["manager"].string();
  manager.applies = operation == "Apply";
  manager.api_version = entry["apiVersion"].string();
  manager.subresource = entry["subresource"].string();
  manager.time = entry["time"].string();
  if (!entry["fieldsV1"].is_null()) manager.fields = TRY(FieldSet::parse(entry["fieldsV1"]));
  return manager;
}

Value write_manager(const Manager& manager) {
  Value entry = Value::object({{"apiVersion", manager.api_version},
                               {"fieldsType", "FieldsV1"},
                               {"fieldsV1", manager.fields.to_value()},
                               {"manager", manager.name},
                               {"operation", manager.applies ? "Apply" : "Update"}});
  if (!manager.subresource.empty()) entry.set("subresource", manager.subresource);
  if (!manager.time.empty()) entry.set("time", manager.time);
  return entry;
}

}  // namespace

bool Manager::is_same(const Manager& other) const {
  return name == other.name && applies == other.applies && subresource == other.subresource &&
         (applies || api_version == other.api_version);
}

std::string Manager::to_string() const {
  std::string text = fmt::format("\"{}\"", name);
  if (!subresource.empty()) text += fmt::format(" with subresource \"{}\"", subresource);
  if (!applies) text += " using " + api_version;
  return text;
}

Result<Managers> read_managers(const Value& managed_fields) {
  Managers managers;
  for (const Value& entry : managed_fields.items()) {
    Manager manager = TRY(read_manager(entry));
    if (Manager* known = find_manager(managers, manager)) {
      known->fields = unite(known->fields, manager.fields);
    } else {
      managers.push_back(std::move(manager));
    }
  }
  return managers;
}

Value write_managers(Managers managers) {
  std::erase_if(managers, [](const Manager& manager) { return manager.fields.empty(); });
  if (managers.empty()) return {};
  std::ranges::sort(managers, [](const Manager& a, const Manager& b) {
    if (a.applies != b.applies) return a.applies;
    return std::tie(a.time, a.name, a.api_version, a.subresource) <
           std::tie(b.time, b.name, b.api_version, b.subresource);
  });
  Value list = Value::array();
  for (const Manager& manager : managers) list.push_back(write_manager(manager));
  return list;
}

void cap_managers(Managers& managers) {
  const auto is_updater = [](const Manager& m) { return !m.applies; };
  while (static_cast<std::size_t>(std::ranges::count_if(managers, is_updater)) > kUpdatersMax) {
    const auto is_candidate = [](const Manager& m) { return !m.applies && m.name != kAncient; };
    auto oldest = managers.end();
    for (auto at = managers.begin(); at != managers.end(); ++at) {
      if (is_candidate(*at) && (oldest == managers.end() || at->time < oldest->time)) oldest = at;
    }
    if (oldest == managers.end()) return;
    Manager ancient = std::move(*oldest);
    managers.erase(oldest);
    ancient.name = kAncient;
    ancient.subresource.clear();
    if (Manager* known = find_manager(managers, ancient)) {
      known->fields = unite(known->fields, ancient.fields);
      known->time = std::max(known->time, ancient.time);
    } else {
      managers.push_back(std::move(ancient));
    }
  }
}

Manager* find_manager(Managers& managers, const Manager& wanted) {
  for (Manager& manager : managers) {
    if (manager.is_same(wanted)) return &manager;
  }
  return nullptr;
}

}  // namespace gp::api
