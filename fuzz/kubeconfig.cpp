// A kubeconfig: whatever is read can be flattened and reads back as the same connection, and no
// error shows a token or password.

#include "platform/kubeconfig/kubeconfig.hpp"

#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = gp::kubeconfig::parse(gp::fuzz::text_of(data, size), "/x/config");
  if (!config) {
    GP_CHECK(!config.error().message.empty(), "errors have words");
    return 0;
  }
  for (const auto& [name, entry] : config->contexts) {
    auto connection = gp::kubeconfig::connection_of(*config, name);
    if (!connection) continue;
    // Nothing is read from this machine.
    connection->cluster.authority.file.clear();
    connection->user.certificate.file.clear();
    connection->user.key.file.clear();
    connection->user.token_file.clear();
    const bool has_half =
        connection->user.certificate.data.empty() != connection->user.key.data.empty();
    const bool is_torn =
        connection->cluster.skips_tls_verify && !connection->cluster.authority.data.empty();
    const auto text = gp::kubeconfig::flatten(*connection);
    GP_CHECK(text.has_value(), "without files, flattening cannot fail");
    if (has_half || is_torn) continue;
    const auto again = gp::kubeconfig::parse(*text, "/x/config");
    GP_CHECK(again.has_value(), "what we write reads back");
    const auto same = gp::kubeconfig::connection_of(*again, "");
    GP_CHECK(same.has_value(), "and is a connection");
    GP_CHECK(same->cluster.server == connection->cluster.server, "to the same server");
    GP_CHECK(same->user.token == connection->user.token, "with the same token");
    GP_CHECK(same->user.exec.command == connection->user.exec.command, "and plug-in");
  }
  return 0;
}
