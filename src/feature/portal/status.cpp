#include "feature/portal/portal.hpp"

namespace gp::portal {

Value status_document(const runtime::Parts& parts, const config::Platform* platform,
                      std::string_view version, TimePoint started_at) {
  Value list = Value::array();
  for (const runtime::PartStatus& part : parts.all()) {
    const double took_ms = std::chrono::duration<double, std::milli>(part.took).count();
    list.push_back(Value::object({{"name", part.name},
                                  {"state", runtime::part_state_name(part.state)},
                                  {"summary", part.summary},
                                  {"hint", part.hint},
                                  {"address", part.address},
                                  {"count", part.count},
                                  {"tookMs", took_ms},
                                  {"problems", part.problems}}));
  }
  return Value::object(
      {{"name", platform == nullptr ? "platform" : std::string_view(platform->name)},
       {"file", platform == nullptr ? "" : std::string_view(platform->file)},
       {"version", version},
       {"startedAt", format_time(started_at)},
       {"parts", std::move(list)}});
}

}  // namespace gp::portal
