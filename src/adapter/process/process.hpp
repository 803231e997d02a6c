#pragma once
// Runs another program to its end: no shell, bounded output, deadline, nothing inherited but the
// environment named.

#include <string>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"

namespace gp::process {

struct Command {
  std::vector<std::string> arguments;    // [0] is looked up in PATH
  std::string folder;                    // working folder; empty: ours
  std::vector<std::string> environment;  // "NAME=value", added to ours
  std::size_t output_bytes_max = 1U << 20U;
};

struct Finished {
  int exit_code = 0;   // 128 + signal when it was killed
  std::string output;  // standard output
  std::string errors;  // standard error
};

// NotFound when there is no such program; DeadlineExceeded or Cancelled after it was killed.
Result<Finished> run(const Context& context, const Command& command);

}  // namespace gp::process
