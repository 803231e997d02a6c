#include "platform/store/disk.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/log.hpp"
#include "platform/store/disk_rows.hpp"

namespace gp::store {
namespace {

constexpr std::int64_t kFormat = 1;                // user_version: grows with incompatible changes
constexpr std::int64_t kApplication = 0x47507374;  // application_id: "GPst"
constexpr int kPageBytes = 8192;                   // two typical objects
constexpr int kCheckpointPages = 2048;             // 16 MiB of log: copy it in the background
constexpr int kCheckpointNowPages = 8 * kCheckpointPages;  // the background cannot keep up

std::string acknowledged_path(const std::string& path) {
  return path + ".acknowledged";
}

Result<> create(const std::string& path) {
  const std::string unfinished = path + ".new";
  std::error_code ignored;
  std::filesystem::remove(acknowledged_path(path), ignored);  // of a store that somebody deleted
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(unfinished + suffix, ignored);
  }
  {
    auto database = TRY(sqlite::Database::open(unfinished, sqlite::OpenMode::Create));
    // Nobody sees the file before it was synced and renamed below.
    TRY(database.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY"));
    TRY(database.execute(fmt::format("PRAGMA page_size = {}", kPageBytes).c_str()));
    TRY(database.execute(
        "BEGIN;"
        "CREATE TABLE objects(id INTEGER PRIMARY KEY, resource TEXT NOT NULL, ns TEXT NOT NULL,"
        " name TEXT NOT NULL, revision INTEGER NOT NULL, crc INTEGER NOT NULL,"
        " document BLOB NOT NULL);"
        "CREATE TABLE state(id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL,"
        " objects INTEGER NOT NULL, digest INTEGER NOT NULL, crc INTEGER NOT NULL);"));
    TRY(database.execute(fmt::format("INSERT INTO state VALUES (1, 0, 0, 0, {});"
                                     "PRAGMA user_version = {}; PRAGMA application_id = {};"
                                     "COMMIT; PRAGMA journal_mode = WAL",
                                     state_crc(0, 0, 0), kFormat, kApplication)
                             .c_str()));
  }
  const int file = ::open(unfinished.c_str(), O_RDWR | O_CLOEXEC);
  const bool is_synced = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!is_synced || ::rename(unfinished.c_str(), path.c_str()) != 0) {
    return fail(unavailable("could not create \"{}\": {}", path, std::strerror(errno)));
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int directory = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

// Which of these the path is: ready to open, or to be created.
Result<bool> is_there(const std::string& path) {
  std::error_code error;
  const bool exists = std::filesystem::exists(path, error);
  if (exists && std::filesystem::file_size(path, error) == 0) {
    return fail(data_loss("file \"{}\" is damaged: it is empty", path)
                    .with_hint("restore it from a backup, or delete it to start anew"));
  }
  if (!exists && std::filesystem::exists(path + "-wal", error)) {
    return fail(data_loss("file \"{}\" is missing, but its log \"{}-wal\" is there", path, path)
                    .with_hint("put the file back, or delete the log to start anew"));
  }
  return exists;
}

}  // namespace

Result<std::unique_ptr<Disk>> Disk::open(const std::string& path, const FieldsOf& fields,
                                         Limits limits, Index& index) {
  auto lock = TRY(files::LockFile::acquire(path + ".lock"));
  const bool exists = TRY(is_there(path));
  if (!exists) TRY(create(path));
  Acknowledged acknowledged = TRY(Acknowledged::open(acknowledged_path(path)));
  std::unique_ptr<Disk> disk(new Disk(path, std::move(lock), std::move(acknowledged)));
  disk->database_ = TRY(sqlite::Database::open(path, sqlite::OpenMode::ReadWrite));
  TRY(disk->prepare(limits));
  TRY(disk->load(fields, index));
  disk->checkpointer_ = std::thread([raw = disk.get()] { raw->run_checkpoints(); });
  return disk;
}

Disk::~Disk() {
  if (!checkpointer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  due_.notify_all();
  checkpointer_.join();
}

Result<> Disk::prepare(Limits limits) {
  TRY(
      database_.execute("PRAGMA synchronous = FULL; PRAGMA cache_size = -4096;"
                        "PRAGMA temp_store = MEMORY"));
  const std::int64_t application = TRY(database_.query_integer("PRAGMA application_id"));
  const std::int64_t format = TRY(database_.query_integer("PRAGMA user_version"));
  if (application != kApplication) {
    return fail(failed_precondition("file \"{}\" is not a store of GoldenPath", path_)
                    .with_hint("choose another data folder"));
  }
  if (format < 1) {
    return fail(data_loss("file \"{}\" is damaged: it names no format", path_)
                    .with_hint("restore the file from a backup"));
  }
  if (format > kFormat) {
    return fail(
        failed_precondition("file \"{}\" has format {}, this version of GoldenPath knows up to {}",
                            path_, format, kFormat)
            .with_hint("run the version that wrote it, or a newer one"));
  }
  const std::string mode = TRY(database_.query_text("PRAGMA journal_mode = WAL"));
  if (mode != "wal") {
    return fail(unavailable("file \"{}\" cannot have a write-ahead log here", path_)
                    .with_hint("keep the data folder on a local disk"));
  }
  if (limits.file_bytes_max != 0) {
    const auto pages = limits.file_bytes_max / static_cast<std::size_t>(kPageBytes);
    TRY(database_.execute(fmt::format("PRAGMA max_page_count = {}", pages).c_str()));
  }
  database_.watch_wal();
  begin_ = TRY(database_.prepare("BEGIN IMMEDIATE"));
  commit_ = TRY(database_.prepare("COMMIT"));
  rollback_ = TRY(database_.prepare("ROLLBACK"));
  insert_ = TRY(database_.prepare("INSERT INTO objects VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  update_ = TRY(
      database_.prepare("UPDATE objects SET revision = ?2, crc = ?3, document = ?4 WHERE id = ?1"));
  delete_ = TRY(database_.prepare("DELETE FROM objects WHERE id = ?1"));
  state_ = TRY(database_.prepare(
      "UPDATE state SET revision = ?1, objects = ?2, digest = ?3, crc = ?4 WHERE id = 1"));
  return {};
}

Result<> Disk::load(const FieldsOf& fields, Index& index) {
  auto state = TRY(database_.prepare("SELECT revision, objects, digest, crc FROM state"));
  const bool has_state = TRY(state.step());
  revision_ = static_cast<Revision>(has_state ? state.integer(0) : 0);
  objects_ = static_cast<std::uint64_t>(has_state ? state.integer(1) : 0);
  digest_ = static_cast<std::uint64_t>(has_state ? state.integer(2) : 0);
  if (!has_state || state.integer(3) != state_crc(revision_, objects_, digest_)) {
    return fail(data_loss("file \"{}\" is damaged: its record of the last revision does not match "
                          "its checksum",
                          path_)
                    .with_hint("restore the file from a backup"));
  }
  if (acknowledged_.revision() > revision_) {
    return fail(
        data_loss(
            "file \"{}\" ends at revision {}, but revision {} was acknowledged: the end of its "
            "log \"{}-wal\" is damaged or missing",
            path_, revision_, acknowledged_.revision(), path_)
            .with_hint(fmt::format("restore both files from a backup, or delete \"{}\" to go on "
                                   "without the last writes",
                                   acknowledged_path(path_))));
  }
  index.reserve(objects_);
  const std::uint64_t digest = TRY(read_rows(path_, fields, index));
  if (index.size() != objects_ || digest != digest_) {
    return fail(data_loss("file \"{}\" is damaged: it holds {} objects, but not the {} that were "
                          "written last",
                          path_, index.size(), objects_)
                    .with_hint("restore the file from a backup"));
  }
  return {};
}

Result<> Disk::write(std::span<const RowChange> changes, Revision revision) {
  const std::uint64_t objects = objects_;
  const std::uint64_t digest = digest_;
  auto written = write_rows(changes, revision);
  if (!written) {
    // SQLite may have rolled back by itself; then there is nothing to roll back.
    static_cast<void>(rollback_.run());
    objects_ = objects;
    digest_ = digest;
    return written;
  }
  revision_ = revision;
  acknowledged_.note(revision);
  checkpoint_if_due();
  return {};
}

Result<> Disk::expect_row(std::int64_t id) const {
  if (database_.changed_rows() == 1) return {};
  return fail(data_loss("file \"{}\" is damaged: row {} is missing", path_, id)
                  .with_hint("restore the file from a backup"));
}

Result<> Disk::write_rows(std::span<const RowChange> changes, Revision revision) {
  TRY(begin_.run());
  for (const RowChange& change : changes) {
    const auto id = std::int64_t{change.slot} + 1;
    if (change.previous) {
      digest_ -= row_digest(id, row_crc(RowView::of(change.slot, *change.previous)));
      --objects_;
    }
    if (!change.object) {
      TRY(delete_.bind(1, id).run());
      TRY(expect_row(id));
      continue;
    }
    const Object& object = *change.object;
    const std::uint32_t crc = row_crc(RowView::of(change.slot, object));
    digest_ += row_digest(id, crc);
    ++objects_;
    const auto object_revision = static_cast<std::int64_t>(object.revision());
    if (change.previous) {
      update_.bind(1, id).bind(2, object_revision).bind(3, std::int64_t{crc});
      TRY(update_.bind_blob(4, object.json()).run());
      TRY(expect_row(id));
    } else {
      insert_.bind(1, id).bind(2, object.resource()).bind(3, object.ns()).bind(4, object.name());
      insert_.bind(5, object_revision).bind(6, std::int64_t{crc});
      TRY(insert_.bind_blob(7, object.json()).run());
    }
  }
  state_.bind(1, static_cast<std::int64_t>(revision)).bind(2, static_cast<std::int64_t>(objects_));
  state_.bind(3, static_cast<std::int64_t>(digest_));
  TRY(state_.bind(4, std::int64_t{state_crc(revision, objects_, digest_)}).run());
  return commit_.run();
}

void Disk::checkpoint_if_due() {
  const int pages = database_.wal_pages();
  if (pages < kCheckpointPages) return;
  if (pages >= kCheckpointNowPages) {
    const auto done = database_.checkpoint_and_restart();
    if (!done) log::warn("store", "could not shorten the log", {{"error", done.error().message}});
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    is_due_ = true;
  }
  due_.notify_one();
}

void Disk::run_checkpoints() {
  // A connection of its own: SQLite lets it copy the log while the other one appends to it.
  auto database = sqlite::Database::open(path_, sqlite::OpenMode::ReadWrite);
  std::unique_lock lock(mutex_);
  while (true) {
    due_.wait(lock, [this] { return is_due_ || is_stopping_; });
    if (is_stopping_) return;
    is_due_ = false;
    if (!database) continue;  // the sequencer will do it when the log has grown enough
    lock.unlock();
    const auto done = database->checkpoint_passive();
    if (!done) log::warn("store", "could not checkpoint", {{"error", done.error().message}});
    lock.lock();
  }
}

}  // namespace gp::store
