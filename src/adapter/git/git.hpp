#pragma once
// Git repositories over libgit2: a bare mirror on disk, fetched again when it is asked to, and the
// trees of its revisions as folders.
//
// HTTPS (with user and password or token), SSH (with a private key), file paths. libgit2 1.5 has no
// shallow fetch: a mirror holds the whole history of its branches and tags. Blocks its caller; a
// stop request or a deadline of the context ends a transfer.

#include <memory>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"

namespace gp::git {

// Never in an error or a log.
struct Credentials {
  std::string user, password;   // for HTTPS; a token is a password
  std::string ssh_private_key;  // PEM
  bool skips_tls_verify = false;
};

struct Limits {
  std::size_t bytes_max = std::size_t{4} << 30U;  // of what one fetch transfers
  std::size_t files_max = 200'000;                // of a tree
  std::size_t tree_bytes_max = std::size_t{2} << 30U;
};

// One thread at a time.
class Mirror {
 public:
  // The mirror at `path`, made when it is not there. Nothing is fetched yet.
  static Result<Mirror> open(const std::string& path, const std::string& url);
  Mirror(Mirror&&) noexcept;
  Mirror& operator=(Mirror&&) noexcept;
  ~Mirror();

  // Branches and tags as they are now at the origin; what is gone there goes here.
  Result<> fetch(const Context& context, const Credentials& credentials, const Limits& limits = {});
  bool has_fetched() const;  // ever

  // "", "HEAD": the default branch; a branch, a tag, a commit or its beginning (7 digits or more).
  // The commit's 40 digits; NotFound says what there is.
  Result<std::string> resolve(const std::string& revision) const;

  // The commit's files below `folder`, which must not exist: regular files and symbolic links.
  Result<> check_out(const std::string& commit, const std::string& folder,
                     const Limits& limits = {}) const;

  struct Commit {
    std::string id, author, message;
    std::int64_t time = 0;  // Unix seconds
  };
  Result<Commit> describe(const std::string& commit) const;
  std::vector<std::string> branches() const;
  std::vector<std::string> tags() const;

 private:
  struct Parts;
  explicit Mirror(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace gp::git
