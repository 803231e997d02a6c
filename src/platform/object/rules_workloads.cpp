// Deployments, stateful sets, daemon sets, replica sets, jobs.

#include "base/text.hpp"
#include "engine/selector/selector.hpp"
#include "platform/object/go_text.hpp"
#include "platform/object/rules_builtin.hpp"
#include "platform/object/rules_pods.hpp"

namespace gp::object {
namespace {

// v1.LabelSelector{MatchLabels:map[string]string{"a":"b"},
// MatchExpressions:[]v1.LabelSelectorRequirement(nil)}
std::string printed_selector(const Value& selector) {
  const Value& labels = selector["matchLabels"];
  return fmt::format(
      "v1.LabelSelector{{MatchLabels:{}, MatchExpressions:[]v1.LabelSelectorRequirement{}}}",
      labels.is_null() ? "map[string]string(nil)" : go_value(labels),
      selector["matchExpressions"].empty() ? "(nil)" : "{…}");
}

// The selector must be there and choose the template's pods; once set it stays.
void check_chooses_template(const Value& spec, const Value* before, std::string_view what,
                            Report& report) {
  const Value& selector = spec["selector"];
  if (selector.is_null()) {
    report.required("spec.selector");
  } else if (selector.empty()) {
    report.invalid_printed("spec.selector", printed_selector(selector),
                           fmt::format("empty selector is invalid for {}", what));
  } else {
    check_selector(selector, "spec.selector", report);
    const Value& labels = spec["template"]["metadata"]["labels"];
    const auto parsed = selector::LabelSelector::from_object(selector);
    if (parsed && !parsed->matches_labels(labels)) {
      report.invalid_printed("spec.template.metadata.labels",
                             labels.is_null() ? "map[string]string(nil)" : go_value(labels),
                             "`selector` does not match template `labels`");
    }
  }
  if (before != nullptr && selector != (*before)["spec"]["selector"]) {
    report.invalid_printed("spec.selector", printed_selector(selector), "field is immutable");
  }
}

void check_always_restarts(const Value& spec, Report& report) {
  const Value& policy = spec["template"]["spec"]["restartPolicy"];
  if (!policy.is_null() && policy.text() != "Always") {
    report.not_supported("spec.template.spec.restartPolicy", policy, {"Always"});
  }
}

bool is_zero(const Value& count) {
  return count.is_string() ? count.text() == "0%" : count.is_integer() && count.integer() == 0;
}

void check_rolling(const Value& strategy, const std::string& path, Report& report) {
  const Value& rolling = strategy["rollingUpdate"];
  if (strategy["type"].text() != "RollingUpdate") {
    if (!rolling.is_null()) {
      report.forbidden(child(path, "rollingUpdate"),
                       fmt::format("may not be specified when strategy `type` is '{}'",
                                   strategy["type"].text()));
    }
    return;
  }
  const std::string at = child(path, "rollingUpdate");
  check_count_or_percent(rolling["maxUnavailable"], child(at, "maxUnavailable"), report);
  check_count_or_percent(rolling["maxSurge"], child(at, "maxSurge"), report);
  if (is_zero(rolling["maxUnavailable"]) && is_zero(rolling["maxSurge"])) {
    report.invalid(child(at, "maxUnavailable"), rolling["maxUnavailable"],
                   "may not be 0 when `maxSurge` is 0");
  }
}

void check_counts(const Value& spec, std::string_view path,
                  std::initializer_list<std::string_view> fields, Report& report) {
  for (const std::string_view field : fields) {
    check_not_negative(spec[field], child(path, field), report);
  }
}

void check_job_spec(const Value& spec, const std::string& path, Report& report) {
  check_counts(spec, path,
               {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
                "ttlSecondsAfterFinished"},
               report);
  const Value& policy = spec["template"]["spec"]["restartPolicy"];
  const std::string at = child(path, "template.spec.restartPolicy");
  if (policy.empty()) {
    report.required(at, "valid values: \"OnFailure\", \"Never\"");
  } else if (policy.text() == "Always") {
    report.not_supported(at, policy, {"OnFailure", "Never"});
  }
  if (spec["completionMode"].text() == "Indexed" && spec["completions"].is_null()) {
    report.required(child(path, "completions"), "when completion mode is Indexed");
  }
  check_pod_template(spec["template"], child(path, "template"), report);
}

void check_schedule(const Value& schedule, Report& report) {
  if (schedule.empty()) {
    report.required("spec.schedule");
    return;
  }
  const std::string_view text = schedule.text();
  if (text.starts_with('@')) {
    for (const std::string_view known :
         {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}) {
      if (text == known) return;
    }
    if (!text.starts_with("@every ")) {
      report.invalid("spec.schedule", schedule, fmt::format("unrecognized descriptor: {}", text));
    }
    return;
  }
  const std::vector<std::string_view> fields = split_words(text);
  if (fields.size() != 5) {
    report.invalid("spec.schedule", schedule,
                   fmt::format("expected exactly 5 fields, found {}: [{}]", fields.size(),
                               fmt::join(fields, " ")));
  }
}

// A pod's template together with the volumes that the set's claims will be.
Value with_claims(const Value& spec) {
  Value pod = spec["template"];
  for (const Value& claim : spec["volumeClaimTemplates"].items()) {
    const Value& name = claim["metadata"]["name"];
    const auto volumes = pod["spec"]["volumes"].items();
    if (std::ranges::any_of(volumes, [&](const Value& v) { return v["name"] == name; })) continue;
    pod.edit("spec").edit("volumes").push_back(
        Value::object({{"name", name}, {"emptyDir", Value::object()}}));
  }
  return pod;
}

}  // namespace

void check_deployment(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  check_counts(spec, "spec", {"replicas"}, report);
  check_chooses_template(spec, before, "deployment", report);
  check_pod_template(spec["template"], "spec.template", report);
  check_always_restarts(spec, report);
  check_rolling(spec["strategy"], "spec.strategy", report);
  check_counts(spec, "spec", {"minReadySeconds", "revisionHistoryLimit"}, report);
  const Value& deadline = spec["progressDeadlineSeconds"];
  check_not_negative(deadline, "spec.progressDeadlineSeconds", report);
  if (deadline.is_integer() && deadline.integer() <= spec["minReadySeconds"].integer()) {
    report.invalid("spec.progressDeadlineSeconds", deadline,
                   "must be greater than minReadySeconds");
  }
}

void check_replica_set(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  check_counts(spec, "spec", {"replicas", "minReadySeconds"}, report);
  check_chooses_template(spec, before, "deployment", report);
  check_pod_template(spec["template"], "spec.template", report);
  check_always_restarts(spec, report);
}

void check_daemon_set(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  check_chooses_template(spec, before, "daemonset", report);
  check_pod_template(spec["template"], "spec.template", report);
  check_always_restarts(spec, report);
  check_rolling(spec["updateStrategy"], "spec.updateStrategy", report);
  check_counts(spec, "spec", {"minReadySeconds", "revisionHistoryLimit"}, report);
}

void check_stateful_set(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  check_counts(spec, "spec", {"replicas", "minReadySeconds", "revisionHistoryLimit"}, report);
  check_chooses_template(spec, nullptr, "statefulset", report);
  check_pod_template(with_claims(spec), "spec.template", report);
  check_always_restarts(spec, report);
  if (before == nullptr) return;
  Value now = spec;
  Value then = (*before)["spec"];
  for (const std::string_view name : {"replicas", "ordinals", "template", "updateStrategy",
                                      "persistentVolumeClaimRetentionPolicy", "minReadySeconds"}) {
    now.erase(name);
    then.erase(name);
  }
  if (now != then) {
    report.forbidden("spec",
                     "updates to statefulset spec for fields other than 'replicas', 'ordinals', "
                     "'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and "
                     "'minReadySeconds' are forbidden");
  }
}

void check_replication_controller(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  check_counts(spec, "spec", {"replicas", "minReadySeconds"}, report);
  if (spec["selector"].empty()) report.required("spec.selector");
  if (spec["template"].is_null()) {
    report.required("spec.template");
    return;
  }
  const Value& labels = spec["template"]["metadata"]["labels"];
  for (const Value::Member& member : spec["selector"].members()) {
    if (labels[member.key()] == member.value) continue;
    report.invalid_printed("spec.template.metadata.labels",
                           labels.is_null() ? "map[string]string(nil)" : go_value(labels),
                           "`selector` does not match template `labels`");
    break;
  }
  check_pod_template(spec["template"], "spec.template", report);
}

void check_job(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  check_job_spec(spec, "spec", report);
  if (before == nullptr) return;
  const Value& then = (*before)["spec"];
  if (spec["completionMode"].text() != "Indexed") {
    report.immutable("spec.completions", spec["completions"], then["completions"]);
  }
  for (const std::string_view field : {"selector", "template", "completionMode"}) {
    report.immutable(child("spec", field), spec[field], then[field]);
  }
}

void check_cron_job(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  if (object["metadata"]["name"].size() > 52) {
    report.invalid("metadata.name", object["metadata"]["name"],
                   "must be no more than 52 characters");
  }
  check_schedule(spec["schedule"], report);
  check_counts(spec, "spec",
               {"startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"},
               report);
  check_job_spec(spec["jobTemplate"]["spec"], "spec.jobTemplate.spec", report);
}

}  // namespace gp::object
