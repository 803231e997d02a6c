#pragma once
// A preflight for people: one line a check with its fix below, and a table of what is allowed.

#include <string>

#include "app/terminal.hpp"
#include "platform/cluster/preflight.hpp"

namespace gp::app {

std::string format_preflight(const Terminal& terminal, const cluster::Preflight& found);

}  // namespace gp::app
