#include "platform/kubeconfig/argo_secret.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"

namespace gp::kubeconfig {
namespace {

// A Secret's value: data (base64) or stringData.
Result<std::string> value_of(const Value& secret, std::string_view key, const std::string& where) {
  if (const Value& plain = secret["stringData"][key]; plain.is_string()) return plain.string();
  auto decoded = base64_decode(secret["data"][key].text());
  if (!decoded) return fail(invalid_argument("{}: data.{} is not base64", where, key));
  return decoded;
}

// argocd: certificates in the config are base64 of PEM.
Result<Material> pem_of(const Value& tls, const char* field, const std::string& where) {
  const Value& text = tls[field];
  if (text.empty()) return Material();
  auto decoded = base64_decode(text.text());
  if (!decoded) {
    return fail(
        invalid_argument("{}: data.config: tlsClientConfig.{} is not base64", where, field));
  }
  return Material{std::move(*decoded), {}};
}

ExecPlugin plugin_of(const Value& exec) {
  ExecPlugin made;
  made.command = exec["command"].string();
  made.api_version = exec["apiVersion"].string("client.authentication.k8s.io/v1beta1");
  for (const Value& argument : exec["args"].items()) made.arguments.push_back(argument.string());
  for (const auto& member : exec["env"].members())
    made.environment.emplace_back(member.key(), member.value.string());
  made.install_hint = exec["installHint"].string();
  return made;
}

Result<> read_config(const Value& config, Connection& into, const std::string& where) {
  const Value& tls = config["tlsClientConfig"];
  into.cluster.skips_tls_verify = tls["insecure"].boolean();
  into.cluster.tls_server_name = tls["serverName"].string();
  into.cluster.proxy_url = config["proxyUrl"].string();
  if (!into.cluster.skips_tls_verify) into.cluster.authority = TRY(pem_of(tls, "caData", where));
  into.user.certificate = TRY(pem_of(tls, "certData", where));
  into.user.key = TRY(pem_of(tls, "keyData", where));
  into.user.token = config["bearerToken"].string();
  into.user.username = config["username"].string();
  into.user.password = config["password"].string();
  if (config["execProviderConfig"].is_object())
    into.user.exec = plugin_of(config["execProviderConfig"]);
  if (!config["awsAuthConfig"].is_null()) {
    return fail(unimplemented("{}: data.config: awsAuthConfig is not supported", where)
                    .with_hint("use execProviderConfig with `aws eks get-token`"));
  }
  return {};
}

}  // namespace

bool is_argo_cluster(const Value& secret) {
  return secret["metadata"]["labels"][kArgoLabel].text() == "cluster";
}

Result<Connection> of_argo_secret(const Value& secret) {
  const std::string where = fmt::format("Secret \"{}/{}\"", secret["metadata"]["namespace"].text(),
                                        secret["metadata"]["name"].text());
  Connection made;
  made.file = made.cluster.where = made.user.where = where;
  made.context = TRY(value_of(secret, "name", where));
  made.cluster.server = TRY(value_of(secret, "server", where));
  while (made.cluster.server.ends_with('/')) made.cluster.server.pop_back();
  if (!made.cluster.server.starts_with("https://") && !made.cluster.server.starts_with("http://")) {
    return fail(
        invalid_argument("{}: data.server is not an address such as https://10.0.0.1:6443", where));
  }
  if (made.context.empty()) made.context = made.cluster.server;
  const std::string text = TRY(value_of(secret, "config", where));
  if (text.empty()) return made;
  const auto config = parse_json(text);  // its own words could show a secret
  if (!config) return fail(invalid_argument("{}: data.config is not JSON", where));
  TRY(read_config(*config, made, where));
  return made;
}

}  // namespace gp::kubeconfig
