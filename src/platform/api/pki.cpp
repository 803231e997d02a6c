#include "platform/api/pki.hpp"

#include <algorithm>

#include "adapter/files/files.hpp"
#include "base/encoding.hpp"
#include "base/yaml.hpp"

namespace gp::api {
namespace {

constexpr auto kDay = std::chrono::hours(24);
constexpr auto kAuthorityValidFor = 3650 * kDay;
constexpr auto kCertificateValidFor = 365 * kDay;
constexpr auto kRenewBefore = 30 * kDay;  // a platform that runs for long still has time to restart
constexpr auto kAuthorityRenewBefore = 400 * kDay;  // outlives what it signs

class PkiFolder {
 public:
  explicit PkiFolder(const std::string& data_dir) : path_(data_dir + "/pki") {}

  // Nothing when a file is missing or unreadable as what it should be, or soon too old.
  std::optional<tls::KeyPair> load(std::string_view name, TimePoint now, Duration margin) const {
    const auto certificate = files::read_file(file(name, "crt"));
    const auto key = files::read_file(file(name, "key"));
    if (!certificate || !key) return std::nullopt;
    const auto info = tls::read_certificate(*certificate);
    if (!info || info->not_after - margin <= now || info->not_before > now) return std::nullopt;
    return tls::KeyPair{*certificate, *key};
  }

  Result<> save(std::string_view name, const tls::KeyPair& pair) const {
    TRY(files::ensure_directory(path_, 0700));
    TRY(files::write_file_atomic(file(name, "key"), pair.private_key_pem, {.mode = 0600}));
    return files::write_file_atomic(file(name, "crt"), pair.certificate_pem, {.mode = 0644});
  }

 private:
  std::string file(std::string_view name, std::string_view extension) const {
    return fmt::format("{}/{}.{}", path_, name, extension);
  }

  std::string path_;
};

tls::ServerName names_of(const std::string& address) {
  tls::ServerName names;
  names.dns_names = {"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
                     "kubernetes.default.svc.cluster.local"};
  names.ip_addresses = {"127.0.0.1", "::1"};
  const bool is_any = address.empty() || address == "0.0.0.0" || address == "::";
  const bool is_ip = address.find_first_not_of("0123456789.") == std::string::npos ||
                     address.find(':') != std::string::npos;
  std::vector<std::string>& list = is_ip ? names.ip_addresses : names.dns_names;
  if (!is_any && std::ranges::find(list, address) == list.end()) list.push_back(address);
  return names;
}

// The address that a server certificate was made for is kept beside it: certificates are read for
// names, not for addresses.
bool is_made_for(const std::string& data_dir, const std::string& address) {
  const auto kept = files::read_file(data_dir + "/pki/server.address");
  return kept && *kept == address;
}

}  // namespace

Result<Pki> ensure_pki(const std::string& data_dir, const std::string& address, Clock& clock) {
  const TimePoint now = clock.now();
  const PkiFolder folder(data_dir);
  auto authority = folder.load("ca", now, kAuthorityRenewBefore);
  const bool is_new = !authority;
  if (!authority) {
    authority = TRY(tls::make_authority("goldenpath", now, kAuthorityValidFor));
    TRY(folder.save("ca", *authority));
  }

  auto server = is_new || !is_made_for(data_dir, address)
                    ? std::nullopt
                    : folder.load("server", now, kRenewBefore);
  if (!server) {
    server = TRY(tls::issue_server_certificate(*authority, "kube-apiserver", names_of(address), now,
                                               kCertificateValidFor));
    TRY(folder.save("server", *server));
    TRY(files::write_file_atomic(data_dir + "/pki/server.address", address));
  }
  auto admin = is_new ? std::nullopt : folder.load("admin", now, kRenewBefore);
  if (!admin) {
    admin = TRY(tls::issue_client_certificate(*authority, "admin", {"system:masters"}, now,
                                              kCertificateValidFor));
    TRY(folder.save("admin", *admin));
  }

  Pki pki;
  pki.authority_pem = authority->certificate_pem;
  pki.server.certificate_chain_pem = server->certificate_pem;
  pki.server.private_key_pem = server->private_key_pem;
  pki.server.client_authority_pem = authority->certificate_pem;
  pki.admin = std::move(*admin);
  return pki;
}

Result<std::string> write_kubeconfig(const std::string& data_dir, const Pki& pki,
                                     const std::string& url) {
  const auto named = [](std::string_view part, Value value) {
    return Value::array({Value::object({{"name", "goldenpath"}, {part, std::move(value)}})});
  };
  const Value document = Value::object(
      {{"apiVersion", "v1"},
       {"kind", "Config"},
       {"current-context", "goldenpath"},
       {"clusters", named("cluster", Value::object({{"server", url},
                                                    {"certificate-authority-data",
                                                     base64_encode(pki.authority_pem)}}))},
       {"users",
        named("user",
              Value::object({{"client-certificate-data", base64_encode(pki.admin.certificate_pem)},
                             {"client-key-data", base64_encode(pki.admin.private_key_pem)}}))},
       {"contexts", named("context", Value::object({{"cluster", "goldenpath"},
                                                    {"user", "goldenpath"},
                                                    {"namespace", "default"}}))}});
  const std::string path = data_dir + "/kubeconfig";
  // Written at every start, so it need not survive a power cut.
  TRY(files::write_file_atomic(path, to_yaml(document), {.mode = 0600, .sync = false}));
  return path;
}

}  // namespace gp::api
