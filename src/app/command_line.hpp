#pragma once
// The command line of `goldenpath`: arguments to commands. The only file behind it knows CLI11.

namespace gp::app {

// Parses, runs one command, and returns the process's exit code.
int run_command_line(int argc, char** argv);

}  // namespace gp::app
