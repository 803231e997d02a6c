#include "app/api_client.hpp"

#include "adapter/files/files.hpp"
#include "base/edit_distance.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"
#include "platform/kubeconfig/kubeconfig.hpp"

namespace gp::app {
namespace {

constexpr std::string_view kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
constexpr auto kTimeout = std::chrono::seconds(60);
constexpr std::size_t kKubeconfigBytesMax = 4U << 20U;

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& item : list.items()) out.push_back(item.string());
  return out;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

Code code_of(int status) {
  switch (status) {
    case 401: return Code::Unauthenticated;
    case 403: return Code::Forbidden;
    case 404: return Code::NotFound;
    case 409: return Code::Conflict;
    case 410: return Code::Gone;
    case 413: return Code::TooLarge;
    case 429: return Code::ResourceExhausted;
    case 503: return Code::Unavailable;
    case 504: return Code::DeadlineExceeded;
    default: return status < 500 ? Code::InvalidArgument : Code::Internal;
  }
}

}  // namespace

std::string ApiResource::path(std::string_view ns, std::string_view name) const {
  std::string out =
      group.empty() ? fmt::format("/api/{}", version) : fmt::format("/apis/{}/{}", group, version);
  if (is_namespaced && !ns.empty()) out += fmt::format("/namespaces/{}", percent_encode(ns));
  out += "/" + plural;
  if (!name.empty()) out += "/" + percent_encode(name);
  return out;
}

Result<ApiClient> ApiClient::open(const std::string& kubeconfig_path) {
  const auto text = files::read_file(kubeconfig_path, kKubeconfigBytesMax);
  if (!text && text.error().code != Code::NotFound) return fail(text.error());
  if (!text) {
    return fail(
        unavailable("no platform is known here: {} does not exist", kubeconfig_path)
            .with_hint("start one with `goldenpath up`, or name its data folder with --data"));
  }
  const kubeconfig::Config config = TRY(kubeconfig::parse(*text, kubeconfig_path));
  const kubeconfig::Connection connection = TRY(kubeconfig::connection_of(config, ""));
  ApiClient client;
  client.server_ = connection.cluster.server;
  client.authority_pem_ = connection.cluster.authority.data;
  client.certificate_pem_ = connection.user.certificate.data;
  client.key_pem_ = connection.user.key.data;
  client.token_ = connection.user.token;
  return client;
}

Result<Value> ApiClient::exchange(http::ClientRequest request) {
  request.authority_pem = authority_pem_;
  request.client_certificate_pem = certificate_pem_;
  request.client_key_pem = key_pem_;
  request.headers.emplace_back("User-Agent", "goldenpath");
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);

  const Context context(system_clock(), kTimeout);
  auto answer = http_->send(context, request);
  if (!answer) {
    Error error = std::move(answer).error();
    if (error.hint.empty()) error.hint = "is the platform running? `goldenpath up` starts it";
    error.code = Code::Unavailable;
    return fail(std::move(error));
  }
  for (const auto& [name, value] : answer->headers) {
    if (name == "warning") warnings_.push_back(value);
  }
  auto body = parse_json(answer->body);
  if (answer->status < 400) return body;

  Error error{code_of(answer->status), {}, {}, {}, body ? *body : Value()};
  error.message = body && !(*body)["message"].empty()
                      ? (*body)["message"].string()
                      : fmt::format("{} {}: the server answered {}", request.method, request.url,
                                    answer->status);
  if (body && (*body)["reason"].text() == "AlreadyExists") error.code = Code::AlreadyExists;
  return fail(std::move(error));
}

Result<Value> ApiClient::get(const std::string& path, std::string_view accept) {
  http::ClientRequest request;
  request.url = server_ + path;
  request.headers.emplace_back("Accept", accept);
  request.body_bytes_max = 256U << 20U;
  return exchange(std::move(request));
}

Result<Value> ApiClient::send(std::string_view method, const std::string& path, const Value& body,
                              std::string_view content_type) {
  http::ClientRequest request;
  request.method = method;
  request.url = server_ + path;
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("Content-Type", content_type);
  request.body = to_json(body);
  return exchange(std::move(request));
}

Result<std::vector<ApiResource>> ApiClient::discover() {
  if (!resources_.empty()) return resources_;
  for (const char* path : {"/api", "/apis"}) {
    const Value groups = TRY(get(path, kAggregated));
    for (const Value& group : groups["items"].items()) {
      for (const Value& version : group["versions"].items()) {
        for (const Value& resource : version["resources"].items()) {
          ApiResource entry;
          entry.group = group["metadata"]["name"].string();
          entry.version = version["version"].string();
          entry.kind = resource["responseKind"]["kind"].string();
          entry.plural = resource["resource"].string();
          entry.singular = resource["singularResource"].string();
          entry.short_names = texts(resource["shortNames"]);
          entry.categories = texts(resource["categories"]);
          entry.is_namespaced = resource["scope"].text() == "Namespaced";
          resources_.push_back(std::move(entry));
        }
      }
    }
  }
  return resources_;
}

Result<ApiResource> ApiClient::resolve(std::string_view argument) {
  const std::vector<ApiResource> all = TRY(discover());
  const std::string wanted = lower(argument);
  const std::size_t dot = wanted.find('.');
  const std::string word = wanted.substr(0, dot);
  const std::string group = dot == std::string::npos ? "" : wanted.substr(dot + 1);
  for (const ApiResource& entry : all) {
    if (!group.empty() && entry.group != group &&
        fmt::format("{}.{}", entry.version, entry.group) != group)
      continue;
    if (entry.plural == word || entry.singular == word || lower(entry.kind) == word ||
        contains(entry.short_names, word)) {
      return entry;
    }
  }
  std::vector<std::string_view> known;
  for (const ApiResource& entry : all) known.push_back(entry.plural);
  Error error = not_found("the platform has no resource type \"{}\"", argument);
  const std::string_view near = nearest_word(word, known);
  error.hint = near.empty() ? "`kubectl api-resources` lists them"
                            : fmt::format("did you mean \"{}\"?", near);
  return fail(std::move(error));
}

Result<ApiResource> ApiClient::resolve_kind(std::string_view api_version, std::string_view kind) {
  const std::vector<ApiResource> all = TRY(discover());
  for (const ApiResource& entry : all) {
    if (entry.kind == kind && entry.api_version() == api_version) return entry;
  }
  return fail(
      not_found("no matches for kind \"{}\" in version \"{}\"", kind, api_version)
          .with_hint("check apiVersion and kind, or install its CustomResourceDefinition first"));
}

}  // namespace gp::app
