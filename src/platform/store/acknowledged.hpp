#pragma once
// The last revision that was acknowledged, in a small file of its own beside the store's.
//
// SQLite ends its log at the first frame that does not match its checksum: of a damaged end it
// says nothing, and the store would come back as it was before. This record is written after the
// commit and before the answer, so a store that knows less than it is missing writes.
//
// It is not synced by itself: a process that is killed leaves it true, and after a power cut it may
// be old but never ahead of the log, which was synced before. So it can miss a loss then, but never
// invent one.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "platform/object/object.hpp"

namespace gp::store {

class Acknowledged {
 public:
  // Opens or creates. A record that is damaged, or of another file, counts as none.
  static Result<Acknowledged> open(const std::string& path);

  Acknowledged(Acknowledged&& other) noexcept;
  Acknowledged& operator=(Acknowledged other) noexcept;
  ~Acknowledged();

  object::Revision revision() const { return revision_; }  // as the file says; 0: none
  // Costs one small write to the page cache. When that fails, the record stays behind: harmless.
  void note(object::Revision revision);

 private:
  explicit Acknowledged(int file) : file_(file) {}

  int file_ = -1;
  object::Revision revision_ = 0;
};

}  // namespace gp::store
