#include "platform/kubeconfig/kubeconfig.hpp"

#include <doctest/doctest.h>

#include "adapter/files/files.hpp"
#include "base/yaml.hpp"
#include "platform/kubeconfig/argo_secret.hpp"
#include "platform/kubeconfig/credentials.hpp"

namespace gp::kubeconfig {
namespace {

constexpr std::string_view kPlain = R"(apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: dev
  cluster:
    server: https://10.0.0.1:6443/
    certificate-authority: ca.crt
- name: prod
  cluster:
    server: https://prod.example
    insecure-skip-tls-verify: true
    proxy-url: http://proxy:3128
    tls-server-name: api.internal
users:
- name: alice
  user:
    tokenFile: ../alice.token
    as: bob
    as-groups: [dev, ops]
contexts:
- name: dev
  context: {cluster: dev, user: alice, namespace: shop}
- name: prod
  context: {cluster: prod, user: nobody}
)";

Connection connect(std::string_view text, const std::string& context = {}) {
  const auto config = parse(text, "/etc/kube/config");
  if (!config) FAIL(config.error().to_string());
  const auto connection = connection_of(*config, context);
  if (!connection) FAIL(connection.error().to_string());
  return *connection;
}

std::string refusal(std::string_view text, const std::string& context = {}) {
  const auto config = parse(text, "kube/config");
  if (!config) return config.error().to_string();
  const auto connection = connection_of(*config, context);
  return connection ? "" : connection.error().to_string();
}

Proof proof_of(Credentials& credentials) {
  const auto proof = credentials.current(Context(system_clock(), std::chrono::seconds(20)));
  if (!proof) FAIL(proof.error().to_string());
  return *proof;
}

// A user with an exec plug-in that is this shell script.
std::string with_plugin(const std::string& script) {
  return R"(current-context: a
clusters: [{name: a, cluster: {server: https://a}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users:
- name: a
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: sh
      installHint: get a shell
      env: [{name: SECRET, value: hunter2}]
      provideClusterInfo: true
      args:
      - -c
      - |
        )" +
         script + "\n";
}

TEST_CASE("kubeconfig: the current context, its namespace, and paths beside the file") {
  const Connection dev = connect(kPlain);
  CHECK(dev.context == "dev");
  CHECK(dev.ns == "shop");
  CHECK(dev.cluster.server == "https://10.0.0.1:6443");
  CHECK(dev.cluster.authority.file == "/etc/kube/ca.crt");
  CHECK(dev.user.token_file == "/etc/alice.token");
  CHECK(dev.user.impersonate == "bob");
  CHECK(dev.user.impersonate_groups == std::vector<std::string>{"dev", "ops"});
}

TEST_CASE("kubeconfig: what is wrong is said with file, line and what to do") {
  CHECK(refusal(kPlain, "prod") == "kube/config:25: there is no user \"nobody\" (there is alice)");
  CHECK(refusal(kPlain, "pord") ==
        "kube/config: there is no context \"pord\" (did you mean \"prod\"?)");
  CHECK(refusal("clusters:\n- name: a\n  cluster:\n    server: ftp://a\n") ==
        "kube/config:4: server of cluster \"a\" is \"ftp://a\", expected an address such as "
        "https://10.0.0.1:6443");
  CHECK(
      refusal("users:\n- name: a\n  user:\n    client-certificate: a.crt\n")
          .starts_with("kube/config:3: user \"a\" has a client certificate without a client key"));
  CHECK(refusal("users:\n- name: a\n  user:\n    auth-provider:\n      name: gcp\n")
            .starts_with("kube/config:4: user \"a\" uses the auth-provider \"gcp\""));
  CHECK(refusal("users:\n- user: {}\n") == "kube/config:2: an entry of users has no name");
  CHECK(refusal("clusters: {}\n") == "kube/config:1: clusters is not a list");
  CHECK(refusal("a: [\n").starts_with("kube/config: line "));
  CHECK(refusal("{}").starts_with("kube/config: no current-context is set"));
}

TEST_CASE("kubeconfig: of several files the first one wins, and missing ones are skipped") {
  const files::TemporaryDirectory folder;
  REQUIRE(files::write_file_atomic(folder / "one",
                                   "clusters: [{name: a, cluster: {server: https://first}}]\n"));
  REQUIRE(files::write_file_atomic(
      folder / "two",
      "current-context: a\nclusters: [{name: a, cluster: {server: https://second}}]\n"
      "contexts: [{name: a, context: {cluster: a}}]\n"));

  const auto config = load({folder / "one", folder / "none", folder / "two"});
  REQUIRE(config);
  CHECK(connection_of(*config, "")->cluster.server == "https://first");

  const auto missing = load({folder / "none"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::NotFound);
  CHECK(missing.error().message.contains(folder / "none"));
}

TEST_CASE("kubeconfig: a flattened one holds everything and reads back") {
  const files::TemporaryDirectory folder;
  REQUIRE(files::write_file_atomic(folder / "ca.crt", "PEM"));
  REQUIRE(files::write_file_atomic(folder / "token", "secret\n"));
  REQUIRE(files::write_file_atomic(
      folder / "config",
      "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: u}}]\n"
      "clusters: [{name: a, cluster: {server: https://a, certificate-authority: ca.crt}}]\n"
      "users: [{name: u, user: {tokenFile: token}}]\n"));
  const auto connection = connection_of(*load({folder / "config"}), "");
  REQUIRE(connection);

  const auto text = flatten(*connection);
  REQUIRE(text);
  const Connection again = connect(*text);
  CHECK(again.cluster.authority.data == "PEM");
  CHECK(again.user.token == "secret");
}

TEST_CASE("credentials: a token file and certificates are read again when they change") {
  const files::TemporaryDirectory folder;
  REQUIRE(files::write_file_atomic(folder / "token", "one\n"));
  REQUIRE(files::write_file_atomic(folder / "tls.crt", "CERT1"));
  REQUIRE(files::write_file_atomic(folder / "tls.key", "KEY1"));
  Connection connection;
  connection.user.token_file = folder / "token";
  connection.user.certificate.file = folder / "tls.crt";
  connection.user.key.file = folder / "tls.key";
  const auto credentials = Credentials::open(connection, system_clock());
  REQUIRE(credentials);
  const Proof first = proof_of(**credentials);
  CHECK(first.authorization == "Bearer one");
  CHECK(first.certificate_pem == "CERT1");

  REQUIRE(files::write_file_atomic(folder / "token", "two\n"));
  REQUIRE(files::write_file_atomic(folder / "tls.crt", "CERT2"));

  CHECK((*credentials)->refused(first));
  CHECK(proof_of(**credentials).authorization == "Bearer two");
  CHECK(proof_of(**credentials).certificate_pem == "CERT2");
}

TEST_CASE("credentials: a plug-in is asked once, and again when its token ends or is refused") {
  const files::TemporaryDirectory folder;
  const std::string count = folder / "count";
  const Connection connection = connect(with_plugin(
      "echo x >> " + count + "; n=$(wc -l < " + count +
      R"(); echo "{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"t$n\", \"expirationTimestamp\": \"2023-11-14T23:00:00Z\"}}")"));
  FakeClock clock;  // 2023-11-14T22:13:20Z
  const auto credentials = Credentials::open(connection, clock);
  REQUIRE(credentials);
  const auto token = [&] {
    const auto proof = (*credentials)->current(Context(system_clock(), std::chrono::seconds(20)));
    return proof ? proof->authorization : proof.error().to_string();
  };

  CHECK(token() == "Bearer t1");
  CHECK(token() == "Bearer t1");
  CHECK((*credentials)->refused({"Bearer t9", {}, {}}));
  CHECK(token() == "Bearer t1");  // another one's refusal
  CHECK((*credentials)->refused({"Bearer t1", {}, {}}));
  CHECK(token() == "Bearer t2");
  clock.advance(std::chrono::minutes(47));
  CHECK(token() == "Bearer t3");
}

TEST_CASE("credentials: a plug-in is told of the cluster, and what it says of failure is shown") {
  const auto failure = [](const std::string& script) {
    const auto credentials = Credentials::open(connect(with_plugin(script)), system_clock());
    const auto proof = (*credentials)->current(Context(system_clock(), std::chrono::seconds(20)));
    return proof ? "" : proof.error().to_string();
  };
  CHECK(failure("case $KUBERNETES_EXEC_INFO in *https://a*) echo knows it >&2;; esac; exit 4")
            .starts_with("the credential plug-in \"sh\" failed with exit code 4: knows it"));
  const std::string shown =
      failure("echo $SECRET eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMzQ1Njc4OTAifQ >&2; exit 1");
  CHECK(shown.contains("exit code 1: … …"));
  CHECK_FALSE(shown.contains("hunter2"));
  CHECK(failure("echo hello").starts_with("the credential plug-in \"sh\" printed something that"));
}

TEST_CASE("credentials: a plug-in that is not installed is hinted at") {
  Connection connection = connect(with_plugin("true"));
  connection.user.exec.command = "no-such-plugin";
  const auto credentials = Credentials::open(connection, system_clock());
  const auto proof = (*credentials)->current(Context(system_clock(), std::chrono::seconds(20)));
  REQUIRE_FALSE(proof);
  CHECK(proof.error().to_string() ==
        "the credential plug-in \"no-such-plugin\" cannot be run (get a shell)");
}

TEST_CASE("credentials: a connection that is not trusted reads no files and runs nothing") {
  const Trust none{.may_read_files = false, .may_run_programs = false};
  const auto exec = Credentials::open(connect(with_plugin("true")), system_clock(), none);
  REQUIRE_FALSE(exec);
  CHECK(exec.error().code == Code::Forbidden);
  CHECK_FALSE(Credentials::open(connect(kPlain), system_clock(), none));
}

TEST_CASE("argo secret: name, server and config become a connection") {
  const auto secret = parse_yaml(R"(metadata:
  name: prod
  namespace: argocd
  labels: {argocd.argoproj.io/secret-type: cluster}
stringData:
  name: prod
  server: https://prod.example/
  config: '{"bearerToken": "t", "tlsClientConfig": {"caData": "UEVN", "serverName": "api"}}'
)");
  REQUIRE(secret);
  REQUIRE(is_argo_cluster(*secret));
  const auto connection = of_argo_secret(*secret);
  REQUIRE(connection);
  CHECK(connection->context == "prod");
  CHECK(connection->cluster.server == "https://prod.example");
  CHECK(connection->cluster.authority.data == "PEM");
  CHECK(connection->cluster.tls_server_name == "api");
  CHECK(connection->user.token == "t");
}

TEST_CASE("argo secret: an error shows nothing of the Secret") {
  const auto secret = parse_yaml(R"(metadata: {name: prod, namespace: argocd}
stringData: {name: prod, server: https://a, config: '{"bearerToken": "hunter2'}
)");
  const auto connection = of_argo_secret(*secret);
  REQUIRE_FALSE(connection);
  CHECK(connection.error().to_string() == "Secret \"argocd/prod\": data.config is not JSON");
}

}  // namespace
}  // namespace gp::kubeconfig
