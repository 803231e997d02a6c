#include "platform/api/read_body.hpp"

#include "base/json.hpp"
#include "base/yaml.hpp"
#include "platform/api/protobuf.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kObjectTypes =
    "application/json, application/yaml, application/vnd.kubernetes.protobuf";

std::string media_type(const net::Request& request) {
  const std::string_view header = request.headers.get("Content-Type");
  std::string type(header.substr(0, header.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type.empty() ? "application/json" : type;
}

Result<> check_size(const net::Request& request) {
  if (request.body.size() <= kBodyBytesMax) return {};
  return fail(status::request_too_large(kBodyBytesMax));
}

Result<Body> read_json(std::string_view text) {
  Body body;
  auto parsed = parse_json_strict(text, body.duplicates);
  if (!parsed) return fail(status::bad_request(parsed.error().message));
  body.document = std::move(*parsed);
  return body;
}

Result<Body> read_yaml(std::string_view text) {
  auto parsed = parse_yaml(text);
  if (!parsed) {
    return fail(status::bad_request("error converting YAML to JSON: " + parsed.error().message));
  }
  return Body{std::move(*parsed), {}};
}

bool is_yaml(std::string_view type) {
  return type == "application/yaml" || type == "application/x-yaml" || type == "text/yaml";
}

}  // namespace

Result<Body> read_object(const net::Request& request, const object::Kind& kind,
                         const object::KindRegistry& kinds) {
  TRY(check_size(request));
  const std::string type = media_type(request);
  if (type == kProtobufType) {
    Body body;
    body.document = TRY(decode_protobuf(request.body, kind, kinds));
    return body;
  }
  if (type == "application/json") return read_json(request.body);
  if (is_yaml(type)) return read_yaml(request.body);
  return fail(status::unsupported_media_type(kObjectTypes));
}

Result<Value> read_delete_options(const net::Request& request, const object::KindRegistry& kinds) {
  if (request.body.empty()) return Value();
  object::Kind kind;
  kind.version = "v1";
  kind.kind = "DeleteOptions";
  kind.plural = "deleteoptions";
  kind.type = object::builtin_types().find("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
  Body body = TRY(read_object(request, kind, kinds));
  return std::move(body.document);
}

Result<PatchBody> read_patch(const net::Request& request, const object::Kind& kind) {
  TRY(check_size(request));
  const std::string type = media_type(request);
  PatchBody patch;
  if (type == "application/json-patch+json") {
    patch.type = PatchType::Json;
  } else if (type == "application/merge-patch+json") {
    patch.type = PatchType::Merge;
  } else if (type == "application/strategic-merge-patch+json" && kind.has_strategic_merge()) {
    patch.type = PatchType::Strategic;
  } else if (type == "application/apply-patch+yaml") {
    patch.type = PatchType::Apply;
    patch.body = TRY(read_yaml(request.body));
    return patch;
  } else {
    return fail(status::unsupported_media_type(
        kind.has_strategic_merge()
            ? "application/json-patch+json, application/merge-patch+json, "
              "application/apply-patch+yaml, application/strategic-merge-patch+json"
            : "application/json-patch+json, application/merge-patch+json, "
              "application/apply-patch+yaml"));
  }
  patch.body = TRY(read_json(request.body));
  return patch;
}

}  // namespace gp::api
