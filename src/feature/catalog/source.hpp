#pragma once
// Where catalog files come from: folders, and URLs (read over the network or mapped to folders).
//
// Implementations: FileSource (file_source.hpp) and the one in tests. Any thread may call; calls
// may wait for the disk or the network.

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/reader.hpp"

namespace gp::catalog {

using Documents = std::shared_ptr<const std::vector<SourceDocument>>;

struct SourceFile {
  LocationRef location;  // the very file
  Documents documents;
};

class Source {
 public:
  virtual ~Source() = default;

  // The files that a location names: one, or those that its glob matches (file targets, and URLs
  // that are mapped to folders). NotFoundError when a plain target is not there; a glob that
  // matches nothing is empty. A file that does not parse fails with its place. `origin` goes into
  // the entities' annotations.
  virtual Result<std::vector<SourceFile>> read(const LocationRef& location,
                                               const std::string& origin) = 0;

  // The text of one file, for placeholders and for finding lines.
  virtual Result<std::string> read_text(const LocationRef& location, std::size_t bytes_max) = 0;

  // Whether reading it waits for the network.
  virtual bool is_remote(const LocationRef& location) const = 0;

  // The folder's file (or glob) that stands for the location; empty when it is remote.
  virtual std::string local_path(const LocationRef& location) const = 0;
};

}  // namespace gp::catalog
