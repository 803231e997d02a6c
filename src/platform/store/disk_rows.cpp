#include "platform/store/disk_rows.hpp"

#include "base/digest.hpp"

namespace gp::store {
namespace {

constexpr std::size_t kBatch = 512;      // objects handed over at once
constexpr std::size_t kBatchesMax = 16;  // waiting

template <typename T>
std::uint32_t crc_of(T number, std::uint32_t seed) {
  static_assert(std::endian::native == std::endian::little, "the file's byte order");
  return crc32c({reinterpret_cast<const char*>(&number), sizeof number}, seed);
}

std::uint32_t crc_of_text(std::string_view text, std::uint32_t seed) {
  return crc32c(text, crc_of(std::uint64_t{text.size()}, seed));
}

Error damaged(const std::string& path, const RowView& row, std::string_view how) {
  const Key key{std::string(row.key.resource), std::string(row.key.ns), std::string(row.key.name)};
  return data_loss("file \"{}\" is damaged: {} (row {}) {}", path, key.to_string(), row.id, how)
      .with_hint("restore the file from a backup");
}

// Files objects in the index on a thread of its own, in the order they come.
class Filing {
 public:
  explicit Filing(Index& index) : index_(index), thread_([this] { run(); }) {}
  ~Filing() {
    if (thread_.joinable()) static_cast<void>(finish());
  }

  void add(std::vector<Index::Loaded> batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return batches_.size() < kBatchesMax; });
    batches_.push_back(std::move(batch));
    changed_.notify_all();
  }

  // Waits for the rest.
  Result<> finish() {
    {
      const std::lock_guard lock(mutex_);
      is_finished_ = true;
    }
    changed_.notify_all();
    thread_.join();
    return std::move(result_);
  }

 private:
  void run() {
    std::vector<Index::Loaded> batch;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !batches_.empty() || is_finished_; });
        if (batches_.empty()) return;
        batch = std::move(batches_.front());
        batches_.pop_front();
      }
      changed_.notify_all();
      if (result_) result_ = file(batch);
    }
  }

  Result<> file(std::vector<Index::Loaded>& batch) {
    for (Index::Loaded& row : batch) {
      if (index_.slot_of(KeyView::of(*row.object))) {
        return fail(data_loss("{} is there twice", row.object->key().to_string()));
      }
      index_.insert(row.slot, std::move(row.object));
    }
    return {};
  }

  Index& index_;
  Result<> result_;   // of the thread until it has ended
  std::mutex mutex_;  // guards the fields below
  std::condition_variable changed_;
  std::deque<std::vector<Index::Loaded>> batches_;
  bool is_finished_ = false;
  std::thread thread_;
};

class Reader {
 public:
  Reader(const std::string& path, const FieldsOf& fields, Filing& filing)
      : path_(path), fields_(fields), filing_(filing) {}

  // The sum of the rows' digests.
  Result<std::uint64_t> read() {
    auto database = TRY(sqlite::Database::open(path_, sqlite::OpenMode::ReadWrite));
    TRY(database.execute("PRAGMA cache_size = -1024"));
    auto select = TRY(database.prepare(
        "SELECT id, resource, ns, name, revision, crc, document FROM objects ORDER BY id"));
    bool has_row = TRY(select.step());
    while (has_row) {
      TRY(add(select));
      has_row = TRY(select.step());
    }
    filing_.add(std::move(batch_));
    return digest_;
  }

 private:
  Result<> add(const sqlite::Statement& select) {
    const RowView row{select.integer(0), static_cast<Revision>(select.integer(4)),
                      KeyView{select.text(1), select.text(2), select.text(3)}, select.blob(6)};
    const auto crc = static_cast<std::uint32_t>(select.integer(5));
    if (row.id < 1 || row.id > kSlotsMax || row_crc(row) != crc) {
      return fail(damaged(path_, row, "does not match its checksum"));
    }
    auto object =
        object::Object::load_verified(row.key.resource, row.document, fields_of(row.key.resource));
    if (!object) return fail(damaged(path_, row, object.error().message));
    if (KeyView::of(**object) != row.key || (*object)->revision() != row.revision) {
      return fail(damaged(path_, row, "holds a document of another name or revision"));
    }
    digest_ += row_digest(row.id, crc);
    batch_.push_back({static_cast<Slot>(row.id - 1), *std::move(object)});
    if (batch_.size() == kBatch) filing_.add(std::exchange(batch_, {}));
    return {};
  }

  object::SelectableFields fields_of(std::string_view resource) {
    if (!fields_) return {};
    const auto found = fields_by_resource_.find(resource);
    if (found != fields_by_resource_.end()) return found->second;
    return fields_by_resource_.emplace(resource, fields_(resource)).first->second;
  }

  const std::string& path_;
  const FieldsOf& fields_;
  Filing& filing_;
  std::vector<Index::Loaded> batch_;
  std::uint64_t digest_ = 0;
  std::map<std::string, std::vector<std::string>, std::less<>> fields_by_resource_;
};

}  // namespace

std::uint32_t row_crc(const RowView& row) {
  std::uint32_t crc = crc_of(row.revision, crc_of(row.id, 0));
  crc = crc_of_text(row.key.resource, crc);
  crc = crc_of_text(row.key.ns, crc);
  crc = crc_of_text(row.key.name, crc);
  return crc_of_text(row.document, crc);
}

std::uint64_t row_digest(std::int64_t id, std::uint32_t crc) {
  // SplitMix64's finaliser over both.
  std::uint64_t mixed = static_cast<std::uint64_t>(id) << 32U ^ crc;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31U);
}

std::uint32_t state_crc(Revision revision, std::uint64_t objects, std::uint64_t digest) {
  return crc_of(digest, crc_of(objects, crc_of(revision, 0)));
}

Result<std::uint64_t> read_rows(const std::string& path, const FieldsOf& fields, Index& index) {
  Filing filing(index);
  const std::uint64_t digest = TRY(Reader(path, fields, filing).read());
  auto filed = filing.finish();
  if (!filed) {
    return fail(data_loss("file \"{}\" is damaged: {}", path, filed.error().message)
                    .with_hint("restore the file from a backup"));
  }
  return digest;
}

}  // namespace gp::store
