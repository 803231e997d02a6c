#include <filesystem>
#include <set>

#include "base/encoding.hpp"
#include "base/yaml.hpp"
#include "platform/kubeconfig/kubeconfig.hpp"

namespace gp::kubeconfig {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytesMax = 4U << 20U;
constexpr std::size_t kEntriesMax = 2000;
constexpr std::string_view kExecGroup = "client.authentication.k8s.io/";

class Reader {
 public:
  Reader(const Value& root, const YamlLines& lines, std::string file)
      : root_(root), lines_(lines), file_(std::move(file)) {}

  Result<Config> read() {
    if (!root_.is_object()) {
      return fail(invalid_argument(
          "{}: a kubeconfig is an object with clusters, users and contexts", file_));
    }
    const std::string_view kind = root_["kind"].text("Config");
    if (kind != "Config") {
      return fail(invalid_argument("{}: kind is \"{}\", expected Config", at("kind"), kind));
    }
    Config config;
    config.files = {file_};
    config.current_context = root_["current-context"].string();
    TRY(each("clusters", "cluster",
             [&](const std::string& name, const Value& value, const std::string& path) -> Result<> {
               Cluster made = TRY(cluster(name, value, path));
               config.clusters.emplace(name, std::move(made));
               return {};
             }));
    TRY(each("users", "user",
             [&](const std::string& name, const Value& value, const std::string& path) -> Result<> {
               User made = TRY(user(name, value, path));
               config.users.emplace(name, std::move(made));
               return {};
             }));
    TRY(each("contexts", "context",
             [&](const std::string& name, const Value& value, const std::string& path) -> Result<> {
               config.contexts.emplace(
                   name, ContextEntry{value["cluster"].string(), value["user"].string(),
                                      value["namespace"].string(), at(path)});
               return {};
             }));
    return config;
  }

 private:
  std::string at(std::string_view path) const {
    return fmt::format("{}:{}", file_, lines_.line_of(path));
  }

  // Calls `take(name, value, path)` for each entry {name: …, member: …} of a list.
  template <typename Take>
  Result<> each(const std::string& list, const std::string& member, Take take) {
    const Value& entries = root_[list];
    if (!entries.is_null() && !entries.is_array()) {
      return fail(invalid_argument("{}: {} is not a list", at(list), list));
    }
    if (entries.size() > kEntriesMax) {
      return fail(too_large("{}: more than {} {}", at(list), kEntriesMax, list));
    }
    std::size_t index = 0;
    std::set<std::string> seen;
    for (const Value& entry : entries.items()) {
      const std::string path = fmt::format("{}.{}", list, index++);
      const std::string name = entry["name"].string();
      if (name.empty()) {
        return fail(invalid_argument("{}: an entry of {} has no name", at(path), list));
      }
      if (!seen.insert(name).second) continue;  // the first of one name wins
      TRY(take(name, entry[member], path + "." + member));
    }
    return {};
  }

  std::string absolute(std::string_view path) const {
    if (path.empty()) return {};
    return fs::absolute(fs::path(file_).parent_path() / path).lexically_normal().string();
  }

  Result<Material> material(const Value& value, const std::string& path,
                            const std::string& field) const {
    const std::string data_field = field + "-data";
    Material found;
    if (const Value& data = value[data_field]; !data.empty()) {
      auto decoded = base64_decode(data.text());
      if (!decoded) {
        return fail(
            invalid_argument("{}: {} is not base64", at(path + "." + data_field), data_field)
                .with_hint("embed the file with `kubectl config set-… --embed-certs`"));
      }
      found.data = std::move(*decoded);
      return found;  // wins over the file
    }
    found.file = absolute(value[field].text());
    return found;
  }

