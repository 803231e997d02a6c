#include "platform/api/render.hpp"

#include "base/json.hpp"
#include "base/yaml.hpp"
#include "platform/api/layout.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

using net::Piece;
using net::Response;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kYaml = "application/yaml";

// Bytes of JSON in the form asked for.
Response respond(int status, std::vector<Piece> pieces, const Accepted& accepted) {
  Response response;
  response.status = status;
  if (accepted.format == Format::Json && !accepted.is_pretty) {
    response.headers.set("Content-Type", kJson);
    response.body = std::move(pieces);
    return response;
  }
  std::string text;
  for (const Piece& piece : pieces) text += piece.bytes;
  constexpr JsonLimits kOurOwn{.bytes_max = std::size_t{1} << 32U, .depth_max = 1024};
  const auto value = parse_json(text, kOurOwn);
  GP_CHECK(value, "we have just written this JSON");
  if (accepted.format == Format::Yaml) {
    response.headers.set("Content-Type", kYaml);
    response.body.push_back(Piece::own(to_yaml(*value)));
    return response;
  }
  response.headers.set("Content-Type", kJson);
  std::string pretty = to_json(*value, {.sort_members = false, .escape_html = true, .indent = 2});
  pretty += '\n';
  response.body.push_back(Piece::own(std::move(pretty)));
  return response;
}

std::vector<Piece> one(std::string text) {
  std::vector<Piece> pieces;
  pieces.push_back(Piece::own(std::move(text)));
  return pieces;
}

Value list_metadata(const store::Listed& listed, std::string_view continue_token,
                    bool has_selector) {
  Value metadata = Value::object({{"resourceVersion", std::to_string(listed.revision)}});
  if (continue_token.empty()) return metadata;
  metadata.set("continue", continue_token);
  if (!has_selector && listed.remaining != 0) {
    metadata.set("remainingItemCount", std::uint64_t{listed.remaining});
  }
  return metadata;
}

std::string list_head(std::string_view kind, std::string_view api_version, const Value& metadata) {
  std::string head = R"({"kind":)";
  append_json_string(head, kind);
  head += R"(,"apiVersion":)";
  append_json_string(head, api_version);
  head += R"(,"metadata":)";
  append_json(head, metadata);
  head += R"(,"items":[)";
  return head;
}

// The objects' own bytes, kept alive together. Items of typed lists carry no apiVersion and kind,
// as Go writes them; those of custom resources do.
std::vector<Piece> list_pieces(const object::Kind& kind, store::Listed listed,
                               const Value& metadata) {
  std::vector<Piece> pieces;
  pieces.reserve(listed.objects.size() * 4 + 2);
  pieces.push_back(Piece::own(list_head(kind.list_kind, kind.api_version(), metadata)));
  const auto owner = std::make_shared<const std::vector<ObjectRef>>(std::move(listed.objects));
  bool is_first = true;
  for (const ObjectRef& object : *owner) {
    if (!is_first) pieces.push_back(Piece::literal(","));
    is_first = false;
    if (kind.type != nullptr) {
      append_untyped(pieces, object->json(), owner);
    } else {
      pieces.push_back({object->json(), owner});
    }
  }
  pieces.push_back(Piece::literal("]}"));
  return pieces;
}

std::string partial_list(const store::Listed& listed, const Value& metadata) {
  std::string text = list_head("PartialObjectMetadataList", "meta.k8s.io/v1", metadata);
  bool is_first = true;
  for (const ObjectRef& object : listed.objects) {
    if (!is_first) text += ',';
    is_first = false;
    append_partial(text, object->json());
  }
  return text + "]}";
}

}  // namespace

void append_partial(std::string& out, std::string_view json) {
  out += R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":)";
  out += find_layout(json).metadata;
  out += '}';
}

Response render_value(int status, const Value& value, const Accepted& accepted) {
  return respond(status, one(to_json(value, {.sort_members = false})), accepted);
}

Response render_shared(int status, std::shared_ptr<const std::string> json,
                       const Accepted& accepted) {
  const std::string_view bytes = *json;
  std::vector<Piece> pieces{{bytes, std::move(json)}};
  return respond(status, std::move(pieces), accepted);
}

Response render_object(int status, const object::Kind& kind, const ObjectRef& object,
                       const Rendering& rendering) {
  switch (rendering.accepted.view) {
    case View::Table: {
      const Value metadata =
          Value::object({{"resourceVersion", std::to_string(object->revision())}});
      return respond(status, one(table_json(kind, {&object, 1}, metadata, true, rendering)),
                     rendering.accepted);
    }
    case View::Partial: {
      std::string text;
      append_partial(text, object->json());
      return respond(status, one(std::move(text)), rendering.accepted);
    }
    case View::Object: break;
  }
  std::vector<Piece> pieces{{object->json(), object.keep()}};
  return respond(status, std::move(pieces), rendering.accepted);
}

Response render_list(const object::Kind& kind, store::Listed listed,
                     std::string_view continue_token, bool has_selector,
                     const Rendering& rendering) {
  const Value metadata = list_metadata(listed, continue_token, has_selector);
  switch (rendering.accepted.view) {
    case View::Table:
      return respond(200, one(table_json(kind, listed.objects, metadata, true, rendering)),
                     rendering.accepted);
    case View::Partial:
      return respond(200, one(partial_list(listed, metadata)), rendering.accepted);
    case View::Object: break;
  }
  return respond(200, list_pieces(kind, std::move(listed), metadata), rendering.accepted);
}

Response render_error(const Error& error, const Accepted& accepted) {
  const Value status = status::to_status(error);
  Response response = render_value(status::http_code(error), status, accepted);
  if (const std::int64_t seconds = status["details"]["retryAfterSeconds"].integer(); seconds > 0) {
    response.headers.set("Retry-After", std::to_string(seconds));
  }
  return response;
}

}  // namespace gp::api
