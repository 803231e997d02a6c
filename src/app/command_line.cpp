#include "app/command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "app/commands/commands.hpp"
#include "app/commands/helm_command.hpp"
#include "app/version.hpp"

namespace gp::app {
namespace {

struct Parsed {
  UpOptions up;
  StatusOptions status;
  GetOptions get;
  GetOptions describe;
  ApplyOptions apply;
  DeleteOptions remove;
  ClusterOptions cluster;
  SyncCommand sync;
  DiffCommand diff;
  HistoryCommand history;
  RollbackCommand rollback;
  HelmTemplateOptions helm_template;
  std::string version_output = "text";
  std::string shell;
};

void add_connection(CLI::App& command, Connection& connection) {
  command.add_option("--data", connection.data, "data folder of the platform")->type_name("DIR");
  command
      .add_option("--kubeconfig", connection.kubeconfig,
                  "kubeconfig to use instead of the data folder's")
      ->type_name("FILE");
}

void add_namespace(CLI::App& command, std::string& ns) {
  command.add_option("-n,--namespace", ns, "namespace")->capture_default_str()->type_name("NAME");
}

// The log of requests to the Kubernetes API; names as kube-apiserver's.
void add_audit(CLI::App& command, AuditFlags& audit) {
  command
      .add_option("--audit-policy-file", audit.policy_file,
                  "an audit.k8s.io/v1 Policy: which requests are logged, and how much of them")
      ->type_name("FILE")
      ->group("Audit");
  command
      .add_option("--audit-log-path", audit.log_path,
                  "where requests are logged (audit.log in the data folder, if there is a policy)")
      ->type_name("FILE")
      ->group("Audit");
  command
      .add_option("--audit-log-maxsize", audit.log_megabytes_max,
                  "megabytes of a log file before it is put aside")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str()
      ->type_name("MB")
      ->group("Audit");
  command
      .add_option("--audit-log-maxbackup", audit.log_backups_max,
                  "log files that are kept aside; 0: all of them")
      ->capture_default_str()
      ->type_name("N")
      ->group("Audit");
}

// Who may use the Kubernetes API beside the generated administrator; names as kube-apiserver's.
void add_authentication(CLI::App& command, UpOptions& up) {
  api::OidcFlags& oidc = up.oidc;
  const auto option = [&command](const char* name, std::string& value, const char* type,
                                 const char* help) {
    command.add_option(name, value, help)->type_name(type)->group("Authentication");
  };
  option("--tokens-file,--token-auth-file", up.tokens_file, "FILE",
         "static tokens: token,user,uid,\"group1,group2\" a line");
  option("--authentication-config", up.authentication_config, "FILE",
         "an AuthenticationConfiguration: OpenID Connect issuers and their claims");
  option("--oidc-issuer-url", oidc.issuer_url, "URL", "issuer of OpenID Connect tokens to trust");
  option("--oidc-client-id", oidc.client_id, "ID", "audience that its tokens must be for");
  option("--oidc-username-claim", oidc.username_claim, "CLAIM", "claim with the user's name (sub)");
  option("--oidc-username-prefix", oidc.username_prefix, "TEXT",
         "before user names; \"-\" for none (the issuer and \"#\", but none for email)");
  option("--oidc-groups-claim", oidc.groups_claim, "CLAIM", "claim with the user's groups");
  option("--oidc-groups-prefix", oidc.groups_prefix, "TEXT", "before group names");
  option("--oidc-ca-file", oidc.ca_file, "FILE", "authorities of the issuer's certificate");
  command
      .add_option("--oidc-required-claim", oidc.required_claims,
                  "claim=value that tokens must have; may be repeated")
      ->type_name("CLAIM=VALUE")
      ->group("Authentication");
  command
      .add_option("--oidc-signing-algs", oidc.signing_algorithms,
                  "algorithms that tokens may be signed with (RS256)")
      ->type_name("ALG,…")
      ->delimiter(',')
      ->group("Authentication");
}

void add_up(CLI::App& app, UpOptions& up) {
  CLI::App* command = app.add_subcommand("up", "bring a platform repository to life");
  command
      ->add_option("platform", up.platform,
                   "folder with platform.yaml, the file itself, or a URL that it maps")
      ->type_name("PATH|URL");
  command
      ->add_option("--data", up.data,
                   "data folder (default: .goldenpath in a platform, else the user's)")
      ->type_name("DIR");
  command->add_option("--address", up.address, "address to listen on")
      ->capture_default_str()
      ->type_name("IP");
  command->add_option("--port-base", up.port_base, "move all ports: portal at N, kube at N+1")
      ->type_name("N");
  command
      ->add_option("--ready-fd", up.ready_fd, "write one JSON line to this descriptor when ready")
      ->type_name("FD");
  command->add_option("--wait-file", up.wait_file, "write the same line to this file when ready")
      ->type_name("PATH");
  add_authentication(*command, up);
  add_audit(*command, up.audit);
  command->add_flag("--no-workloads", up.no_workloads,
                    "do not make ReplicaSets, pods and Jobs: objects are only stored");
  command->add_option("--log-level", up.log_level, "debug, info, warn or error")
      ->capture_default_str()
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
}

void add_get(CLI::App& app, const char* name, const char* help, GetOptions& get) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("what", get.arguments, "TYPE [NAME…] or TYPE/NAME…")
      ->type_name("TYPE[/NAME]");
  add_namespace(*command, get.ns);
  command->add_flag("-A,--all-namespaces", get.all_namespaces, "in every namespace");
  add_connection(*command, get.connection);
  if (std::string_view(name) != "get") return;
  command->add_option("-l,--selector", get.selector, "label selector, such as tier=gold")
      ->type_name("SELECTOR");
  command->add_option("--field-selector", get.field_selector, "field selector")
      ->type_name("SELECTOR");
  command->add_option("-o,--output", get.output, "table, wide, json, yaml, name or jsonpath=…")
      ->capture_default_str()
      ->check([](const std::string& text) {
        for (const char* known : {"table", "wide", "json", "yaml", "name"}) {
          if (text == known) return std::string();
        }
        return text.starts_with("jsonpath=") ? std::string()
                                             : "\"" + text + "\" is not an output format";
      });
  command->add_flag("--list-types", get.list_types, "")->group("");
}

void add_rest(CLI::App& app, Parsed& parsed) {
  CLI::App* status = app.add_subcommand("status", "how each part of the running platform is doing");
  add_connection(*status, parsed.status.connection);
  status->add_option("-o,--output", parsed.status.output, "table, json or yaml")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "json", "yaml"}));

  CLI::App* apply = app.add_subcommand("apply", "create or change objects from files");
  apply->add_option("-f,--filename", parsed.apply.files, "file, folder, or - for standard input")
      ->type_name("PATH");
  apply->add_flag("--dry-run", parsed.apply.dry_run, "check on the server, change nothing");
  add_namespace(*apply, parsed.apply.ns);
  add_connection(*apply, parsed.apply.connection);

  CLI::App* remove = app.add_subcommand("delete", "delete objects");
  remove->add_option("what", parsed.remove.arguments, "TYPE NAME… or TYPE/NAME…")
      ->type_name("TYPE[/NAME]");
  remove->add_option("-f,--filename", parsed.remove.files, "delete what these files name")
      ->type_name("PATH");
  remove->add_flag("--ignore-not-found", parsed.remove.ignore_not_found,
                   "what is not there is fine");
  add_namespace(*remove, parsed.remove.ns);
  add_connection(*remove, parsed.remove.connection);

  CLI::App* version = app.add_subcommand("version", "what this is");
  version->add_option("-o,--output", parsed.version_output, "text, json or yaml")
      ->check(CLI::IsMember({"text", "json", "yaml"}));

  CLI::App* completion = app.add_subcommand("completion", "completion for your shell");
  completion->add_option("shell", parsed.shell, "bash, zsh or fish")->required();
}

