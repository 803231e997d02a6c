#include "platform/api/pki.hpp"

#include <filesystem>
#include <optional>

#include "adapter/files/files.hpp"
#include "adapter/tls/authority.hpp"
#include "base/encoding.hpp"
#include "base/yaml.hpp"

namespace gp::api {
namespace {

namespace fs = std::filesystem;

constexpr auto kAuthorityLife = std::chrono::hours(24 * 3650);
constexpr auto kCertificateLife = std::chrono::hours(24 * 365);
constexpr auto kRenewBefore = std::chrono::hours(24 * 30);
constexpr std::size_t kPemBytesMax = 64U << 10U;

// The pair in files `name`.crt and .key, if it is there and lives on for a while.
std::optional<tls::KeyPair> load(const fs::path& folder, std::string_view name, Clock& clock) {
  const auto certificate =
      files::read_file((folder / fmt::format("{}.crt", name)).string(), kPemBytesMax);
  const auto key = files::read_file((folder / fmt::format("{}.key", name)).string(), kPemBytesMax);
  if (!certificate || !key) return std::nullopt;
  const auto info = tls::read_certificate(*certificate);
  if (!info || info->not_after - kRenewBefore < clock.now()) return std::nullopt;
  return tls::KeyPair{*certificate, *key};
}

Result<> save(const fs::path& folder, std::string_view name, const tls::KeyPair& pair) {
  TRY(files::write_file_atomic((folder / fmt::format("{}.key", name)).string(),
                               pair.private_key_pem, {.mode = 0600}));
  TRY(files::write_file_atomic((folder / fmt::format("{}.crt", name)).string(),
                               pair.certificate_pem, {.mode = 0644}));
  return {};
}

bool names_address(const tls::KeyPair& pair, const std::string& address) {
  // Reading the addresses of a certificate back is not needed: a marker in the common name says
  // what it was made for.
  const auto info = tls::read_certificate(pair.certificate_pem);
  return info && info->common_name == "goldenpath " + address;
}

}  // namespace

Result<Pki> ensure_pki(const std::string& data_dir, const std::string& address, Clock& clock) {
  const fs::path folder = fs::path(data_dir) / "pki";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(failed_precondition("cannot create {}: {}", folder.string(), error.message()));
  fs::permissions(folder, fs::perms::owner_all, error);

  auto authority = load(folder, "ca", clock);
  const bool is_new = !authority;
  if (!authority) {
    authority = TRY(tls::make_authority("goldenpath", clock.now(), kAuthorityLife));
    TRY(save(folder, "ca", *authority));
  }
  auto server = is_new ? std::nullopt : load(folder, "server", clock);
  if (!server || !names_address(*server, address)) {
    tls::ServerName names{
        {"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
        {"127.0.0.1", "::1"}};
    if (address != "127.0.0.1" && address != "::1") names.ip_addresses.push_back(address);
    server = TRY(tls::issue_server_certificate(*authority, "goldenpath " + address, names,
                                               clock.now(), kCertificateLife));
    TRY(save(folder, "server", *server));
  }
  auto admin = is_new ? std::nullopt : load(folder, "admin", clock);
  if (!admin) {
    admin = TRY(tls::issue_client_certificate(*authority, "goldenpath-admin", {"system:masters"},
                                              clock.now(), kCertificateLife));
    TRY(save(folder, "admin", *admin));
  }
  return Pki{{server->certificate_pem, server->private_key_pem, authority->certificate_pem},
             authority->certificate_pem,
             admin->certificate_pem,
             admin->private_key_pem};
}

Result<std::string> write_kubeconfig(const std::string& data_dir, const Pki& pki,
                                     const std::string& server_url) {
  const auto named = [](std::string_view field, Value content) {
    return Value::array({Value::object({{"name", "goldenpath"}, {field, std::move(content)}})});
  };
  const Value config = Value::object(
      {{"apiVersion", "v1"},
       {"kind", "Config"},
       {"current-context", "goldenpath"},
       {"clusters", named("cluster", Value::object({{"server", server_url},
                                                    {"certificate-authority-data",
                                                     base64_encode(pki.authority_pem)}}))},
       {"users",
        named("user",
              Value::object({{"client-certificate-data", base64_encode(pki.admin_certificate_pem)},
                             {"client-key-data", base64_encode(pki.admin_key_pem)}}))},
       {"contexts",
        named("context", Value::object({{"cluster", "goldenpath"}, {"user", "goldenpath"}}))}});
  const std::string path = (fs::path(data_dir) / "kubeconfig").string();
  TRY(files::write_file_atomic(path, to_yaml(config), {.mode = 0600}));
  return path;
}

}  // namespace gp::api
