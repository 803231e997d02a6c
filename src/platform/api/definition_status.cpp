#include "platform/api/definition_status.hpp"

#include <algorithm>
#include <vector>

#include "platform/object/definition.hpp"

namespace gp::api {
namespace {

using Taken = std::set<std::string, std::less<>>;

// Why the names are not accepted; of several the last one counts, as in the real server.
struct Conflict {
  std::string_view reason;
  std::string message;
};

std::string in_use(std::string_view name) {
  return fmt::format("\"{}\" is already in use", name);
}

// A definition keeps what it has; anything else must be free.
bool may_have(std::string_view wanted, std::string_view accepted, const Taken& taken) {
  return wanted == accepted || !taken.contains(wanted);
}

void settle_name(const char* field, const Value& wanted, const Taken& taken,
                 std::string_view reason, Value& accepted, Conflict& conflict) {
  const std::string_view name = wanted[field].text();
  if (may_have(name, accepted[field].text(), taken)) {
    accepted.set(field, name);
  } else {
    conflict = {reason, in_use(name)};
  }
}

void settle_short_names(const Value& wanted, const Taken& taken, Value& accepted,
                        Conflict& conflict) {
  const auto kept = accepted["shortNames"].items();
  std::vector<std::string> problems;
  for (const Value& name : wanted["shortNames"].items()) {
    const bool is_ours = std::ranges::find(kept, name) != kept.end();
    if (!is_ours && taken.contains(name.text())) problems.push_back(in_use(name.text()));
  }
  if (problems.empty()) {
    accepted.set("shortNames", wanted["shortNames"]);
    return;
  }
  conflict = {"ShortNamesConflict", problems.size() == 1
                                        ? problems.front()
                                        : fmt::format("[{}]", fmt::join(problems, ", "))};
}

// In the order and form that Go writes.
Value as_written(const Value& names) {
  Value out = Value::object();
  for (const std::string_view field :
       {"plural", "singular", "shortNames", "kind", "listKind", "categories"}) {
    const Value& value = names[field];
    const bool is_always_there = field == "kind" || field == "plural";
    if (is_always_there) {
      out.set(field, value.text());
    } else if (!value.empty()) {
      out.set(field, value);
    }
  }
  return out;
}

Conflict settle_names(Value& definition, const NamesInUse& used) {
  const Value wanted = definition["spec"]["names"];
  Value accepted = definition["status"]["acceptedNames"];
  if (!accepted.is_object()) accepted = Value::object();
  Conflict conflict;
  settle_name("plural", wanted, used.resources, "PluralConflict", accepted, conflict);
  settle_name("singular", wanted, used.resources, "SingularConflict", accepted, conflict);
  settle_short_names(wanted, used.resources, accepted, conflict);
  settle_name("kind", wanted, used.kinds, "KindConflict", accepted, conflict);
  settle_name("listKind", wanted, used.kinds, "ListKindConflict", accepted, conflict);
  accepted.set("categories", wanted["categories"]);
  definition.edit("status").set("acceptedNames", as_written(accepted));
  return conflict;
}

// Once established, a definition stays it: its objects must not vanish because names clash.
void settle_established(Value& definition, bool are_names_accepted, TimePoint now) {
  if (has_condition(definition, "Established")) return;
  if (are_names_accepted) {
    set_definition_condition(definition, "Established", "True", "InitialNamesAccepted",
                             "the initial names have been accepted", now);
  } else {
    set_definition_condition(definition, "Established", "False", "NotAccepted",
                             "not all names are accepted", now);
  }
}

void settle_approval(Value& definition, TimePoint now) {
  constexpr std::string_view kType = "KubernetesAPIApprovalPolicyConformant";
  if (!object::is_protected_group(definition["spec"]["group"].text())) return;
  const object::Approval approval = object::approval_of(definition);
  using State = object::Approval::State;
  std::string_view reason;
  switch (approval.state) {
    case State::Missing: reason = "MissingAnnotation"; break;
    case State::Approved: reason = "ApprovedAnnotation"; break;
    case State::Bypassed: reason = "UnapprovedAnnotation"; break;
    case State::Invalid: reason = "InvalidAnnotation"; break;
  }
  set_definition_condition(definition, kType, approval.state == State::Approved ? "True" : "False",
                           reason, approval.message, now);
}

}  // namespace

void NamesInUse::add(const Value& names) {
  for (const char* field : {"plural", "singular"}) {
    if (!names[field].empty()) resources.insert(names[field].string());
  }
  for (const Value& name : names["shortNames"].items()) resources.insert(name.string());
  for (const char* field : {"kind", "listKind"}) {
    if (!names[field].empty()) kinds.insert(names[field].string());
  }
}

void settle_definition(Value& definition, const NamesInUse& used, TimePoint now) {
  const Conflict conflict = settle_names(definition, used);
  const bool are_accepted = conflict.reason.empty();
  if (are_accepted) {
    set_definition_condition(definition, "NamesAccepted", "True", "NoConflicts",
                             "no conflicts found", now);
  } else {
    set_definition_condition(definition, "NamesAccepted", "False", conflict.reason,
                             conflict.message, now);
  }
  settle_established(definition, are_accepted, now);
  settle_approval(definition, now);
}

void set_definition_condition(Value& definition, std::string_view type, std::string_view status,
                              std::string_view reason, std::string_view message, TimePoint now) {
  Value conditions = definition["status"]["conditions"];
  if (!conditions.is_array()) conditions = Value::array();
  std::string since = format_time(now);
  std::size_t at = 0;
  while (at < conditions.size() && conditions.at(at)["type"].text() != type) ++at;
  if (at == conditions.size()) {
    conditions.push_back(Value::object());
  } else if (conditions.at(at)["status"].text() == status &&
             !conditions.at(at)["lastTransitionTime"].empty()) {
    since = conditions.at(at)["lastTransitionTime"].string();
  }
  conditions.item(at) = Value::object({{"type", type},
                                       {"status", status},
                                       {"lastTransitionTime", since},
                                       {"reason", reason},
                                       {"message", message}});
  definition.edit("status").set("conditions", std::move(conditions));
}

bool has_condition(const Value& definition, std::string_view type) {
  const auto conditions = definition["status"]["conditions"].items();
  return std::ranges::any_of(conditions, [&](const Value& condition) {
    return condition["type"].text() == type && condition["status"].text() == "True";
  });
}

}  // namespace gp::api
