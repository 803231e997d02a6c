#pragma once
// Where a platform keeps its data, and the small files that other commands find it by.
//
//   DIR/goldenpath.db      the object store (and its -wal, -shm)
//   DIR/kubeconfig         for kubectl and for our own commands (mode 0600)
//   DIR/pki/               the generated authority and its certificates
//   DIR/portal-token       what the portal asks for (mode 0600)
//   DIR/addresses.json     where the running platform listens; removed when it stops

#include <string>

#include "base/result.hpp"

namespace gp::app {

// `--data`, else $GOLDENPATH_DATA, else .goldenpath in the current folder when that is a platform,
// else the user's data folder ($XDG_DATA_HOME/goldenpath, ~/.local/share/goldenpath). Absolute.
std::string choose_data_dir(const std::string& option);

// Creates it with mode 0700.
Result<> ensure_data_dir(const std::string& dir);

}  // namespace gp::app
