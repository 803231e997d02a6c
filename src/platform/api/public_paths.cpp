#include "platform/api/public_paths.hpp"

#include <algorithm>
#include <mutex>

#include "platform/api/render.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

using net::Response;

constexpr std::string_view kChecks[] = {"ping", "log", "store"};

Response version(const Accepted& accepted) {
  return render_value(200,
                      Value::object({{"major", "1"},
                                     {"minor", "32"},
                                     {"gitVersion", kGitVersion},
                                     {"gitCommit", ""},
                                     {"gitTreeState", "clean"},
                                     {"buildDate", "2026-11-24T00:00:00Z"},
                                     {"goVersion", "none"},
                                     {"compiler", "c++23"},
                                     {"platform", "linux/amd64"}}),
                      accepted);
}

Response index(const Accepted& accepted, const object::KindRegistry& kinds) {
  std::vector<std::string> paths = {"/api",    "/api/v1",  "/apis",       "/healthz",
                                    "/livez",  "/metrics", "/openapi/v2", "/openapi/v3",
                                    "/readyz", "/version"};
  for (const object::KindPtr& kind : kinds.all()) {
    if (kind->group.empty()) continue;
    paths.push_back("/apis/" + kind->group);
    paths.push_back("/apis/" + kind->api_version());
  }
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  Value list = Value::array();
  for (const std::string& path : paths) list.push_back(path);
  return render_value(200, Value::object({{"paths", std::move(list)}}), accepted);
}

// A document that its hash names: for ever the same.
Response document(const net::Request& request, const object::OpenApiDocument& open_api,
                  bool is_addressed_by_hash) {
  const std::string etag = fmt::format("\"{}\"", open_api.hash);
  Response response = request.headers.get("If-None-Match") == etag
                          ? Response::empty(304)
                          : render_shared(200, open_api.json, Accepted{});
  response.headers.set("Content-Type", "application/json");
  response.headers.set("ETag", etag);
  response.headers.set("Vary", "Accept");
  if (is_addressed_by_hash) response.headers.set("Cache-Control", "public, immutable");
  return response;
}

// kubectl asks for /openapi/v2 in protobuf alone and fails on a refusal, though it finds what it
// needs in /openapi/v3: an OpenAPI document with its version and title, and no paths.
constexpr std::string_view kOpenApiProtobuf =
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
constexpr std::string_view kEmptyOpenApi(
    "\x0a\x03"
    "2.0"
    "\x12\x11"
    "\x0a\x0a"
    "GoldenPath"
    "\x12\x03"
    "1.0"
    "\x42\x00",
    26);

bool is_protobuf_alone(const net::Request& request) {
  const std::string header = request.headers.joined("Accept");
  return header.starts_with(kOpenApiProtobuf);
}

}  // namespace

std::optional<Response> PublicPaths::answer(const net::Request& request, const RequestInfo& info) {
  const Accepted accepted = negotiate(request, Views::ObjectOnly).value_or(Accepted{});
  if (info.parts.empty()) return index(accepted, verbs_.kinds());
  const std::string& first = info.parts.front();
  if (first == "version" && info.parts.size() == 1) return version(accepted);
  if (first == "healthz" || first == "livez" || first == "readyz") return health(request, info);
  if (first == "metrics" && info.parts.size() == 1) return metrics();
  if (first == "openapi" && info.parts.size() >= 2) {
    if (info.parts[1] == "v3") return open_api_v3(request, info);
    if (info.parts[1] == "v2" && info.parts.size() == 2) return open_api_v2(request);
  }
  return std::nullopt;
}

// /readyz, /readyz?verbose, /readyz/ping. The store answers or the process is gone, so all checks
// hold whenever there is anybody to say so.
Response PublicPaths::health(const net::Request& request, const RequestInfo& info) const {
  if (info.parts.size() > 2) return Response::text(404, "404 page not found\n");
  if (info.parts.size() == 2) {
    const bool is_known = std::ranges::find(kChecks, info.parts[1]) != std::end(kChecks);
    return is_known ? Response::text(200, "ok") : Response::text(404, "404 page not found\n");
  }
  if (!request.query.contains("verbose")) return Response::text(200, "ok");
  std::string text;
  for (const std::string_view check : kChecks) text += fmt::format("[+]{} ok\n", check);
  return Response::text(200, text + info.parts[0] + " check passed\n");
}

Response PublicPaths::open_api_v3(const net::Request& request, const RequestInfo& info) {
  if (info.parts.size() == 2) return document(request, open_api_.index(), false);
  std::string path;
  for (std::size_t i = 2; i < info.parts.size(); ++i) {
    path += (path.empty() ? "" : "/") + info.parts[i];
  }
  const object::OpenApiDocument found = open_api_.document(path);
  if (!found.json) return Response::text(404, "404 page not found\n");
  const std::string_view hash = request.query.get("hash");
  if (!hash.empty() && hash != found.hash) {
    return Response::redirect(301, fmt::format("/openapi/v3/{}?hash={}", path, found.hash));
  }
  return document(request, found, !hash.empty());
}

Response PublicPaths::open_api_v2(const net::Request& request) {
  if (is_protobuf_alone(request)) {
    // Not the name asked for: Go's clients cannot parse the "@" in an answer.
    return Response::text(200, std::string(kEmptyOpenApi),
                          "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  }
  return document(request, open_api_.v2(), false);
}

void PublicPaths::count(std::string_view verb, int status) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(verb), status}];
}

Response PublicPaths::metrics() {
  const store::StoreStats stats = verbs_.store().stats();
  std::string text =
      "# HELP apiserver_request_total Requests to the Kubernetes API, by verb and status.\n"
      "# TYPE apiserver_request_total counter\n";
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, count] : requests_) {
      text += fmt::format("apiserver_request_total{{verb=\"{}\",code=\"{}\"}} {}\n", key.first,
                          key.second, count);
    }
  }
  text += fmt::format(
      "# TYPE goldenpath_store_objects gauge\ngoldenpath_store_objects {}\n"
      "# TYPE goldenpath_store_object_bytes gauge\ngoldenpath_store_object_bytes {}\n"
      "# TYPE goldenpath_store_revision gauge\ngoldenpath_store_revision {}\n"
      "# TYPE goldenpath_store_commits_total counter\ngoldenpath_store_commits_total {}\n"
      "# TYPE goldenpath_store_writes_total counter\ngoldenpath_store_writes_total {}\n",
      stats.objects, stats.object_bytes, stats.revision, stats.commits, stats.writes);
  for (const auto& more : more_metrics_) text += more();
  return Response::text(200, std::move(text), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace gp::api
