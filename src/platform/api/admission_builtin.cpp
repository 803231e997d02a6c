#include "platform/api/admission_builtin.hpp"

#include <algorithm>

#include "platform/api/status.hpp"

namespace gp::api::admission {
namespace {

constexpr std::int64_t kTolerationSeconds = 300;

bool is_pod(const object::Kind& kind) {
  return kind.group.empty() && kind.plural == "pods";
}
bool is_claim(const object::Kind& kind) {
  return kind.group.empty() && kind.plural == "persistentvolumeclaims";
}

bool tolerates(const Value& tolerations, std::string_view key) {
  for (const Value& toleration : tolerations.items()) {
    const std::string_view own = toleration["key"].text();
    const std::string_view effect = toleration["effect"].text();
    if ((own == key || own.empty()) && (effect == "NoExecute" || effect.empty())) return true;
  }
  return false;
}

void add_tolerations(Value& spec) {
  for (const std::string_view key :
       {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
    if (tolerates(spec["tolerations"], key)) continue;
    spec.edit("tolerations")
        .push_back(Value::object({{"key", key},
                                  {"operator", "Exists"},
                                  {"effect", "NoExecute"},
                                  {"tolerationSeconds", kTolerationSeconds}}));
  }
}

void add_service_account(Value& spec) {
  if (spec["serviceAccountName"].text().empty()) spec.set("serviceAccountName", "default");
  spec.set("serviceAccount", spec["serviceAccountName"]);
}

// The two classes that every cluster has, whether or not they are objects.
std::optional<std::int64_t> system_priority(std::string_view name) {
  if (name == "system-cluster-critical") return 2'000'000'000;
  if (name == "system-node-critical") return 2'000'001'000;
  return std::nullopt;
}

// The class that stands for pods that name none; null if there is none.
Value default_class(const store::Store& store) {
  store::ListOptions options;
  options.resource = "priorityclasses.scheduling.k8s.io";
  const auto listed = store.list(options);
  Value best;
  if (!listed) return best;
  for (const ObjectRef& object : listed->objects) {
    const Value found = object->parse();
    if (!found["globalDefault"].boolean()) continue;
    if (best.is_null() || found["value"].integer() < best["value"].integer()) best = found;
  }
  return best;
}

Result<> add_priority(const AdmissionRequest& request, Value& spec, const store::Store& store) {
  const std::string name = spec["priorityClassName"].string();
  std::int64_t priority = 0;
  std::string policy = "PreemptLowerPriority";
  if (const auto known = system_priority(name)) {
    priority = *known;
  } else if (!name.empty()) {
    const ObjectRef found = store.get("priorityclasses.scheduling.k8s.io", "", name);
    if (!found) {
      return fail(status::forbidden(*request.target.kind, request.target.name,
                                    fmt::format("no PriorityClass with name {} was found", name)));
    }
    const Value chosen = found->parse();
    priority = chosen["value"].integer();
    policy = chosen["preemptionPolicy"].string(policy);
  } else if (const Value chosen = default_class(store); !chosen.is_null()) {
    priority = chosen["value"].integer();
    policy = chosen["preemptionPolicy"].string(policy);
    spec.set("priorityClassName", chosen["metadata"]["name"]);
  }
  if (const Value& given = spec["priority"]; given.is_integer() && given.integer() != priority) {
    return fail(status::forbidden(
        *request.target.kind, request.target.name,
        fmt::format("the integer value of priority ({}) must not be provided in pod spec; priority "
                    "admission controller computed {} from the given PriorityClass name",
                    given.integer(), priority)));
  }
  spec.set("priority", priority);
  if (spec["preemptionPolicy"].is_null()) spec.set("preemptionPolicy", policy);
  return {};
}

bool is_default_class(const Value& storage_class) {
  const Value& notes = storage_class["metadata"]["annotations"];
  return notes["storageclass.kubernetes.io/is-default-class"].text() == "true" ||
         notes["storageclass.beta.kubernetes.io/is-default-class"].text() == "true";
}

// The newest default class; of several with one age the first by name.
std::string default_storage_class(const store::Store& store) {
  store::ListOptions options;
  options.resource = "storageclasses.storage.k8s.io";
  const auto listed = store.list(options);
  std::string best, best_time;
  if (!listed) return best;
  for (const ObjectRef& object : listed->objects) {
    const Value found = object->parse();
    const std::string_view time = found["metadata"]["creationTimestamp"].text();
    if (!is_default_class(found) || (!best.empty() && time <= best_time)) continue;
    best = object->name();
    best_time = time;
  }
  return best;
}

}  // namespace

bool has_builtin_changes(Operation operation, const Target& target) {
  return operation == Operation::Create && target.subresource.empty() &&
         (is_pod(*target.kind) || is_claim(*target.kind));
}

Result<> apply_builtin_changes(AdmissionRequest& request, const Surroundings& around) {
  if (!has_builtin_changes(request.operation, request.target)) return {};
  Value spec = request.object["spec"];
  if (is_claim(*request.target.kind)) {
    if (!spec["storageClassName"].is_null()) return {};
    const std::string chosen = default_storage_class(*around.store);
    if (chosen.empty()) return {};
    spec.set("storageClassName", chosen);
  } else {
    add_service_account(spec);
    TRY(add_priority(request, spec, *around.store));
    add_tolerations(spec);
  }
  request.is_changed = request.is_changed || spec != request.object["spec"];
  request.object.set("spec", std::move(spec));
  return {};
}

}  // namespace gp::api::admission
