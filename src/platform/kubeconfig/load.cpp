#include <cstdlib>
#include <filesystem>

#include "adapter/files/files.hpp"
#include "base/edit_distance.hpp"
#include "base/encoding.hpp"
#include "base/yaml.hpp"
#include "platform/kubeconfig/kubeconfig.hpp"

namespace gp::kubeconfig {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileBytesMax = 4U << 20U;
constexpr std::size_t kMaterialBytesMax = 1U << 20U;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

template <typename Entries>
Error no_entry(const std::string& what, const std::string& name, const Entries& entries,
               const std::string& where) {
  Error error = not_found("{}: there is no {} \"{}\"", where, what, name);
  std::vector<std::string_view> known;
  for (const auto& [entry, value] : entries) known.push_back(entry);
  const std::string_view near = nearest_word(name, known);
  if (!near.empty()) {
    error.hint = fmt::format("did you mean \"{}\"?", near);
  } else if (!known.empty()) {
    error.hint =
        fmt::format("there {} {}", known.size() == 1 ? "is" : "are", fmt::join(known, ", "));
  }
  return error;
}

Result<std::string> text_of(const Material& material) {
  if (material.file.empty()) return material.data;
  return files::read_file(material.file, kMaterialBytesMax);
}

Result<> embed(Value& into, const std::string& field, const Material& material) {
  if (!material.is_set()) return {};
  const std::string text = TRY(text_of(material));
  into.set(field + "-data", base64_encode(text));
  return {};
}

Value exec_value(const ExecPlugin& plugin) {
  Value arguments = Value::array();
  for (const std::string& argument : plugin.arguments) arguments.push_back(argument);
  Value variables = Value::array();
  for (const auto& [name, value] : plugin.environment)
    variables.push_back(Value::object({{"name", name}, {"value", value}}));
  Value made = Value::object({{"apiVersion", plugin.api_version},
                              {"command", plugin.command},
                              {"args", std::move(arguments)},
                              {"env", std::move(variables)},
                              {"interactiveMode", plugin.needs_terminal ? "Always" : "Never"}});
  if (!plugin.install_hint.empty()) made.set("installHint", plugin.install_hint);
  if (plugin.provides_cluster_info) made.set("provideClusterInfo", true);
  return made;
}

Result<Value> cluster_value(const Cluster& cluster) {
  Value made = Value::object({{"server", cluster.server}});
  if (!cluster.tls_server_name.empty()) made.set("tls-server-name", cluster.tls_server_name);
  if (!cluster.proxy_url.empty()) made.set("proxy-url", cluster.proxy_url);
  if (cluster.skips_tls_verify) made.set("insecure-skip-tls-verify", true);
  TRY(embed(made, "certificate-authority", cluster.authority));
  return made;
}

Result<Value> user_value(const User& user) {
  Value made = Value::object();
  TRY(embed(made, "client-certificate", user.certificate));
  TRY(embed(made, "client-key", user.key));
  std::string token = user.token;
  if (!user.token_file.empty()) {
    token = TRY(files::read_file(user.token_file, kMaterialBytesMax));
    while (token.ends_with('\n')) token.pop_back();
  }
  if (!token.empty()) made.set("token", token);
  if (!user.username.empty()) {
    made.set("username", user.username);
    made.set("password", user.password);
  }
  if (!user.impersonate.empty()) made.set("as", user.impersonate);
  for (const std::string& group : user.impersonate_groups) made.edit("as-groups").push_back(group);
  if (!user.exec.command.empty()) made.set("exec", exec_value(user.exec));
  return made;
}

Value one(std::string_view name, std::string_view member, Value value) {
  return Value::array({Value::object({{"name", name}, {member, std::move(value)}})});
}

}  // namespace

std::vector<std::string> default_files(const std::string& path) {
  if (!path.empty()) return {path};
  const std::string list = environment("KUBECONFIG");
  std::vector<std::string> files;
  std::size_t from = 0;
  while (from < list.size()) {
    const std::size_t end = std::min(list.find(':', from), list.size());
    if (end > from) files.push_back(list.substr(from, end - from));
    from = end + 1;
  }
  if (files.empty()) files.push_back(environment("HOME") + "/.kube/config");
  return files;
}

