#include "platform/kubeconfig/credentials.hpp"

#include <sys/stat.h>

#include "adapter/files/files.hpp"
#include "base/encoding.hpp"

namespace gp::kubeconfig {
namespace {

constexpr std::size_t kBytesMax = 1U << 20U;
constexpr Duration kBeforeExpiry = std::chrono::seconds(30);

std::string trimmed(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r') || text.ends_with(' ')) text.pop_back();
  return text;
}

bool reads_files(const Connection& connection) {
  return !connection.cluster.authority.file.empty() || !connection.user.certificate.file.empty() ||
         !connection.user.key.file.empty() || !connection.user.token_file.empty();
}

}  // namespace

Result<std::string> WatchedFile::read() {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) {
    stamp_.reset();
    return files::read_file(path_, kBytesMax);  // which says why not
  }
  const Stamp stamp{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
                    status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
  if (stamp_ != stamp) {
    content_ = TRY(files::read_file(path_, kBytesMax));
    stamp_ = stamp;
  }
  return content_;
}

Credentials::Credentials(Connection connection, Clock& clock)
    : connection_(std::move(connection)),
      clock_(clock),
      authority_file_(connection_.cluster.authority.file),
      certificate_file_(connection_.user.certificate.file),
      key_file_(connection_.user.key.file),
      token_file_(connection_.user.token_file) {}

Result<std::unique_ptr<Credentials>> Credentials::open(Connection connection, Clock& clock,
                                                       Trust trust) {
  if (!trust.may_read_files && reads_files(connection)) {
    return fail(forbidden("{}: files are not read for this connection", connection.file)
                    .with_hint("embed certificates and the token; `goldenpath cluster add` does"));
  }
  if (!trust.may_run_programs && !connection.user.exec.command.empty()) {
    return fail(forbidden("{}: the program \"{}\" is not run for this connection", connection.file,
                          connection.user.exec.command)
                    .with_hint("use a service account's token"));
  }
  return std::unique_ptr<Credentials>(new Credentials(std::move(connection), clock));
}

Result<std::string> Credentials::read(const Material& material, WatchedFile& file) {
  if (material.file.empty()) return material.data;
  return file.read();
}

Result<std::string> Credentials::authority() {
  const std::lock_guard lock(mutex_);
  return read(connection_.cluster.authority, authority_file_);
}

// The order is client-go's: a token wins over a plug-in's, a token file over a token.
Result<Proof> Credentials::current(const Context& context) {
  const std::lock_guard lock(mutex_);
  const User& user = connection_.user;
  Proof proof;
  proof.certificate_pem = TRY(read(user.certificate, certificate_file_));
  proof.key_pem = TRY(read(user.key, key_file_));
  if (!user.token_file.empty()) {
    const std::string token = TRY(token_file_.read());
    proof.authorization = "Bearer " + trimmed(token);
  } else if (!user.token.empty()) {
    proof.authorization = "Bearer " + user.token;
  } else if (!user.username.empty()) {
    proof.authorization = "Basic " + base64_encode(user.username + ":" + user.password);
  }
  if (user.exec.command.empty() || !proof.authorization.empty()) return proof;

  const bool is_stale =
      !cached_ || (cached_->expires && *cached_->expires <= clock_.now() + kBeforeExpiry);
  if (is_stale) cached_ = TRY(run_plugin(context, connection_));
  if (!cached_->token.empty()) proof.authorization = "Bearer " + cached_->token;
  if (!cached_->certificate_pem.empty()) {
    proof.certificate_pem = cached_->certificate_pem;
    proof.key_pem = cached_->key_pem;
  }
  return proof;
}

bool Credentials::refused(const Proof& proof) {
  const std::lock_guard lock(mutex_);
  if (cached_) {
    const bool is_same =
        proof.authorization == "Bearer " + cached_->token ||
        (cached_->token.empty() && proof.certificate_pem == cached_->certificate_pem);
    if (is_same) cached_.reset();
    return true;
  }
  if (connection_.user.token_file.empty()) return false;
  const auto now = token_file_.read();
  return now && "Bearer " + trimmed(*now) != proof.authorization;
}

}  // namespace gp::kubeconfig