void add_cluster_action(CLI::App& command, ClusterOptions& cluster, const char* action,
                        const char* help) {
  CLI::App* sub = command.add_subcommand(action, help);
  const std::string_view name(action);
  sub->callback([&cluster, action] { cluster.action = action; });
  sub->add_option("--data", cluster.connection.data, "data folder of the platform")
      ->type_name("DIR");
  if (name != "list") {
    CLI::Option* option =
        sub->add_option("name", cluster.name, "the cluster's name in the platform")
            ->type_name("NAME");
    option->required(name == "remove");
  }
  if (name != "remove") {
    sub->add_option("-o,--output", cluster.output, "table, json or yaml")
        ->capture_default_str()
        ->check(CLI::IsMember({"table", "wide", "json", "yaml"}));
  }
  if (name != "add" && name != "check") return;
  sub->add_option("--kubeconfig", cluster.kubeconfig,
                  "the cluster's kubeconfig (default: $KUBECONFIG, ~/.kube/config)")
      ->type_name("FILE");
  sub->add_option("--context", cluster.context, "context of it (default: the current one)")
      ->type_name("NAME");
  sub->add_flag("--in-cluster", cluster.in_cluster,
                "by the service account of the pod that this runs in");
  if (name == "add") sub->add_flag("--force", cluster.force, "also when checks fail");
}

