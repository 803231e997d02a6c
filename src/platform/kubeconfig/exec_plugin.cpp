#include "platform/kubeconfig/exec_plugin.hpp"

#include "adapter/files/files.hpp"
#include "adapter/process/process.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"

namespace gp::kubeconfig {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(60);
constexpr std::size_t kOutputBytesMax = 1U << 20U;
constexpr std::size_t kShownBytesMax = 200;
constexpr std::size_t kWordBytesMax = 24;  // longer ones may be tokens

Result<Value> exec_info(const Connection& connection) {
  const ExecPlugin& plugin = connection.user.exec;
  Value spec = Value::object({{"interactive", false}});
  if (plugin.provides_cluster_info) {
    const Cluster& cluster = connection.cluster;
    Value info = Value::object({{"server", cluster.server}});
    if (!cluster.tls_server_name.empty()) info.set("tls-server-name", cluster.tls_server_name);
    if (cluster.skips_tls_verify) info.set("insecure-skip-tls-verify", true);
    if (!cluster.proxy_url.empty()) info.set("proxy-url", cluster.proxy_url);
    std::string authority = cluster.authority.data;
    if (!cluster.authority.file.empty()) authority = TRY(files::read_file(cluster.authority.file));
    if (!authority.empty()) info.set("certificate-authority-data", base64_encode(authority));
    spec.set("cluster", std::move(info));
  }
  return Value::object(
      {{"apiVersion", plugin.api_version}, {"kind", "ExecCredential"}, {"spec", std::move(spec)}});
}

Error bad_answer(const ExecPlugin& plugin, std::string_view why) {
  return unauthenticated("the credential plug-in \"{}\" {}", plugin.command, why)
      .with_hint("run it by hand and look at its answer");
}

Result<ExecCredential> read_answer(const ExecPlugin& plugin, std::string_view output) {
  const auto parsed = parse_json(output);
  if (!parsed) return fail(bad_answer(plugin, "printed something that is not JSON"));
  const Value& answer = *parsed;
  if (answer["kind"].text() != "ExecCredential")
    return fail(bad_answer(plugin, "printed no ExecCredential"));
  if (answer["apiVersion"].text() != plugin.api_version) {
    return fail(bad_answer(
        plugin, fmt::format("answered in apiVersion \"{}\", expected \"{}\"",
                            presentable(answer["apiVersion"].text(), {}), plugin.api_version)));
  }
  const Value& status = answer["status"];
  ExecCredential made;
  made.token = status["token"].string();
  made.certificate_pem = status["clientCertificateData"].string();
  made.key_pem = status["clientKeyData"].string();
  if (made.certificate_pem.empty() != made.key_pem.empty())
    return fail(bad_answer(plugin, "answered half of a client certificate and its key"));
  if (made.token.empty() && made.certificate_pem.empty())
    return fail(bad_answer(plugin, "answered neither a token nor a client certificate"));
  if (const Value& expires = status["expirationTimestamp"]; !expires.is_null()) {
    const auto time = parse_time(expires.text());
    if (!time) return fail(bad_answer(plugin, "answered an expirationTimestamp that is no time"));
    made.expires = *time;
  }
  return made;
}

}  // namespace

std::string presentable(std::string_view text, const std::vector<std::string>& secrets) {
  std::string shown(text.substr(0, 4096));
  for (const std::string& secret : secrets) {
    if (secret.size() < 4) continue;
    for (auto at = shown.find(secret); at != std::string::npos; at = shown.find(secret))
      shown.replace(at, secret.size(), "…");
  }
  std::string line;
  std::size_t from = 0;
  while (from < shown.size() && line.size() < kShownBytesMax) {
    const std::size_t end = std::min(shown.find_first_of(" \t\r\n", from), shown.size());
    if (end > from) {
      const std::string_view word = std::string_view(shown).substr(from, end - from);
      const bool is_plain = word.size() <= kWordBytesMax && is_utf8(word);
      if (!line.empty()) line += ' ';
      line += is_plain ? word : "…";
    }
    from = end + 1;
  }
  return line;
}

Result<ExecCredential> run_plugin(const Context& context, const Connection& connection) {
  const ExecPlugin& plugin = connection.user.exec;
  if (plugin.needs_terminal) {
    return fail(
        failed_precondition("the credential plug-in \"{}\" wants a terminal", plugin.command)
            .with_hint("use a service account's token for a platform that runs unattended"));
  }
  process::Command command;
  command.arguments = {plugin.command};
  command.arguments.insert(command.arguments.end(), plugin.arguments.begin(),
                           plugin.arguments.end());
  command.output_bytes_max = kOutputBytesMax;
  std::vector<std::string> secrets = plugin.arguments;
  for (const auto& [name, value] : plugin.environment) {
    command.environment.push_back(name + "=" + value);
    secrets.push_back(value);
  }
  const Value info = TRY(exec_info(connection));
  command.environment.push_back("KUBERNETES_EXEC_INFO=" + to_json(info));

  const Duration limit =
      context.has_deadline() ? std::min(context.remaining(), kTimeout) : kTimeout;
  const auto done = process::run(Context(context.clock(), limit, context.stop()), command);
  if (!done && done.error().code == Code::NotFound) {
    return fail(unauthenticated("the credential plug-in \"{}\" cannot be run", plugin.command)
                    .with_hint(plugin.install_hint.empty() ? "install it, or correct its path"
                                                           : plugin.install_hint));
  }
  if (!done && done.error().code == Code::DeadlineExceeded) {
    return fail(
        unauthenticated("the credential plug-in \"{}\" did not end in time", plugin.command));
  }
  if (!done) return fail(Error(done.error()));
  if (done->exit_code != 0) {
    const std::string said = presentable(done->errors, secrets);
    return fail(unauthenticated("the credential plug-in \"{}\" failed with exit code {}{}{}",
                                plugin.command, done->exit_code, said.empty() ? "" : ": ", said)
                    .with_hint("run it by hand, as the user that runs this program"));
  }
  return read_answer(plugin, done->output);
}

}  // namespace gp::kubeconfig
