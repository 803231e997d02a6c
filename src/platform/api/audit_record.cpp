#include "platform/api/audit_record.hpp"

#include "base/json.hpp"
#include "platform/api/read_body.hpp"

namespace gp::api::audit {
namespace {

constexpr std::size_t kUserAgentBytesMax = 1024;
constexpr std::size_t kObjectBytesMax = 4U << 20U;  // beyond, an Event says nothing of the object

Value texts(const std::vector<std::string>& list) {
  Value array = Value::array();
  for (const std::string& text : list) array.push_back(text);
  return array;
}

Value user_of(const Caller& caller) {
  Value user = Value::object({{"username", caller.user}});
  if (!caller.uid.empty()) user.set("uid", caller.uid);
  if (!caller.groups.empty()) user.set("groups", texts(caller.groups));
  if (!caller.extra.empty()) {
    Value extra = Value::object();
    for (const auto& [key, values] : caller.extra) extra.set(key, texts(values));
    user.set("extra", std::move(extra));
  }
  return user;
}

// "127.0.0.1:53122", "[::1]:53122"
std::string host_of(std::string_view peer) {
  const std::size_t colon = peer.rfind(':');
  std::string_view host = peer.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

Value object_of(const RequestInfo& info) {
  Value object = Value::object();
  const auto set = [&](const char* name, const std::string& text) {
    if (!text.empty()) object.set(name, text);
  };
  set("resource", info.resource);
  set("namespace", info.ns);
  set("name", info.name);
  set("apiGroup", info.group);
  set("apiVersion", info.version);
  set("subresource", info.subresource);
  return object;
}

void drop_managed_fields(Value& object) {
  if (object["metadata"].find("managedFields") != nullptr) {
    object.edit("metadata").erase("managedFields");
  }
  if (!object["items"].is_array()) return;
  Value items = Value::array();
  for (Value item : object["items"].items()) {
    drop_managed_fields(item);
    items.push_back(std::move(item));
  }
  object.set("items", std::move(items));
}

bool is_json(const net::Response& response) {
  return response.headers.get("Content-Type").starts_with("application/json");
}

}  // namespace

// Tells its end to the log; the stream itself goes first.
class FollowedStream final : public net::Stream {
 public:
  FollowedStream(std::unique_ptr<net::Stream> inner, std::shared_ptr<Record> record)
      : record_(std::move(record)), inner_(std::move(inner)) {}
  ~FollowedStream() override {
    inner_.reset();
    record_->emit(Stage::ResponseComplete);
  }
  Next pull(std::vector<net::Piece>& out, std::size_t bytes_wanted) override {
    return inner_->pull(out, bytes_wanted);
  }
  void on_ready(std::function<void()> wake) override { inner_->on_ready(std::move(wake)); }
  bool is_endless() const override { return inner_->is_endless(); }