void add_cluster(CLI::App& app, ClusterOptions& cluster) {
  CLI::App* command = app.add_subcommand("cluster", "clusters elsewhere to deploy to");
  command->require_subcommand(1);
  add_cluster_action(*command, cluster, "add", "add a cluster, after a look at what is allowed");
  add_cluster_action(*command, cluster, "list", "the clusters and how each is");
  add_cluster_action(*command, cluster, "check", "reached? who are we there? what may we do?");
  add_cluster_action(*command, cluster, "remove", "forget a cluster; nothing in it changes");
}

void add_applications(CLI::App& app, Parsed& parsed) {
  const auto named = [](CLI::App& command, std::string& name) {
    command.add_option("application", name, "the Application, or namespace/name")
        ->required()
        ->type_name("NAME");
  };
  CLI::App* sync = app.add_subcommand("sync", "make a cluster what an Application says");
  named(*sync, parsed.sync.name);
  sync->add_flag("--prune", parsed.sync.prune, "delete what its source no longer names");
  sync->add_flag("--dry-run", parsed.sync.dry_run, "try everything, change nothing");
  sync->add_flag("--no-wait", parsed.sync.no_wait, "only ask for it");
  sync->add_option("--resource", parsed.sync.resources, "only this object; may be repeated")
      ->type_name("GROUP:KIND:NAME");
  sync->add_option("--timeout", parsed.sync.timeout_seconds, "seconds to wait")
      ->capture_default_str();
  add_connection(*sync, parsed.sync.connection);

  CLI::App* diff = app.add_subcommand("diff", "what a sync of an Application would change");
  named(*diff, parsed.diff.name);
  add_connection(*diff, parsed.diff.connection);

  CLI::App* history = app.add_subcommand("history", "when an Application was synced, and to what");
  named(*history, parsed.history.name);
  history->add_option("-o,--output", parsed.history.output, "table, json or yaml")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "json", "yaml"}));
  add_connection(*history, parsed.history.connection);

  CLI::App* rollback = app.add_subcommand("rollback", "go back to an earlier deployment");
  named(*rollback, parsed.rollback.name);
  rollback->add_option("id", parsed.rollback.id, "of `goldenpath history` (the one before)")
      ->type_name("ID");
  rollback->add_flag("--prune", parsed.rollback.prune, "delete what it did not have");
  add_connection(*rollback, parsed.rollback.connection);
}

