#pragma once
// The commands of `goldenpath`: one file each in this folder. Each prints for people (or as
// --output says) and returns the exit code: 0 fine, 1 findings or a failed request, 2 usage, 3
// cannot reach the platform.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/api/oidc_issuer.hpp"

namespace gp::app {

enum ExitCode : int { kFine = 0, kFindings = 1, kUsage = 2, kUnreachable = 3 };

// As kube-apiserver's flags of these names.
struct AuditFlags {
  std::string policy_file, log_path;  // a path without a policy: the standard policy
  std::uint32_t log_megabytes_max = 100, log_backups_max = 10;
};

struct UpOptions {
  std::string platform;  // folder, platform.yaml, or a URL mapped to one; empty: see up.cpp
  std::string data;
  std::string address = "127.0.0.1";
  std::optional<std::uint16_t> port_base;  // portal at N, kube at N+1, …
  int ready_fd = -1;                       // one JSON line is written here once everything answers
  std::string wait_file;                   // the same line, into a file that appears whole
  std::string log_level = "warn";
  std::string
      tokens_file;  // CSV token,user,uid,"group1,group2": static tokens, as kube-apiserver reads
  api::OidcFlags oidc;                // tokens of one OpenID Connect issuer, as kube-apiserver's
  std::string authentication_config;  // file of an AuthenticationConfiguration: several issuers
  AuditFlags audit;
  bool no_workloads = false;  // leave Deployments, Jobs and their like alone
};
int run_up(const UpOptions& options);

// Where the running platform is found.
struct Connection {
  std::string data;        // data folder
  std::string kubeconfig;  // wins over the data folder's
};

struct StatusOptions {
  Connection connection;
  std::string output = "table";
};
int run_status(const StatusOptions& options);

struct GetOptions {
  Connection connection;
  std::vector<std::string> arguments;  // TYPE [NAME…] or TYPE/NAME…
  std::string ns = "default";
  bool all_namespaces = false;
  bool list_types = false;  // only print the types, for shell completion
  std::string selector, field_selector;
  std::string output = "table";  // table, wide, json, yaml, name, jsonpath=…
};
int run_get(const GetOptions& options);
int run_describe(const GetOptions& options);

struct ApplyOptions {
  Connection connection;
  std::vector<std::string> files;  // files, folders, or "-"
  std::string ns = "default";
  bool dry_run = false;
};
int run_apply(const ApplyOptions& options);

struct DeleteOptions {
  Connection connection;
  std::vector<std::string> arguments;
  std::vector<std::string> files;
  std::string ns = "default";
  bool ignore_not_found = false;
};
int run_delete(const DeleteOptions& options);

struct ClusterOptions {
  Connection connection;  // of the platform
  std::string action;     // add, list, remove, check
  std::string name;
  std::string kubeconfig, context;  // of the cluster
  bool in_cluster = false;          // by the service account of the pod this runs in
  bool force = false;
  std::string output = "table";
};
int run_cluster(const ClusterOptions& options);

struct SyncCommand {
  Connection connection;
  std::string name;  // of an Application, or "namespace/name"
  bool prune = false, dry_run = false, no_wait = false;
  std::vector<std::string> resources;  // GROUP:KIND:NAME; none: all
  int timeout_seconds = 600;
};
int run_sync(const SyncCommand& options);

struct DiffCommand {
  Connection connection;
  std::string name;
};
// 1 when there are differences.
int run_diff(const DiffCommand& options);

struct HistoryCommand {
  Connection connection;
  std::string name;
  std::string output = "table";
};
int run_history(const HistoryCommand& options);

struct RollbackCommand {
  Connection connection;
  std::string name;
  std::int64_t id = -1;  // below 0: the deployment before the present one
  bool prune = false;
  int timeout_seconds = 600;
};
int run_rollback(const RollbackCommand& options);

int run_version(const std::string& output);
int run_completion(const std::string& shell);

// Prints "error: …" with the hint on its own line to standard error; the exit code that fits.
int report(const Error& error);

}  // namespace gp::app
