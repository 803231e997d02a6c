#include "platform/api/public_paths.hpp"

#include <algorithm>
#include <future>
#include <mutex>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "platform/api/openapi_protobuf.hpp"
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

// What older kubectl asks for alone; newer ones prefer /openapi/v3.
constexpr std::string_view kOpenApiProtobuf =
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

bool is_protobuf_alone(const net::Request& request) {
  const std::string header = request.headers.joined("Accept");
  return header.starts_with(kOpenApiProtobuf);
}

// A transaction of nothing goes the way of every write, but for the disk: who answers can write.
bool store_answers(store::Store& store) {
  constexpr auto kPatience = std::chrono::seconds(2);
  const auto done = std::make_shared<std::promise<bool>>();
  auto answer = done->get_future();
  store.commit_async({}, [done](const Result<store::Committed>& committed) {
    done->set_value(committed.has_value());
  });
  return answer.wait_for(kPatience) == std::future_status::ready && answer.get();
}

bool holds(std::string_view check, store::Store& store) {
  return check != "store" || store_answers(store);
}

// Go's %q of several: `"a", "b"`.
std::string quoted(std::span<const std::string_view> texts) {
  std::string out;
  for (const std::string_view text : texts) {
    if (!out.empty()) out += ", ";
    append_json_string(out, text, false);
  }
  return out;
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

// /readyz, /readyz?verbose, /readyz?exclude=store, /readyz/ping; in the real server's form.
Response PublicPaths::health(const net::Request& request, const RequestInfo& info) const {
  if (info.parts.size() > 2) return Response::text(404, "404 page not found\n");
  if (info.parts.size() == 2) {
    const std::string& name = info.parts[1];
    if (std::ranges::find(kChecks, name) == std::end(kChecks)) {
      return Response::text(404, "404 page not found\n");
    }
    if (holds(name, verbs_.store())) return Response::text(200, "ok");
    return Response::text(500, fmt::format("internal server error: {} failed\n", name));
  }
  std::vector<std::string_view> excluded = request.query.all("exclude");
  std::string text;
  bool is_good = true;
  for (const std::string_view check : kChecks) {
    if (std::erase(excluded, check) > 0) {
      text += fmt::format("[+]{} excluded: ok\n", check);
    } else if (holds(check, verbs_.store())) {
      text += fmt::format("[+]{} ok\n", check);
    } else {
      text += fmt::format("[-]{} failed: reason withheld\n", check);
      is_good = false;
    }
  }
  if (!excluded.empty()) {
    text += fmt::format("warn: some health checks cannot be excluded: no matches for {}\n",
                        quoted(excluded));
  }
  if (!is_good) return Response::text(500, text + info.parts[0] + " check failed\n");
  if (!request.query.contains("verbose")) return Response::text(200, "ok");
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
    Response response = document(request, protobuf_of(open_api_.v2()), false);
    // Not the name asked for: Go's clients cannot parse the "@" in an answer.
    response.headers.set("Content-Type",
                         "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    return response;
  }
  return document(request, open_api_.v2(), false);
}

// Made anew when the document has changed.
object::OpenApiDocument PublicPaths::protobuf_of(const object::OpenApiDocument& json) {
  const std::lock_guard lock(mutex_);
  if (protobuf_of_ == json.hash) return protobuf_;
  const auto parsed = parse_json(*json.json);
  GP_CHECK(parsed, "our own document reads well");
  std::string bytes = open_api_protobuf(*parsed);
  protobuf_.hash = sha256_hex(bytes);
  protobuf_.json = std::make_shared<const std::string>(std::move(bytes));
  protobuf_of_ = json.hash;
  return protobuf_;
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