  Result<Cluster> cluster(const std::string& name, const Value& value,
                          const std::string& path) const {
    Cluster made;
    made.where = at(path);
    made.server = value["server"].string();
    while (made.server.ends_with('/')) made.server.pop_back();
    if (!made.server.empty() && !made.server.contains("://")) made.server.insert(0, "https://");
    const bool is_known = made.server.starts_with("https://") || made.server.starts_with("http://");
    if (!made.server.empty() && !is_known) {
      return fail(
          invalid_argument("{}: server of cluster \"{}\" is \"{}\", expected an address "
                           "such as https://10.0.0.1:6443",
                           at(path + ".server"), name, made.server));
    }
    made.tls_server_name = value["tls-server-name"].string();
    made.skips_tls_verify = value["insecure-skip-tls-verify"].boolean();
    made.proxy_url = value["proxy-url"].string();
    made.authority = TRY(material(value, path, "certificate-authority"));
    if (made.skips_tls_verify && made.authority.is_set()) {
      return fail(invalid_argument("{}: cluster \"{}\" has both a certificate authority and "
                                   "insecure-skip-tls-verify",
                                   at(path), name)
                      .with_hint("remove one of them"));
    }
    return made;
  }

  Result<User> user(const std::string& name, const Value& value, const std::string& path) const {
    User made;
    made.where = at(path);
    made.certificate = TRY(material(value, path, "client-certificate"));
    made.key = TRY(material(value, path, "client-key"));
    if (made.certificate.is_set() != made.key.is_set()) {
      return fail(invalid_argument("{}: user \"{}\" has a client {} without a client {}", at(path),
                                   name, made.certificate.is_set() ? "certificate" : "key",
                                   made.certificate.is_set() ? "key" : "certificate"));
    }
    made.token = value["token"].string();
    made.token_file = absolute(value["tokenFile"].text());
    made.username = value["username"].string();
    made.password = value["password"].string();
    made.impersonate = value["as"].string();
    for (const Value& group : value["as-groups"].items())
      made.impersonate_groups.push_back(group.string());
    if (const Value& provider = value["auth-provider"]; !provider.is_null()) {
      return fail(invalid_argument("{}: user \"{}\" uses the auth-provider \"{}\", which kubectl "
                                   "gave up in 1.26",
                                   at(path + ".auth-provider"), name, provider["name"].text())
                      .with_hint("use the exec plug-in that replaced it"));
    }
    if (const Value& exec = value["exec"]; !exec.is_null()) {
      made.exec = TRY(plugin(name, exec, path + ".exec"));
    }
    return made;
  }

  Result<ExecPlugin> plugin(const std::string& name, const Value& value,
                            const std::string& path) const {
    ExecPlugin made;
    made.api_version = value["apiVersion"].string();
    const std::string version = made.api_version.starts_with(kExecGroup)
                                    ? made.api_version.substr(kExecGroup.size())
                                    : std::string();
    if (version != "v1" && version != "v1beta1") {
      return fail(
          invalid_argument("{}: apiVersion of the exec plug-in of user \"{}\" is \"{}\", "
                           "expected {}v1 or {}v1beta1",
                           at(path), name, made.api_version, kExecGroup, kExecGroup));
    }
    made.command = value["command"].string();
    if (made.command.empty()) {
      return fail(
          invalid_argument("{}: the exec plug-in of user \"{}\" names no command", at(path), name));
    }
    if (made.command.contains('/')) made.command = absolute(made.command);
    for (const Value& argument : value["args"].items()) made.arguments.push_back(argument.string());
    for (const Value& entry : value["env"].items())
      made.environment.emplace_back(entry["name"].string(), entry["value"].string());
    made.install_hint = value["installHint"].string();
    made.provides_cluster_info = value["provideClusterInfo"].boolean();
    made.needs_terminal = value["interactiveMode"].text() == "Always";
    return made;
  }

  const Value& root_;
  const YamlLines& lines_;
  const std::string file_;
};

}  // namespace

Result<Config> parse(std::string_view text, const std::string& file) {
  YamlOptions options;
  options.limits = {
      .bytes_max = kBytesMax, .depth_max = 32, .nodes_max = 200'000, .documents_max = 2};
  auto documents = parse_yaml_with_lines(text, options);
  if (!documents) return fail(std::move(documents.error()).with_context(file));
  if (documents->empty()) {
    Config empty;
    empty.files = {file};
    return empty;
  }
  if (documents->size() > 1) {
    return fail(
        invalid_argument("{}:{}: a kubeconfig is one document", file, (*documents)[1].first.line));
  }
  return Reader((*documents)[0].first.value, (*documents)[0].second, file).read();
}

}  // namespace gp::kubeconfig
