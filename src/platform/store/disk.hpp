#pragma once
// The store's file: one SQLite table of objects, written by the sequencer in whole batches.
//
//   objects(id, resource, ns, name, revision, crc, document)   one row a key; the crc covers it all
//   state(id = 1, revision, objects, digest, crc)              changes with every batch
//
// `state` holds the last revision, so that revisions never go back even when the last write was a
// deletion, and the number and digest of all rows, so that a row that damage has made invisible is
// missed. Write-ahead log, synchronous=FULL: a COMMIT that returned is on disk. FILE.acknowledged
// holds the last revision once more, so that a damaged end of the log is missed as well.
//
// A new file is made under another name and renamed, so an empty one is always damage.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapter/files/lock_file.hpp"
#include "adapter/sqlite/database.hpp"
#include "platform/store/acknowledged.hpp"
#include "platform/store/index.hpp"

namespace gp::store {

struct RowChange {
  Slot slot = 0;
  ObjectRef object;    // null: the row goes
  ObjectRef previous;  // null: the row is new
};

using FieldsOf = std::function<std::vector<std::string>(std::string_view resource)>;

class Disk {
 public:
  struct Limits {
    std::size_t file_bytes_max = 0;  // 0: as far as the disk goes
  };

  // Locks, opens or creates, checks, and reads everything into the empty index.
  static Result<std::unique_ptr<Disk>> open(const std::string& path, const FieldsOf& fields,
                                            Limits limits, Index& index);
  ~Disk();

  Revision revision() const { return revision_; }  // the last one that was written
  // All of it durable when this returns, or none of it.
  Result<> write(std::span<const RowChange> changes, Revision revision);

 private:
  Disk(std::string path, files::LockFile lock, Acknowledged acknowledged)
      : path_(std::move(path)), lock_(std::move(lock)), acknowledged_(std::move(acknowledged)) {}
  Result<> prepare(Limits limits);
  Result<> load(const FieldsOf& fields, Index& index);
  Result<> write_rows(std::span<const RowChange> changes, Revision revision);
  Result<> expect_row(std::int64_t id) const;  // the last statement changed it
  void checkpoint_if_due();
  void run_checkpoints();

  const std::string path_;
  files::LockFile lock_;
  Acknowledged acknowledged_;
  sqlite::Database database_;
  sqlite::Statement begin_, commit_, rollback_, insert_, update_, delete_, state_;
  Revision revision_ = 0;
  std::uint64_t objects_ = 0;  // in the file
  std::uint64_t digest_ = 0;   // sum over all rows

  // Copies the log into the file while the sequencer goes on.
  std::mutex mutex_;  // guards the fields below
  std::condition_variable due_;
  bool is_due_ = false;
  bool is_stopping_ = false;
  std::thread checkpointer_;
};

}  // namespace gp::store
