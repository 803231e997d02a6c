#include "feature/gitops/routes.hpp"

#include "feature/gitops/differences.hpp"

namespace gp::gitops {
namespace {

// "++++++++" for what is the same on both sides, more of them for what is not, as Argo CD masks.
void mask_secret(Value& live, Value& expected) {
  for (const char* part : {"data", "stringData"}) {
    std::vector<std::string> names;
    for (const Value* side : {&live, &expected}) {
      for (const auto& member : (*side)[part].members()) names.emplace_back(member.key());
    }
    for (const std::string& name : names) {
      const Value before = live[part][name];
      const Value after = expected[part][name];
      const bool is_same = before == after;
      if (!before.is_null()) live.edit(part).set(name, "++++++++");
      if (!after.is_null()) expected.edit(part).set(name, is_same ? "++++++++" : "+++++++++");
    }
  }
}

Value state_document(const ResourceState& state, const Value& ignore_differences) {
  Value item = Value::object({{"group", state.key.group},
                              {"version", state.version},
                              {"kind", state.key.kind},
                              {"namespace", state.key.ns},
                              {"name", state.key.name},
                              {"status", state.is_synced ? "Synced" : "OutOfSync"},
                              {"hook", state.is_hook},
                              {"requiresPruning", state.requires_pruning},
                              {"syncWave", state.wave}});
  if (state.health) {
    item.set("health", Value::object({{"status", health_name(state.health->code)},
                                      {"message", state.health->message}}));
  }
  if (!state.problem.empty()) item.set("problem", state.problem);
  if (state.is_synced) return item;
  Value live = normalized(state.live, state.key, ignore_differences);
  const Value& wanted = state.expected.is_null() ? state.target : state.expected;
  Value expected = normalized(wanted, state.key, ignore_differences);
  if (state.key.kind == "Secret" && state.key.group.empty()) mask_secret(live, expected);
  item.set("live", std::move(live));
  item.set("expected", std::move(expected));
  return item;
}

net::Response show(const Comparisons& comparisons, const net::Request& request) {
  const object::Key key{std::string(kApplications), std::string(request.path_part("namespace")),
                        std::string(request.path_part("name"))};
  const auto found = comparisons.find(key);
  if (found) return net::Response::json(200, *found);
  // Backstage's shape, as everything below /api answers.
  return net::Response::json(
      404,
      Value::object({{"error", Value::object({{"name", "NotFoundError"},
                                              {"message", fmt::format("no application \"{}/{}\" "
                                                                      "has been compared yet",
                                                                      key.ns, key.name)}})}}));
}

}  // namespace

Value comparison_document(const Comparison& comparison, const Value& ignore_differences) {
  Value list = Value::array();
  for (const ResourceState& state : comparison.resources)
    list.push_back(state_document(state, ignore_differences));
  return Value::object({{"resources", std::move(list)}});
}

void Comparisons::set(const object::Key& app, Value document) {
  const std::lock_guard lock(mutex_);
  documents_[app] = std::move(document);
}

void Comparisons::forget(const object::Key& app) {
  const std::lock_guard lock(mutex_);
  documents_.erase(app);
}

std::optional<Value> Comparisons::find(const object::Key& app) const {
  const std::lock_guard lock(mutex_);
  const auto found = documents_.find(app);
  if (found == documents_.end()) return std::nullopt;
  return found->second;
}

void add_routes(web::Router& router, std::shared_ptr<const Comparisons> comparisons) {
  router.add("GET", "/api/gitops/applications/{namespace}/{name}",
             [comparisons = std::move(comparisons)](net::Request& request) {
               return show(*comparisons, request);
             });
}

}  // namespace gp::gitops