 private:
  std::shared_ptr<Record> record_;
  std::unique_ptr<net::Stream> inner_;
};

Record::Record(AuditLog& log, Verdict verdict, std::string audit_id)
    : log_(log),
      verdict_(verdict),
      received_(log.clock().now()),
      event_(Value::object({{"kind", "Event"},
                            {"apiVersion", "audit.k8s.io/v1"},
                            {"level", level_name(verdict.level)},
                            {"auditID", std::move(audit_id)},
                            {"stage", ""}})) {}

std::shared_ptr<Record> Record::begin(AuditLog* log, std::string audit_id,
                                      const net::Request& request, const RequestInfo& info,
                                      const Caller& caller) {
  if (log == nullptr) return nullptr;
  const Verdict verdict = log->policy().judge(caller, info);
  if (verdict.level == Level::None) return nullptr;
  const std::shared_ptr<Record> record(new Record(*log, verdict, std::move(audit_id)));
  Value& event = record->event_;
  event.set("requestURI", request.target);
  event.set("verb", info.verb);
  event.set("user", user_of(caller));
  event.set("sourceIPs", Value::array({Value(host_of(request.peer))}));
  const std::string_view agent = request.headers.get("User-Agent");
  if (!agent.empty()) event.set("userAgent", agent.substr(0, kUserAgentBytesMax));
  if (info.is_resource) event.set("objectRef", object_of(info));
  record->emit(Stage::RequestReceived);
  return record;
}

Record::~Record() {
  if (is_complete_) return;
  event_.set("responseStatus", Value::object({{"metadata", Value::object()},
                                              {"status", "Failure"},
                                              {"message", "the request ended without an answer"},
                                              {"reason", "InternalError"},
                                              {"code", 500}}));
  emit(Stage::Panic);
}

void Record::decided(const Decision& decision) {
  annotations["authorization.k8s.io/decision"] = decision.is_allowed ? "allow" : "forbid";
  annotations["authorization.k8s.io/reason"] = decision.reason;
}

void Record::impersonated(const Caller& caller) {
  event_.set("impersonatedUser", user_of(caller));
}

void Record::requested(const net::Request& request, const object::KindPtr& kind,
                       const object::KindRegistry& kinds) {
  // A POST's URL has no name, so even an Event without bodies looks into this one.
  const bool wants_body = verdict_.level >= Level::Request;
  const bool wants_name = request.method == "POST" && event_["objectRef"]["name"].is_null();
  if (request.body.empty() || !(wants_body || wants_name)) return;
  Value object;
  if (request.method == "PATCH" || !kind) {
    object = parse_json(request.body).value_or(Value());
  } else if (request.method == "DELETE") {
    object = read_delete_options(request, kinds).value_or(Value());
  } else if (auto body = read_object(request, *kind, kinds)) {
    object = std::move(body->document);
  }
  const Value& name = object["metadata"]["name"];
  if (wants_name && !name.text().empty()) event_.edit("objectRef").set("name", name);
  if (object.is_null() || !wants_body) return;
  if (verdict_.omits_managed_fields && object.is_object()) drop_managed_fields(object);
  event_.set("requestObject", std::move(object));
}

// A Status tells how it went; of everything else the code is enough, unless bodies are wanted.
void Record::take_response(const net::Response& response) {
  Value status = Value::object({{"metadata", Value::object()}, {"code", response.status}});
  const bool wants_body = verdict_.level == Level::RequestResponse;
  std::size_t size = 0;
  for (const net::Piece& piece : response.body) size += piece.bytes.size();
  if (response.stream || !is_json(response) || size > kObjectBytesMax ||
      (!wants_body && response.status < 400)) {
    event_.set("responseStatus", std::move(status));
    return;
  }
  Value object = parse_json(response.body_text()).value_or(Value());
  if (object["kind"].text() == "Status" && object["apiVersion"].text() == "v1") {
    for (const char* member : {"status", "message", "reason", "details"}) {
      if (const Value* found = object.find(member)) status.set(member, *found);
    }
  }
  event_.set("responseStatus", std::move(status));
  if (!wants_body || object.is_null()) return;
  if (verdict_.omits_managed_fields) drop_managed_fields(object);
  event_.set("responseObject", std::move(object));
}

void Record::answered(const std::shared_ptr<Record>& record, net::Response& response) {
  if (!record) return;
  record->take_response(response);
  if (!response.stream) {
    if (response.websocket) record->emit(Stage::ResponseStarted);
    record->emit(Stage::ResponseComplete);
    return;
  }
  record->emit(Stage::ResponseStarted);
  record->is_complete_ = true;  // from here on the stream's end says so
  response.stream = std::make_unique<FollowedStream>(std::move(response.stream), record);
}

void Record::emit(Stage stage) {
  is_complete_ = is_complete_ || stage == Stage::ResponseComplete;
  if (verdict_.omits(stage)) return;
  event_.set("stage", stage_name(stage));
  event_.set("requestReceivedTimestamp", format_time_micro(received_));
  event_.set("stageTimestamp", format_time_micro(log_.clock().now()));
  if (!annotations.empty()) {
    Value notes = Value::object();
    for (const auto& [key, text] : annotations) notes.set(key, text);
    event_.set("annotations", std::move(notes));
  }
  log_.write(to_json(event_));
}

void refused(AuditLog* log, std::string audit_id, const net::Request& request,
             const RequestInfo& info, const net::Response& response) {
  // Judged without groups: nobody has signed in.
  const Caller nobody{"", "", {}, {}};
  const auto record = Record::begin(log, std::move(audit_id), request, info, nobody);
  if (!record) return;
  net::Response shown = net::Response::empty(response.status);
  Record::answered(record, shown);
}

}  // namespace gp::api::audit
