// goldenpath cluster add | list | remove | check: clusters elsewhere that the platform deploys to.

#include <iostream>

#include "app/commands/cluster_report.hpp"
#include "app/commands/objects.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"
#include "feature/clusters/clusters.hpp"
#include "platform/kubeconfig/kubeconfig.hpp"

namespace gp::app {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(60);
constexpr std::string_view kClusters = "/apis/goldenpath.dev/v1alpha1/clusters";
constexpr std::size_t kNameMax = 50;

std::string secret_name(std::string_view cluster) {
  return fmt::format("cluster-{}", cluster);
}

std::string secrets_path(std::string_view name = {}) {
  return fmt::format("/api/v1/namespaces/{}/secrets{}{}", clusters::kSystemNamespace,
                     name.empty() ? "" : "/", name);
}

// A context's name as a name that objects may have: "arn:aws:eks:…:cluster/prod" becomes "prod".
std::string name_of_context(std::string_view context) {
  const std::size_t slash = context.rfind('/');
  if (slash != std::string_view::npos) context.remove_prefix(slash + 1);
  std::string name;
  for (const char c : lower(context.substr(0, kNameMax))) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    name += is_plain ? c : '-';
  }
  while (name.ends_with('-')) name.pop_back();
  while (name.starts_with('-')) name.erase(0, 1);
  return name.empty() ? "cluster" : name;
}

Result<kubeconfig::Connection> chosen(const ClusterOptions& options) {
  if (options.in_cluster) return kubeconfig::in_cluster();
  const kubeconfig::Config config =
      TRY(kubeconfig::load(kubeconfig::default_files(options.kubeconfig)));
  return kubeconfig::connection_of(config, options.context);
}

// The connection that the platform has stored under a name.
Result<kubeconfig::Connection> stored(ApiClient& client, const std::string& name) {
  auto found = client.get(fmt::format("{}/{}", kClusters, percent_encode(name)));
  if (!found && found.error().code == Code::NotFound) {
    return fail(not_found("the platform has no cluster \"{}\"", name)
                    .with_hint("`goldenpath cluster list` shows them"));
  }
  const Value object = TRY(Result<Value>(found));
  const Value& reference = object["spec"]["kubeconfig"];
  const std::string ns = reference["namespace"].string(clusters::kSystemNamespace);
  const std::string secret = reference["name"].string();
  const Value data = TRY(client.get(
      fmt::format("/api/v1/namespaces/{}/secrets/{}", percent_encode(ns), percent_encode(secret))));
  const std::string where = fmt::format("Secret \"{}/{}\"", ns, secret);
  const std::string text =
      TRY(base64_decode(data["data"][reference["key"].string(clusters::kDefaultKey)].text()));
  const kubeconfig::Config config = TRY(kubeconfig::parse(text, where));
  return kubeconfig::connection_of(config, object["spec"]["context"].string());
}

Result<cluster::Preflight> examine(const std::string& name, kubeconfig::Connection connection) {
  http::Network network;
  auto credentials = TRY(kubeconfig::Credentials::open(std::move(connection), system_clock()));
  cluster::RemoteCluster there(name, std::move(credentials), network, system_clock());
  return run_preflight(Context(system_clock(), kTimeout), there, cluster::Depth::Access);
}

void print_preflight(const std::string& name, const cluster::Preflight& found,
                     const std::string& output) {
  Value value = found.to_value();
  value.set("name", name);
  if (output == "json") {
    std::cout << to_json(value, {.escape_html = false, .indent = 2}) << "\n";
  } else if (output == "yaml") {
    std::cout << to_yaml(value);
  } else {
    Terminal terminal(stdout);
    terminal.print(fmt::format("{} at {}\n", terminal.bold(name), found.server));
    terminal.print(format_preflight(terminal, found));
  }
}

int exit_code_of(const cluster::Preflight& found) {
  if (!found.is_reachable()) return kUnreachable;
  return found.is_fine() ? kFine : kFindings;
}

Result<> ensure_namespace(ApiClient& client) {
  const auto made = client.send(
      "POST", "/api/v1/namespaces",
      Value::object({{"apiVersion", "v1"},
                     {"kind", "Namespace"},
                     {"metadata", Value::object({{"name", clusters::kSystemNamespace}})}}));
  if (!made && made.error().code != Code::AlreadyExists) return fail(Error(made.error()));
  return {};
}

