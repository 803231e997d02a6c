#include "platform/runtime/event_recorder.hpp"

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "platform/runtime/report.hpp"

namespace gp::runtime {

namespace {

// As client-go's correlator: after ten different messages in ten minutes, the rest is combined.
constexpr std::size_t kSimilarMax = 10;
constexpr Duration kSimilarWindow = std::chrono::minutes(10);
constexpr std::size_t kGroupsMax = 4096;
constexpr std::size_t kMessageBytesMax = 1024;  // core/v1 Event
constexpr std::size_t kNameBytesMax = 253;
constexpr Duration kWriteTimeout = std::chrono::seconds(5);

Value reference_to(const Value& document) {
  const Value& metadata = document["metadata"];
  Value reference = Value::object({{"apiVersion", document["apiVersion"]},
                                   {"kind", document["kind"]},
                                   {"name", metadata["name"]},
                                   {"uid", metadata["uid"]}});
  if (!metadata["namespace"].is_null()) reference.set("namespace", metadata["namespace"]);
  return reference;
}

// Names of some kinds ("system:node", "Team_A") are wider than what an Event may be called.
std::string event_name(std::string_view object_name, std::string_view digest) {
  std::string name = lower(object_name.substr(0, kNameBytesMax - digest.size() - 1));
  for (char& c : name) {
    const bool is_fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (!is_fine) c = '-';
  }
  while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
  while (!name.empty() && (name.front() == '-' || name.front() == '.')) name.erase(0, 1);
  return name.empty() ? std::string(digest) : fmt::format("{}.{}", name, digest);
}

}  // namespace

void EventRecorder::record(const Value& document, std::string_view component, const Note& note) {
  Note said = note;
  const std::string group = fmt::format("{}/{}/{}/{}", document["metadata"]["uid"].text(),
                                        component, note.type, note.reason);
  if (is_one_too_many(group, note.message)) {
    said.message = "(combined from similar events): " + said.message;
  }
  said.message = shortened(std::move(said.message), kMessageBytesMax);
  const Result<> written = write(document, component, said);
  if (!written) {
    log::debug("events", "could not record an event",
               {{"reason", note.reason}, {"error", written.error().message}});
  }
}

bool EventRecorder::is_one_too_many(const std::string& group, const std::string& message) {
  const std::lock_guard lock(mutex_);
  const Duration now = clock_.monotonic();
  const auto is_over = [&](const auto& entry) { return now - entry.second.since > kSimilarWindow; };
  if (similar_.size() >= kGroupsMax && !similar_.contains(group)) {
    std::erase_if(similar_, is_over);
    if (similar_.size() >= kGroupsMax) similar_.clear();
  }

  const auto found = similar_.try_emplace(group, Similar{now, {}}).first;
  if (is_over(*found)) found->second = {now, {}};
  auto& messages = found->second.messages;
  const std::size_t hash = std::hash<std::string>()(message);
  if (std::ranges::find(messages, hash) != messages.end()) return false;
  if (messages.size() >= kSimilarMax) return true;
  messages.push_back(hash);
  return false;
}

Result<> EventRecorder::write(const Value& document, std::string_view component, const Note& note) {
  const Context context(clock_, kWriteTimeout);
  const Value& metadata = document["metadata"];
  const bool is_combined = note.message.starts_with("(combined");
  const std::string identity = fmt::format("{}\n{}\n{}\n{}\n{}", metadata["uid"].text(), component,
                                           note.type, note.reason, is_combined ? "" : note.message);
  const std::string digest = sha256_hex(identity).substr(0, 16);
  const std::string name = event_name(metadata["name"].text(), digest);
  const std::string ns = metadata["namespace"].string("default");
  const std::string now = format_time(clock_.now());

  const object::Key key{"events", ns, name};
  constexpr int kTurnsMax = 4;  // against others that count the same event, or remove it
  for (int turn = 1;; ++turn) {
    const auto known = cluster_.get(context, key);
    if (!known && known.error().code != Code::NotFound) return fail(known.error());
    Result<object::ObjectRef> written;
    if (known) {
      const Value before = (*known)->parse();
      written = cluster_.patch(
          context, key, cluster::PatchType::Merge,
          Value::object({{"metadata", Value::object({{"resourceVersion",
                                                      before["metadata"]["resourceVersion"]}})},
                         {"message", note.message},
                         {"count", before["count"].integer() + 1},
                         {"lastTimestamp", now}}),
          component);
    } else {
      written = cluster_.create(
          context,
          Value::object({{"apiVersion", "v1"},
                         {"kind", "Event"},
                         {"metadata", Value::object({{"name", name}, {"namespace", ns}})},
                         {"involvedObject", reference_to(document)},
                         {"type", note.type},
                         {"reason", note.reason},
                         {"message", note.message},
                         {"count", 1},
                         {"firstTimestamp", now},
                         {"lastTimestamp", now},
                         {"source", Value::object({{"component", component}})},
                         {"reportingComponent", component},
                         {"reportingInstance", ""}}),
          component);
    }
    if (written) return {};
    const Code code = written.error().code;
    const bool has_crossed =
        code == Code::Conflict || code == Code::AlreadyExists || code == Code::NotFound;
    if (!has_crossed || turn == kTurnsMax) return fail(written.error());
  }
}

}  // namespace gp::runtime
