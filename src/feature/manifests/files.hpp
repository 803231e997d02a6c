#pragma once
// From paths in platform.yaml to documents: finds the files, reads them, and takes lists apart.
// Knows no kinds and no cluster. What cannot be read is a problem; everything else is still
// returned.

#include <string>
#include <vector>

#include "base/value.hpp"
#include "feature/manifests/problem.hpp"

namespace gp::manifests {

struct Document {
  std::string file;  // as in Problem
  int line = 0;
  Value value;  // an object with apiVersion and kind
};

struct Collected {
  std::vector<Document> documents;  // in order of file and line
  std::vector<Problem> problems;
  std::size_t files = 0;
  std::vector<std::string>
      unread_files;         // these may hold anything, so nothing of theirs counts as gone
  bool is_complete = true;  // false: a path is missing altogether, so nothing counts as gone
};

// `paths` are files, folders (searched for .yaml, .yml and .json) or globs, relative to `root`.
// `origin` names the file that lists them, for problems.
Collected collect(const std::string& root, const std::vector<std::string>& paths,
                  std::string_view origin);

// The existing folders to watch for changes of these paths: absolute, each once.
std::vector<std::string> watched_folders(const std::string& root,
                                         const std::vector<std::string>& paths);

// Where the catalog has this entity from, as a person would name it: "catalog/all.yaml:12".
// `origin` is its location ("file:/srv/acme/catalog/all.yaml"); without a line when that cannot be
// read.
std::string place_in_catalog(const std::string& root, const std::string& origin,
                             const Value& entity);

// Documents of one file's text; appends.
void read_documents(std::string_view text, const std::string& file, Collected& collected);

}  // namespace gp::manifests
