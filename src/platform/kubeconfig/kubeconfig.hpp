#pragma once
// kubeconfig files as kubectl reads them: where clusters are, and how one proves who one is there.
//
// Several files are merged ($KUBECONFIG): of entries with one name the first file's wins, and of
// current-context the first that is set. Relative paths are relative to the file that names them.
// Errors name file and line.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace gp::kubeconfig {

// Bytes that stand in the kubeconfig itself or in a file that is read when needed.
struct Material {
  std::string data;
  std::string file;  // absolute
  bool is_set() const { return !data.empty() || !file.empty(); }
};

struct Cluster {
  std::string server;  // "https://10.0.0.1:6443", without a slash at the end
  std::string tls_server_name;
  Material authority;
  bool skips_tls_verify = false;
  std::string proxy_url;
  std::string where;  // "file:line"
};

// A program that prints credentials (client.authentication.k8s.io).
struct ExecPlugin {
  std::string api_version;
  std::string command;  // absolute when it was named by a path
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;
  std::string install_hint;
  bool provides_cluster_info = false;
  bool needs_terminal = false;  // interactiveMode: Always
};

struct User {
  Material certificate, key;
  std::string token;
  std::string token_file;
  std::string username, password;
  std::string impersonate;
  std::vector<std::string> impersonate_groups;
  ExecPlugin exec;    // command empty: none
  std::string where;  // "file:line"
};

struct ContextEntry {
  std::string cluster, user, ns;
  std::string where;
};

struct Config {
  std::map<std::string, Cluster> clusters;
  std::map<std::string, User> users;
  std::map<std::string, ContextEntry> contexts;
  std::string current_context;
  std::vector<std::string> files;  // that were read
};

// Everything one connection needs.
struct Connection {
  std::string context;  // its name, for messages
  Cluster cluster;
  User user;
  std::string ns = "default";
  std::string file;  // what to name in messages
};

// `file` is for messages and for relative paths.
Result<Config> parse(std::string_view text, const std::string& file);
// The files in order; one that does not exist is skipped when there are several, as kubectl does.
Result<Config> load(const std::vector<std::string>& files);
// `path` if given; else $KUBECONFIG (a list); else ~/.kube/config.
std::vector<std::string> default_files(const std::string& path);

// Of the named context, or the current one when `context` is empty.
Result<Connection> connection_of(const Config& config, const std::string& context);

// From the files that Kubernetes puts into every pod. NotFound outside of one.
Result<Connection> in_cluster(
    const std::string& folder = "/var/run/secrets/kubernetes.io/serviceaccount");

// One self-contained file: the connection alone, file contents embedded; what a platform stores in
// a Secret. An exec plug-in stays one.
Result<std::string> flatten(const Connection& connection);

}  // namespace gp::kubeconfig
