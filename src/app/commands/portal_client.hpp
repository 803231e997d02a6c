#pragma once
// Requests of our commands to the portal's own API, which tells what no Kubernetes object holds.

#include <string>

#include "app/commands/commands.hpp"
#include "base/value.hpp"

namespace gp::app {

// GET `path`, signed in by the token of the data folder. Unavailable when no platform answers.
Result<Value> get_from_portal(const Connection& connection, const std::string& path);

}  // namespace gp::app
