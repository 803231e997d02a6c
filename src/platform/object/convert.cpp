#include "platform/object/convert.hpp"

#include "base/json.hpp"

namespace gp::object {
namespace {

// What autoscaling/v1 cannot say waits here.
constexpr std::string_view kMetricsNote = "autoscaling.alpha.kubernetes.io/metrics";
constexpr std::string_view kBehaviorNote = "autoscaling.alpha.kubernetes.io/behavior";

void move_member(Value& from, std::string_view name, Value& to, std::string_view new_name) {
  if (const Value* value = from.find(name)) {
    to.set(new_name, *value);
    from.erase(name);
  }
}

Value cpu_metric(const Value& percent) {
  Value target = Value::object({{"type", "Utilization"}, {"averageUtilization", percent}});
  Value resource = Value::object({{"name", "cpu"}, {"target", std::move(target)}});
  return Value::object({{"type", "Resource"}, {"resource", std::move(resource)}});
}

void take_note(Value& object, std::string_view note, Value& spec, std::string_view field) {
  const Value text = object["metadata"]["annotations"][note];
  if (text.is_null()) return;
  auto parsed = parse_json(text.text());
  if (!parsed) return;
  Value& annotations = object.edit("metadata").edit("annotations");
  annotations.erase(note);
  if (annotations.empty()) object.edit("metadata").erase("annotations");
  if (field == "metrics") {
    for (const Value& metric : parsed->items()) spec.edit("metrics").push_back(metric);
  } else {
    spec.set(field, std::move(*parsed));
  }
}

void autoscaler_to_v2(Value& object) {
  Value spec = object["spec"];
  const Value percent = spec["targetCPUUtilizationPercentage"];
  if (spec.erase("targetCPUUtilizationPercentage")) {
    spec.set("metrics", Value::array({cpu_metric(percent)}));
  }
  take_note(object, kMetricsNote, spec, "metrics");
  take_note(object, kBehaviorNote, spec, "behavior");
  object.set("spec", std::move(spec));
  Value status = object["status"];
  if (status.is_object()) {
    const Value now = status["currentCPUUtilizationPercentage"];
    if (status.erase("currentCPUUtilizationPercentage")) {
      Value current = Value::object({{"averageUtilization", now}, {"averageValue", "0"}});
      Value resource = Value::object({{"name", "cpu"}, {"current", std::move(current)}});
      status.set(
          "currentMetrics",
          Value::array({Value::object({{"type", "Resource"}, {"resource", std::move(resource)}})}));
    } else if (!status.contains("currentMetrics")) {
      status.set("currentMetrics", Value());
    }
    object.set("status", std::move(status));
  }
}

void autoscaler_to_v1(Value& object) {
  Value spec = object["spec"];
  Value others = Value::array();
  for (const Value& metric : spec["metrics"].items()) {
    const Value& resource = metric["resource"];
    const Value& percent = resource["target"]["averageUtilization"];
    if (resource["name"].text() == "cpu" && percent.is_integer() &&
        !spec.contains("targetCPUUtilizationPercentage")) {
      spec.set("targetCPUUtilizationPercentage", percent);
    } else {
      others.push_back(metric);
    }
  }
  spec.erase("metrics");
  const Value behavior = spec["behavior"];
  spec.erase("behavior");
  if (!others.empty()) {
    object.edit("metadata").edit("annotations").set(kMetricsNote, to_json(others));
  }
  if (!behavior.is_null()) {
    object.edit("metadata").edit("annotations").set(kBehaviorNote, to_json(behavior));
  }
  object.set("spec", std::move(spec));
  Value status = object["status"];
  if (status.is_object()) {
    for (const Value& metric : status["currentMetrics"].items()) {
      const Value& percent = metric["resource"]["current"]["averageUtilization"];
      if (metric["resource"]["name"].text() == "cpu" && percent.is_integer()) {
        status.set("currentCPUUtilizationPercentage", percent);
      }
    }
    for (const std::string_view name : {"currentMetrics", "conditions"}) status.erase(name);
    object.set("status", std::move(status));
  }
}

struct Renamed {
  std::string_view core;
  std::string_view events;
};
constexpr Renamed kEventFields[] = {{"involvedObject", "regarding"},
                                    {"message", "note"},
                                    {"source", "deprecatedSource"},
                                    {"firstTimestamp", "deprecatedFirstTimestamp"},
                                    {"lastTimestamp", "deprecatedLastTimestamp"},
                                    {"count", "deprecatedCount"},
                                    {"reportingComponent", "reportingController"}};

void convert_event(Value& event, bool to_core) {
  for (const Renamed& field : kEventFields) {
    const std::string_view from = to_core ? field.events : field.core;
    const std::string_view to = to_core ? field.core : field.events;
    move_member(event, from, event, to);
  }
}

}  // namespace

Value convert(const Value& document, const Kind& kind) {
  const std::string wanted = kind.api_version();
  const std::string_view present = document["apiVersion"].text();
  if (present == wanted) return document;
  Value out = document;
  if (kind.kind == "HorizontalPodAutoscaler" && kind.group == "autoscaling") {
    if (kind.version == "v1") {
      autoscaler_to_v1(out);
    } else {
      autoscaler_to_v2(out);
    }
  } else if (kind.kind == "Event" && (kind.group.empty() || kind.group == "events.k8s.io")) {
    convert_event(out, kind.group.empty());
  }
  out.set("apiVersion", wanted);
  return out;
}

}  // namespace gp::object
