#include "app/api_client.hpp"

#include "adapter/files/files.hpp"
#include "base/edit_distance.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "platform/kubeconfig/kubeconfig.hpp"

namespace gp::app {
namespace {

constexpr auto kTimeout = std::chrono::seconds(60);
constexpr std::size_t kKubeconfigBytesMax = 4U << 20U;

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

Context until_timeout() {
  return Context(system_clock(), kTimeout);
}

// Somebody waits at a terminal: what does not answer is said at once, not tried again.
cluster::RemoteOptions for_commands() {
  cluster::RemoteOptions options;
  options.requests_per_second = 0;
  options.attempts_max = 1;
  options.request_timeout = kTimeout;
  return options;
}

Error with_hint_to_start(Error error) {
  if (error.code == Code::Unavailable && error.hint.empty())
    error.hint = "is the platform running? `goldenpath up` starts it";
  return error;
}

}  // namespace

ApiClient::Server::Server(std::unique_ptr<kubeconfig::Credentials> credentials)
    : session("platform", std::move(credentials), network, system_clock(), for_commands()),
      discovery(session) {}

Result<ApiClient> ApiClient::open(const std::string& kubeconfig_path) {
  const auto text = files::read_file(kubeconfig_path, kKubeconfigBytesMax);
  if (!text && text.error().code != Code::NotFound) return fail(text.error());
  if (!text) {
    return fail(
        unavailable("no platform is known here: {} does not exist", kubeconfig_path)
            .with_hint("start one with `goldenpath up`, or name its data folder with --data"));
  }
  const kubeconfig::Config config = TRY(kubeconfig::parse(*text, kubeconfig_path));
  kubeconfig::Connection connection = TRY(kubeconfig::connection_of(config, ""));
  auto credentials = TRY(kubeconfig::Credentials::open(std::move(connection), system_clock()));
  return ApiClient(std::make_unique<Server>(std::move(credentials)));
}

Result<Value> ApiClient::exchange(const cluster::ApiCall& call) {
  auto answer = server_->session.send(until_timeout(), call);
  if (!answer) return fail(with_hint_to_start(std::move(answer).error()));
  for (const auto& [name, value] : answer->headers) {
    if (name == "warning") warnings_.push_back(value);
  }
  return parse_json(answer->body, {.bytes_max = server_->session.options().page_bytes_max});
}

Result<Value> ApiClient::get(const std::string& path, std::string_view accept) {
  cluster::ApiCall call;
  call.path = path;
  call.accept = accept;
  return exchange(call);
}

Result<Value> ApiClient::send(std::string_view method, const std::string& path, const Value& body,
                              std::string_view content_type) {
  cluster::ApiCall call;
  call.method = method;
  call.path = path;
  call.body = to_json(body);
  call.content_type = content_type;
  return exchange(call);
}

Result<std::vector<ApiResource>> ApiClient::discover() {
  const auto kinds = server_->discovery.all(until_timeout());
  if (!kinds) return fail(with_hint_to_start(kinds.error()));
  return **kinds;
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
  return server_->discovery.of_kind(until_timeout(), api_version, kind);
}

}  // namespace gp::app
