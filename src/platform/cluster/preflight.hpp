#pragma once
// What one finds out about a remote cluster before relying on it: is it reached, is it who it says,
// who are we there, and what may we do. Every failure says its cause and what to do.

#include <string>
#include <vector>

#include "platform/cluster/remote.hpp"

namespace gp::cluster {

enum class CheckState { Ok, Warning, Failed, Skipped };
std::string_view check_state_name(CheckState state);  // "ok", "warning", "failed", "skipped"

struct Check {
  std::string
      name;  // "reachable", "certificate", "version", "identity", "clock", "kinds", "access"
  CheckState state = CheckState::Ok;
  std::string text;
  std::string fix;  // when it is not ok
};

// What we may do with one kind.
struct Access {
  std::string resource;  // "deployments.apps"
  std::string used_for;
  std::vector<std::pair<std::string, bool>> verbs;  // in kAccessVerbs' order
  bool is_served = true;
};
inline constexpr std::string_view kAccessVerbs[] = {"get",    "list",  "watch",
                                                    "create", "patch", "delete"};

struct Preflight {
  std::vector<Check> checks;
  std::vector<Access> access;  // empty when it was not asked for, or could not be
  std::string server, version, user;
  std::vector<std::string> groups;
  Duration latency{0};
  Duration clock_skew{0};  // theirs minus ours
  std::size_t kinds = 0;

  bool is_reachable() const { return !has_failed("reachable") && !has_failed("certificate"); }
  bool is_authorized() const { return is_reachable() && !has_failed("identity"); }
  bool is_fine() const;  // no check failed
  bool has_failed(std::string_view check) const;
  Value to_value() const;
};

enum class Depth { Identity, Access };

Preflight run_preflight(const Context& context, RemoteCluster& cluster, Depth depth);

}  // namespace gp::cluster
