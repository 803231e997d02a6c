// Tables of pods and what makes them.

#include <algorithm>

#include "base/text.hpp"
#include "platform/object/columns.hpp"
#include "platform/object/columns_builtin.hpp"

namespace gp::object {
namespace {

Value number_or_zero(const Value& number) {
  return number.is_integer() ? number : Value(0);
}

// "nginx,sidecar" of a pod template; `field` is "name" or "image".
std::string container_words(const Value& spec, std::string_view field) {
  std::vector<std::string> words;
  for (const Value& container : spec["containers"].items()) {
    words.push_back(container[field].string());
  }
  return joined(words);
}

const Value& template_of(const Value& object) {
  return object["spec"]["template"]["spec"];
}

void add_template_columns(std::vector<Column>& columns) {
  columns.push_back(text_column(
      "Containers", "Names of the containers.",
      [](const Value& object, TimePoint) {
        return Value(container_words(template_of(object), "name"));
      },
      1));
  columns.push_back(text_column(
      "Images", "Images of the containers.",
      [](const Value& object, TimePoint) {
        return Value(container_words(template_of(object), "image"));
      },
      1));
}

void add_selector_column(std::vector<Column>& columns) {
  columns.push_back(text_column(
      "Selector", "Which pods belong to it.",
      [](const Value& object, TimePoint) {
        return Value(selector_text(object["spec"]["selector"]));
      },
      1));
}

// Why a container does not run, or the pod's own reason, or its phase: the worst of them.
std::string pod_status(const Value& pod) {
  const Value& status = pod["status"];
  std::string text =
      status["reason"].empty() ? status["phase"].string("Unknown") : status["reason"].string();
  bool is_initializing = false;
  const Value& inits = status["initContainerStatuses"];
  for (std::size_t i = 0; i < inits.size(); ++i) {
    const Value& state = inits.at(i)["state"];
    const Value& ended = state["terminated"];
    if (!ended.is_null() && ended["exitCode"].integer() == 0) continue;
    if (inits.at(i)["started"].boolean()) continue;
    const std::string_view waits = state["waiting"]["reason"].text();
    if (!ended.is_null()) {
      text = ended["reason"].empty() ? fmt::format("Init:ExitCode:{}", ended["exitCode"].integer())
                                     : fmt::format("Init:{}", ended["reason"].text());
    } else if (!waits.empty() && waits != "PodInitializing") {
      text = fmt::format("Init:{}", waits);
    } else {
      text = fmt::format("Init:{}/{}", i, pod["spec"]["initContainers"].size());
    }
    is_initializing = true;
    break;
  }
  if (!is_initializing) {
    bool runs = false;
    const Value& containers = status["containerStatuses"];
    for (std::size_t i = containers.size(); i-- > 0;) {
      const Value& state = containers.at(i)["state"];
      const Value& ended = state["terminated"];
      if (!state["waiting"]["reason"].empty()) {
        text = state["waiting"]["reason"].string();
      } else if (!ended.is_null()) {
        if (!ended["reason"].empty()) {
          text = ended["reason"].string();
        } else if (ended["signal"].integer() != 0) {
          text = fmt::format("Signal:{}", ended["signal"].integer());
        } else {
          text = fmt::format("ExitCode:{}", ended["exitCode"].integer());
        }
      } else if (containers.at(i)["ready"].boolean() && !state["running"].is_null()) {
        runs = true;
      }
    }
    if (text == "Completed" && runs) text = "Running";
  }
  if (pod["metadata"]["deletionTimestamp"].is_null()) return text;
  return status["reason"].text() == "NodeLost" ? "Unknown" : "Terminating";
}

Value pod_ready(const Value& pod, TimePoint) {
  std::size_t ready = 0;
  for (const Value& container : pod["status"]["containerStatuses"].items()) {
    ready += container["ready"].boolean() ? 1U : 0U;
  }
  return fmt::format("{}/{}", ready, pod["spec"]["containers"].size());
}

Value pod_restarts(const Value& pod, TimePoint now) {
  std::int64_t restarts = 0;
  std::string last;
  for (const Value& container : pod["status"]["containerStatuses"].items()) {
    restarts += container["restartCount"].integer();
    const std::string ended = container["lastState"]["terminated"]["finishedAt"].string();
    last = std::max(last, ended);
  }
  if (restarts == 0 || last.empty()) return std::to_string(restarts);
  return fmt::format("{} ({} ago)", restarts, age(last, now));
}

std::vector<Column> pod_columns() {
  std::vector<Column> columns = {
      text_column("Ready", "Containers that are ready, of all.", pod_ready),
      text_column("Status", "What the pod does, or why it does not.",
                  [](const Value& pod, TimePoint) { return Value(pod_status(pod)); }),
      text_column("Restarts", "How often containers began anew.", pod_restarts),
      age_last(),
      text_column(
          "IP", "The pod's address.",
          [](const Value& pod, TimePoint) { return or_none(pod["status"]["podIP"]); }, 1),
      text_column(
          "Node", "The node it runs on.",
          [](const Value& pod, TimePoint) { return or_none(pod["spec"]["nodeName"]); }, 1),
      text_column(
          "Nominated Node", "The node that is being made ready for it.",
          [](const Value& pod, TimePoint) { return or_none(pod["status"]["nominatedNodeName"]); },
          1),
      text_column(
          "Readiness Gates", "Further conditions that hold, of all.",
          [](const Value& pod, TimePoint) {
            const Value& gates = pod["spec"]["readinessGates"];
            if (gates.empty()) return Value("<none>");
            std::size_t held = 0;
            for (const Value& gate : gates.items()) {
              for (const Value& condition : pod["status"]["conditions"].items()) {
                held += condition["type"] == gate["conditionType"] &&
                                condition["status"].text() == "True"
                            ? 1U
                            : 0U;
              }
            }
            return Value(fmt::format("{}/{}", held, gates.size()));
          },
          1)};
  return columns;
}

std::vector<Column> deployment_columns() {
  std::vector<Column> columns = {
      text_column("Ready", "Replicas that are ready, of those wanted.",
                  [](const Value& object, TimePoint) {
                    return Value(fmt::format("{}/{}", object["status"]["readyReplicas"].integer(),
                                             object["spec"]["replicas"].integer()));
                  }),
      integer_column("Up-to-date", "Replicas made from the present template.",
                     [](const Value& object, TimePoint) {
                       return number_or_zero(object["status"]["updatedReplicas"]);
                     }),
      integer_column("Available", "Replicas that have been ready long enough.",
                     [](const Value& object, TimePoint) {
                       return number_or_zero(object["status"]["availableReplicas"]);
                     }),
      age_last()};
  add_template_columns(columns);
  add_selector_column(columns);
  return columns;
}

std::vector<Column> replica_set_columns() {
  std::vector<Column> columns = {
      integer_column("Desired", "Replicas that are wanted.",
                     [](const Value& object, TimePoint) {
                       return number_or_zero(object["spec"]["replicas"]);
                     }),
      integer_column("Current", "Replicas that exist.",
                     [](const Value& object, TimePoint) {
                       return number_or_zero(object["status"]["replicas"]);
                     }),
      integer_column("Ready", "Replicas that are ready.",
                     [](const Value& object, TimePoint) {
                       return number_or_zero(object["status"]["readyReplicas"]);
                     }),
      age_last()};
  add_template_columns(columns);
  return columns;
}

std::vector<Column> stateful_set_columns() {
  std::vector<Column> columns = {
      text_column("Ready", "Replicas that are ready, of those wanted.",
                  [](const Value& object, TimePoint) {
                    return Value(fmt::format("{}/{}", object["status"]["readyReplicas"].integer(),
                                             object["spec"]["replicas"].integer()));
                  }),
      age_last()};
  add_template_columns(columns);
  return columns;
}

template <std::size_t N>
struct Name {
  char text[N] = {};
  consteval Name(const char (&from)[N]) {  // NOLINT(google-explicit-constructor)
    for (std::size_t i = 0; i < N; ++i) text[i] = from[i];
  }
};

// A number of the status, by its name.
template <Name name>
Value status_number(const Value& object, TimePoint) {
  return number_or_zero(object["status"][std::string_view(name.text)]);
}

std::vector<Column> daemon_set_columns() {
  std::vector<Column> columns = {
      integer_column("Desired", "Nodes that should run it.",
                     status_number<"desiredNumberScheduled">),
      integer_column("Current", "Nodes that run it and should.",
                     status_number<"currentNumberScheduled">),
      integer_column("Ready", "Nodes where it is ready.", status_number<"numberReady">),
      integer_column("Up-to-date", "Nodes that run the present template.",
                     status_number<"updatedNumberScheduled">),
      integer_column("Available", "Nodes where it has been ready long enough.",
                     status_number<"numberAvailable">),
      text_column("Node Selector", "Which nodes should run it.",
                  [](const Value& object, TimePoint) {
                    return Value(labels_text(template_of(object)["nodeSelector"]));
                  }),
      age_last()};
  add_template_columns(columns);
  add_selector_column(columns);
  return columns;
}

Value job_completions(const Value& job, TimePoint) {
  const Value& spec = job["spec"];
  const std::int64_t done = job["status"]["succeeded"].integer();
  if (spec["completions"].is_integer()) {
    return fmt::format("{}/{}", done, spec["completions"].integer());
  }
  const std::int64_t parallel = spec["parallelism"].integer(1);
  if (parallel > 1) return fmt::format("{}/1 of {}", done, parallel);
  return fmt::format("{}/1", done);
}

Value job_duration(const Value& job, TimePoint now) {
  const auto started = parse_time(job["status"]["startTime"].text());
  if (!started) return "";
  const auto ended = parse_time(job["status"]["completionTime"].text());
  return human_duration((ended ? *ended : now) - *started);
}

Value job_status(const Value& job, TimePoint) {
  const auto holds = [&](std::string_view type) {
    for (const Value& condition : job["status"]["conditions"].items()) {
      if (condition["type"].text() == type && condition["status"].text() == "True") return true;
    }
    return false;
  };
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (!job["metadata"]["deletionTimestamp"].is_null()) return "Terminating";
  if (holds("Suspended")) return "Suspended";
  if (holds("FailureTarget")) return "FailureTarget";
  if (holds("SuccessCriteriaMet")) return "SuccessCriteriaMet";
  return "Running";
}

std::vector<Column> job_columns() {
  std::vector<Column> columns = {
      text_column("Status", "How far it is.", job_status),
      text_column("Completions", "Pods that succeeded, of those wanted.", job_completions),
      text_column("Duration", "How long it has taken.", job_duration), age_last()};
  add_template_columns(columns);
  add_selector_column(columns);
  return columns;
}

std::vector<Column> cron_job_columns() {
  return {
      text_column("Schedule", "When it runs.",
                  [](const Value& object, TimePoint) { return object["spec"]["schedule"]; }),
      text_column(
          "Timezone", "Whose clock that is.",
          [](const Value& object, TimePoint) { return or_none(object["spec"]["timeZone"]); }),
      text_column("Suspend", "Whether it is held.",
                  [](const Value& object, TimePoint) {
                    return Value(object["spec"]["suspend"].boolean() ? "True" : "False");
                  }),
      integer_column("Active", "Jobs that run now.",
                     [](const Value& object, TimePoint) {
                       return Value(static_cast<std::int64_t>(object["status"]["active"].size()));
                     }),
      text_column("Last Schedule", "When it last ran.",
                  [](const Value& object, TimePoint now) {
                    const Value& last = object["status"]["lastScheduleTime"];
                    return last.is_null() ? Value("<none>") : Value(age(last, now));
                  }),
      age_last(),
      text_column(
          "Containers", "Names of the containers.",
          [](const Value& object, TimePoint) {
            return Value(
                container_words(object["spec"]["jobTemplate"]["spec"]["template"]["spec"], "name"));
          },
          1),
      text_column(
          "Images", "Images of the containers.",
          [](const Value& object, TimePoint) {
            return Value(container_words(object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
                                         "image"));
          },
          1)};
}

std::vector<Column> revision_columns() {
  return {text_column("Controller", "Whose revision it is.",
                      [](const Value& object, TimePoint) {
                        for (const Value& owner : object["metadata"]["ownerReferences"].items()) {
                          if (!owner["controller"].boolean()) continue;
                          const std::string kind = lower(owner["kind"].text());
                          const std::string_view version = owner["apiVersion"].text();
                          const std::string_view group = version.substr(0, version.find('/'));
                          return Value(fmt::format("{}.{}/{}", kind, group, owner["name"].text()));
                        }
                        return Value("<none>");
                      }),
          integer_column("Revision", "Its number.",
                         [](const Value& object, TimePoint) { return object["revision"]; }),
          age_last()};
}

}  // namespace

std::vector<Column> workload_columns(std::string_view kind) {
  if (kind == "Pod") return pod_columns();
  if (kind == "Deployment") return deployment_columns();
  if (kind == "ReplicaSet") {
    std::vector<Column> columns = replica_set_columns();
    add_selector_column(columns);
    return columns;
  }
  if (kind == "ReplicationController") {
    std::vector<Column> columns = replica_set_columns();
    columns.push_back(text_column(
        "Selector", "Which pods belong to it.",
        [](const Value& object, TimePoint) {
          return Value(labels_text(object["spec"]["selector"]));
        },
        1));
    return columns;
  }
  if (kind == "StatefulSet") return stateful_set_columns();
  if (kind == "DaemonSet") return daemon_set_columns();
  if (kind == "Job") return job_columns();
  if (kind == "CronJob") return cron_job_columns();
  if (kind == "ControllerRevision") return revision_columns();
  return {};
}

}  // namespace gp::object
