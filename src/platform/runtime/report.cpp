#include "platform/runtime/report.hpp"

namespace gp::runtime {

namespace {

constexpr std::size_t kMessageBytesMax = 32'768;  // metav1.Condition

}  // namespace

std::string shortened(std::string text, std::size_t bytes_max) {
  constexpr std::string_view kEllipsis = "…";
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text.append(kEllipsis);
}

void Report::condition(std::string_view type, std::string_view status, std::string_view reason,
                       std::string message) {
  Condition said{std::string(type), std::string(status), std::string(reason),
                 shortened(std::move(message), kMessageBytesMax)};
  for (Condition& known : conditions_) {
    if (known.type == type) {
      known = std::move(said);
      return;
    }
  }
  conditions_.push_back(std::move(said));
}

void Report::field(std::string_view name, Value value) {
  for (auto& [known, content] : fields_) {
    if (known == name) {
      content = std::move(value);
      return;
    }
  }
  fields_.emplace_back(name, std::move(value));
}

bool Report::has_condition(std::string_view type) const {
  return std::ranges::any_of(conditions_,
                             [&](const Condition& known) { return known.type == type; });
}

Value Report::applied_to(const Value& status, TimePoint now,
                         std::optional<std::int64_t> generation) const {
  Value result = status.is_object() ? status : Value::object();
  for (const auto& [name, value] : fields_) {
    if (value.is_null()) {
      result.erase(name);
    } else {
      result.set(name, value);
    }
  }
  if (generation) result.set("observedGeneration", *generation);

  Value conditions = result["conditions"].is_array() ? result["conditions"] : Value::array();
  for (const Condition& said : conditions_) {
    std::size_t at = 0;
    while (at < conditions.size() && conditions.at(at)["type"].text() != said.type) ++at;
    if (at == conditions.size()) conditions.push_back(Value::object({{"type", said.type}}));

    Value& condition = conditions.item(at);
    if (condition["status"].text() != said.status)
      condition.set("lastTransitionTime", format_time(now));
    condition.set("status", said.status);
    condition.set("reason", said.reason);
    condition.set("message", said.message);
    if (generation) condition.set("observedGeneration", *generation);
  }
  if (!conditions_.empty()) result.set("conditions", std::move(conditions));
  return result;
}

}  // namespace gp::runtime