// Flags are named as Helm names them.
void add_helm(CLI::App& app, HelmTemplateOptions& helm) {
  CLI::App* command = app.add_subcommand("helm", "render charts as Helm does");
  command->require_subcommand(1);
  command->add_subcommand("eval", "cases as JSON lines in, results as JSON lines out");
  CLI::App* show = command->add_subcommand("template", "print the manifests of a chart");
  show->add_option("release", helm.release, "name of the release")->required()->type_name("NAME");
  show->add_option("chart", helm.chart, "folder or archive of the chart")->type_name("CHART");
  add_namespace(*show, helm.ns);
  const auto texts = [show](const char* name, std::vector<std::string>& into, const char* help) {
    show->add_option(name, into, help)->allow_extra_args(false)->type_name("TEXT");
  };
  texts("-f,--values", helm.values.files, "values from a file");
  texts("--set", helm.values.set, "a.b=1,c={x,y}");
  texts("--set-string", helm.values.set_string, "the same, always text");
  texts("--set-json", helm.values.set_json, "the same, values as JSON");
  texts("--set-file", helm.values.set_file, "the same, values from files");
  texts("--set-literal", helm.values.set_literal, "one value, as it stands");
  show->add_option("--kube-version", helm.kube_version, "the cluster's version")
      ->type_name("VERSION");
  texts("-a,--api-versions", helm.api_versions, "further API versions the cluster has");
  texts("-s,--show-only", helm.show_only, "only what comes from this template");
  show->add_flag("--include-crds", helm.include_crds, "with the files of crds/");
  show->add_flag("--skip-crds", helm.skip_crds, "without them");
  show->add_flag("--skip-tests", helm.skip_tests, "without test hooks");
  show->add_flag("--no-hooks", helm.no_hooks, "without hooks");
  show->add_flag("--is-upgrade", helm.is_upgrade, "as for an upgrade, not an install");
  show->add_flag("--render-subchart-notes", helm.subchart_notes, "notes of subcharts as well");
  show->add_flag("--skip-schema-validation", helm.skip_schema, "do not check values.schema.json");
}

int dispatch_helm(const CLI::App& helm, const Parsed& parsed) {
  return helm.got_subcommand("eval") ? run_helm_eval() : run_helm_template(parsed.helm_template);
}

int dispatch(const CLI::App& app, const Parsed& parsed) {
  if (app.got_subcommand("helm")) return dispatch_helm(*app.get_subcommand("helm"), parsed);
  if (app.got_subcommand("up")) return run_up(parsed.up);
  if (app.got_subcommand("status")) return run_status(parsed.status);
  if (app.got_subcommand("get")) return run_get(parsed.get);
  if (app.got_subcommand("describe")) return run_describe(parsed.describe);
  if (app.got_subcommand("apply")) return run_apply(parsed.apply);
  if (app.got_subcommand("delete")) return run_delete(parsed.remove);
  if (app.got_subcommand("cluster")) return run_cluster(parsed.cluster);
  if (app.got_subcommand("sync")) return run_sync(parsed.sync);
  if (app.got_subcommand("diff")) return run_diff(parsed.diff);
  if (app.got_subcommand("history")) return run_history(parsed.history);
  if (app.got_subcommand("rollback")) return run_rollback(parsed.rollback);
  if (app.got_subcommand("version")) return run_version(parsed.version_output);
  if (app.got_subcommand("completion")) return run_completion(parsed.shell);
  std::cout << app.help();
  return kFine;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("GoldenPath: an internal developer platform in one program", "goldenpath");
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", "goldenpath " + std::string(kVersion));
  app.footer("Exit codes: 0 fine, 1 findings or failed, 2 usage, 3 cannot reach the platform.");
  app.failure_message(CLI::FailureMessage::simple);
  Parsed parsed;
  add_up(app, parsed.up);
  add_rest(app, parsed);
  add_cluster(app, parsed.cluster);
  add_applications(app, parsed);
  add_helm(app, parsed.helm_template);
  add_get(app, "get", "list objects", parsed.get);
  add_get(app, "describe", "show objects in words, with their events", parsed.describe);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kFine : kUsage;
  }
  return dispatch(app, parsed);
}

}  // namespace gp::app
