#pragma once
// Git repositories over the network or on this disk: a mirror each below the data folder, and the
// trees of the commits that applications want. Private to the feature.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapter/git/git.hpp"
#include "base/clock.hpp"
#include "feature/gitops/checkout.hpp"

namespace gp::gitops {

using FindCredentials = std::function<git::Credentials(const Context&, const std::string& url)>;

class GitRepositories {
 public:
  GitRepositories(std::string folder, Clock& clock, FindCredentials find_credentials);
  ~GitRepositories();

  // Asks the origin when nothing is known of the revision, when what is known is older than three
  // minutes, or when it must be sure. An origin that cannot be reached is no error as long as what
  // is known will do.
  Result<Checkout> checkout(const Context& context, const std::string& url,
                            const std::string& revision, bool is_hard);

 private:
  struct Repository;
  Repository& repository(const std::string& url);
  Result<> fetch(const Context& context, Repository& repository, const std::string& url);
  Result<std::string> tree_of(Repository& repository, const std::string& commit);

  const std::string folder_;
  Clock& clock_;
  const FindCredentials find_credentials_;
  std::mutex mutex_;  // guards the field below
  std::map<std::string, std::unique_ptr<Repository>> repositories_;
};

}  // namespace gp::gitops