// Creates, or changes what is there, by server-side apply.
Result<> apply_object(ApiClient& client, const std::string& path, const Value& object) {
  TRY(client.send("PATCH", path + "?fieldManager=goldenpath-cluster&force=true", object,
                  "application/apply-patch+yaml"));
  return {};
}

Result<> store(ApiClient& client, const std::string& name,
               const kubeconfig::Connection& connection) {
  const std::string text = TRY(kubeconfig::flatten(connection));
  TRY(ensure_namespace(client));
  const std::string secret = secret_name(name);
  TRY(apply_object(
      client, secrets_path(secret),
      Value::object({{"apiVersion", "v1"},
                     {"kind", "Secret"},
                     {"metadata",
                      Value::object({{"name", secret}, {"namespace", clusters::kSystemNamespace}})},
                     {"data", Value::object({{clusters::kDefaultKey, base64_encode(text)}})}})));
  return apply_object(
      client, fmt::format("{}/{}", kClusters, name),
      Value::object(
          {{"apiVersion", "goldenpath.dev/v1alpha1"},
           {"kind", "Cluster"},
           {"metadata", Value::object({{"name", name}})},
           {"spec", Value::object({{"kubeconfig", Value::object({{"name", secret}})}})}}));
}

Result<int> add(const ClusterOptions& options) {
  const kubeconfig::Connection connection = TRY(chosen(options));
  const std::string name =
      options.name.empty() ? name_of_context(connection.context) : options.name;
  ApiClient client = TRY(connect(options.connection));
  const cluster::Preflight found = TRY(examine(name, connection));
  print_preflight(name, found, options.output);
  if (!found.is_fine() && !options.force) {
    return fail(failed_precondition("cluster \"{}\" was not added", name)
                    .with_hint("correct what failed, or add it all the same with --force"));
  }
  TRY(store(client, name, connection));
  std::cerr << fmt::format("\ncluster \"{}\" added; its kubeconfig is kept in Secret \"{}/{}\"\n",
                           name, clusters::kSystemNamespace, secret_name(name));
  return kFine;
}

Result<int> check(const ClusterOptions& options) {
  const bool by_file =
      !options.kubeconfig.empty() || !options.context.empty() || options.in_cluster;
  if (options.name.empty() || by_file) {
    const kubeconfig::Connection connection = TRY(chosen(options));
    const std::string name = options.name.empty() ? connection.context : options.name;
    const cluster::Preflight found = TRY(examine(name, connection));
    print_preflight(name, found, options.output);
    return exit_code_of(found);
  }
  ApiClient client = TRY(connect(options.connection));
  const kubeconfig::Connection connection = TRY(stored(client, options.name));
  const cluster::Preflight found = TRY(examine(options.name, connection));
  print_preflight(options.name, found, options.output);
  return exit_code_of(found);
}

Result<int> remove(const ClusterOptions& options) {
  ApiClient client = TRY(connect(options.connection));
  auto gone = client.send("DELETE", fmt::format("{}/{}", kClusters, percent_encode(options.name)),
                          Value::object());
  if (!gone && gone.error().code == Code::NotFound) {
    return fail(not_found("the platform has no cluster \"{}\"", options.name)
                    .with_hint("`goldenpath cluster list` shows them"));
  }
  TRY(Result<Value>(gone));
  // Only the Secret that `add` has made; one of somebody's own stays.
  const auto secret =
      client.send("DELETE", secrets_path(secret_name(options.name)), Value::object());
  if (!secret && secret.error().code != Code::NotFound) return fail(Error(secret.error()));
  std::cout << fmt::format("cluster \"{}\" removed; nothing in it was changed\n", options.name);
  return kFine;
}

Result<int> list(const ClusterOptions& options) {
  ApiClient client = TRY(connect(options.connection));
  const Value all = TRY(client.get(std::string(kClusters)));
  const bool is_table = options.output == "table" || options.output == "wide";
  if (all["items"].empty() && is_table) {
    std::cerr << "no clusters but the platform's own; `goldenpath cluster add` adds one\n";
    return kFine;
  }
  GetOptions get;
  get.connection = options.connection;
  get.arguments = {"clusters.goldenpath.dev"};
  get.output = options.output;
  return run_get(get);
}

}  // namespace

int run_cluster(const ClusterOptions& options) {
  const auto code = options.action == "add"      ? add(options)
                    : options.action == "list"   ? list(options)
                    : options.action == "remove" ? remove(options)
                                                 : check(options);
  return code ? *code : report(code.error());
}

}  // namespace gp::app
