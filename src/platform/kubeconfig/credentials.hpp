#pragma once
// What proves who we are to a cluster, kept fresh: files are read again when they change, tokens of
// exec plug-ins are asked for again before they expire or when the cluster refused them.
//
// Any thread. Nothing here appears in errors but names of files, users and programs.

#include <mutex>
#include <optional>

#include "base/context.hpp"
#include "platform/kubeconfig/exec_plugin.hpp"
#include "platform/kubeconfig/kubeconfig.hpp"

namespace gp::kubeconfig {

struct Proof {
  std::string authorization;  // value of the header; empty: none
  std::string certificate_pem, key_pem;
};

// What a kubeconfig may make this program do. One that somebody else wrote (a Secret of a tenant)
// may do neither.
struct Trust {
  bool may_read_files = true;
  bool may_run_programs = true;
};

// The content of a file as of now, read again only when its inode, size or time has changed.
class WatchedFile {
 public:
  explicit WatchedFile(std::string path) : path_(std::move(path)) {}
  Result<std::string> read();

 private:
  struct Stamp {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t time_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  const std::string path_;
  std::optional<Stamp> stamp_;
  std::string content_;
};

class Credentials {
 public:
  // Forbidden when the connection wants more than it is trusted with.
  static Result<std::unique_ptr<Credentials>> open(Connection connection, Clock& clock,
                                                   Trust trust = {});

  Result<Proof> current(const Context& context);
  // PEM; empty: the system's authorities.
  Result<std::string> authority();
  // The cluster answered 401 to this proof: what was cached of it is not used again. True when
  // asking anew may help.
  bool refused(const Proof& proof);

  const Connection& connection() const { return connection_; }

 private:
  Credentials(Connection connection, Clock& clock);
  Result<std::string> read(const Material& material, WatchedFile& file);

  const Connection connection_;
  Clock& clock_;
  std::mutex mutex_;  // guards the fields below; held while a plug-in runs, as all wait for it
  WatchedFile authority_file_, certificate_file_, key_file_, token_file_;
  std::optional<ExecCredential> cached_;
};

}  // namespace gp::kubeconfig
