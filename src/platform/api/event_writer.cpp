#include "platform/api/event_writer.hpp"

#include "base/json.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

using net::Piece;

std::string_view type_name(store::Event::Type type) {
  switch (type) {
    case store::Event::Type::Added: return "ADDED";
    case store::Event::Type::Modified: return "MODIFIED";
    case store::Event::Type::Deleted: return "DELETED";
    case store::Event::Type::Bookmark: return "BOOKMARK";
  }
  return "ERROR";
}

std::string_view head_of(std::string_view type) {
  if (type == "ADDED") return R"({"type":"ADDED","object":)";
  if (type == "MODIFIED") return R"({"type":"MODIFIED","object":)";
  return R"({"type":"DELETED","object":)";
}

}  // namespace

void EventWriter::append(std::vector<Piece>& out, std::vector<store::Event> events) {
  const auto owner = std::make_shared<const std::vector<store::Event>>(std::move(events));
  for (const store::Event& event : *owner) {
    if (event.type == store::Event::Type::Bookmark) continue;  // we make our own
    append_one(out, type_name(event.type), event.object, owner);
  }
}

void EventWriter::append_state(std::vector<Piece>& out, std::span<const ObjectRef> objects) {
  const auto owner = std::make_shared<const std::vector<ObjectRef>>(objects.begin(), objects.end());
  for (const ObjectRef& object : *owner) append_one(out, "ADDED", object, owner);
}

void EventWriter::append_one(std::vector<Piece>& out, std::string_view type,
                             const ObjectRef& object, const std::shared_ptr<const void>& owner) {
  if (rendering_.accepted.view != View::Object) {
    out.push_back(Piece::own(made_text(type, object)));
    return;
  }
  out.push_back(Piece::literal(head_of(type)));
  out.push_back({object->json(), owner});
  out.push_back(Piece::literal("}\n"));
}

std::string EventWriter::made_text(std::string_view type, const ObjectRef& object) {
  std::string text(head_of(type));
  if (rendering_.accepted.view == View::Partial) {
    append_partial(text, object->json());
  } else {
    rendering_.now = clock_.now();
    const Value metadata = Value::object({{"resourceVersion", std::to_string(object->revision())}});
    text += table_json(*kind_, {&object, 1}, metadata, !has_columns_, rendering_);
    has_columns_ = true;
  }
  return text + "}\n";
}

void EventWriter::append_bookmark(std::vector<Piece>& out, Revision revision, bool ends_state) {
  const bool is_plain = rendering_.accepted.view == View::Object;
  Value metadata = Value::object(
      {{"creationTimestamp", Value()}, {"resourceVersion", std::to_string(revision)}});
  if (ends_state) {
    metadata.set("annotations", Value::object({{"k8s.io/initial-events-end", "true"}}));
  }
  Value object =
      Value::object({{"kind", is_plain ? std::string_view(kind_->kind) : "PartialObjectMetadata"},
                     {"apiVersion", is_plain ? kind_->api_version() : "meta.k8s.io/v1"},
                     {"metadata", metadata}});
  if (rendering_.accepted.view == View::Table) {
    object = Value::object(
        {{"kind", "Table"},
         {"apiVersion", "meta.k8s.io/v1"},
         {"metadata", Value::object({{"resourceVersion", std::to_string(revision)}})},
         {"columnDefinitions", Value()},
         {"rows", Value::array({Value::object({{"cells", Value::array()}, {"object", object}})})}});
  }
  const Value event = Value::object({{"type", "BOOKMARK"}, {"object", std::move(object)}});
  out.push_back(Piece::own(to_json(event, {.sort_members = false}) + "\n"));
}

void EventWriter::append_error(std::vector<Piece>& out, const Error& error) {
  const Value event = Value::object({{"type", "ERROR"}, {"object", status::to_status(error)}});
  out.push_back(Piece::own(to_json(event, {.sort_members = false}) + "\n"));
}

}  // namespace gp::api
