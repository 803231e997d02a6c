#pragma once
// What the commands on one Application share: sync, history, rollback, diff.

#include <string>

#include "app/commands/objects.hpp"

namespace gp::app {

struct ApplicationName {
  std::string ns, name;  // "argocd/web-shop"; the namespace is argocd unless given
  static ApplicationName parse(std::string_view text);
  std::string path() const;
};

// Asks for an operation and, unless that is not wanted, shows it until it is over.
Result<int> operate(ApiClient& client, const ApplicationName& app, const Value& operation,
                    bool waits, Duration timeout);

}  // namespace gp::app