Result<Config> load(const std::vector<std::string>& paths) {
  Config merged;
  for (const std::string& path : paths) {
    if (paths.size() > 1 && !files::exists(path)) continue;
    auto text = files::read_file(path, kFileBytesMax);
    if (!text) {
      return fail(std::move(text.error())
                      .with_context("kubeconfig")
                      .with_hint("name one with --kubeconfig FILE or set KUBECONFIG"));
    }
    Config config = TRY(parse(*text, path));
    merged.clusters.merge(config.clusters);
    merged.users.merge(config.users);
    merged.contexts.merge(config.contexts);
    if (merged.current_context.empty()) merged.current_context = config.current_context;
    merged.files.push_back(path);
  }
  if (merged.files.empty()) {
    return fail(not_found("none of the files in KUBECONFIG exists: {}", fmt::join(paths, ", ")));
  }
  return merged;
}

Result<Connection> connection_of(const Config& config, const std::string& wanted) {
  const std::string where = fmt::format("{}", fmt::join(config.files, ", "));
  const std::string name = wanted.empty() ? config.current_context : wanted;
  if (name.empty()) {
    return fail(invalid_argument("{}: no current-context is set", where)
                    .with_hint("name one with --context, or `kubectl config use-context NAME`"));
  }
  const auto context = config.contexts.find(name);
  if (context == config.contexts.end())
    return fail(no_entry("context", name, config.contexts, where));
  const ContextEntry& entry = context->second;

  Connection made;
  made.context = name;
  made.file = where;
  if (!entry.ns.empty()) made.ns = entry.ns;
  const auto cluster = config.clusters.find(entry.cluster);
  if (cluster == config.clusters.end())
    return fail(no_entry("cluster", entry.cluster, config.clusters, entry.where));
  made.cluster = cluster->second;
  if (made.cluster.server.empty()) {
    return fail(
        invalid_argument("{}: cluster \"{}\" names no server", made.cluster.where, entry.cluster));
  }
  if (entry.user.empty()) return made;
  const auto user = config.users.find(entry.user);
  if (user == config.users.end())
    return fail(no_entry("user", entry.user, config.users, entry.where));
  made.user = user->second;
  return made;
}

Result<Connection> in_cluster(const std::string& folder) {
  const std::string host = environment("KUBERNETES_SERVICE_HOST");
  const std::string port = environment("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty() || !files::exists(folder + "/token")) {
    return fail(not_found("this is not a pod of a Kubernetes cluster")
                    .with_hint("name a kubeconfig with --kubeconfig FILE"));
  }
  Connection made;
  made.context = "in-cluster";
  made.file = folder;
  const bool is_v6 = host.contains(':');
  made.cluster.server =
      is_v6 ? fmt::format("https://[{}]:{}", host, port) : fmt::format("https://{}:{}", host, port);
  made.cluster.authority.file = folder + "/ca.crt";
  made.cluster.where = made.user.where = folder;
  made.user.token_file = folder + "/token";  // rotated by the kubelet
  if (auto ns = files::read_file(folder + "/namespace", 256)) made.ns = std::move(*ns);
  return made;
}

Result<std::string> flatten(const Connection& connection) {
  const std::string& name = connection.context;
  const Value context =
      Value::object({{"cluster", name}, {"user", name}, {"namespace", connection.ns}});
  const Value cluster = TRY(cluster_value(connection.cluster));
  const Value user = TRY(user_value(connection.user));
  return to_yaml(Value::object({{"apiVersion", "v1"},
                                {"kind", "Config"},
                                {"current-context", name},
                                {"clusters", one(name, "cluster", cluster)},
                                {"users", one(name, "user", user)},
                                {"contexts", one(name, "context", context)}}));
}

}  // namespace gp::kubeconfig
