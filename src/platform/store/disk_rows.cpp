#include "platform/store/disk_rows.hpp"

#include "base/digest.hpp"

namespace gp::store {
namespace {

constexpr std::int64_t kRowsPerThreadMin = 2000;  // below, a second thread costs more than it saves

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

class Reader {
 public:
  Reader(const std::string& path, const FieldsOf& fields) : path_(path), fields_(fields) {}

  Result<RowsRead> read(std::int64_t behind, std::int64_t up_to) {
    auto database = TRY(sqlite::Database::open(path_, sqlite::OpenMode::ReadWrite));
    TRY(database.execute("PRAGMA cache_size = -1024"));
    auto select =
        TRY(database.prepare("SELECT id, resource, ns, name, revision, crc, document FROM objects"
                             " WHERE id > ?1 AND id <= ?2 ORDER BY id"));
    select.bind(1, behind).bind(2, up_to);
    RowsRead out;
    while (TRY(select.step())) TRY(add(select, out));
    return out;
  }

 private:
  Result<> add(const sqlite::Statement& select, RowsRead& out) {
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
    out.digest += row_digest(row.id, crc);
    out.rows.push_back({static_cast<Slot>(row.id - 1), *std::move(object)});
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

Result<RowsRead> read_rows(const std::string& path, const FieldsOf& fields) {
  std::int64_t last = 0;
  {
    auto database = TRY(sqlite::Database::open(path, sqlite::OpenMode::ReadWrite));
    last = TRY(database.query_integer("SELECT max(id) FROM objects"));
  }
  const std::int64_t middle = last < 2 * kRowsPerThreadMin ? last : last / 2;
  Result<RowsRead> upper;
  std::thread second;
  if (middle < last) {
    second = std::thread([&] {
      upper = Reader(path, fields).read(middle, std::numeric_limits<std::int64_t>::max());
    });
  }
  auto lower = Reader(path, fields)
                   .read(std::numeric_limits<std::int64_t>::min(),
                         second.joinable() ? middle : std::numeric_limits<std::int64_t>::max());
  if (second.joinable()) second.join();
  if (!lower) return lower;
  if (!upper) return upper;
  lower->digest += upper->digest;
  lower->rows.reserve(lower->rows.size() + upper->rows.size());
  std::ranges::move(upper->rows, std::back_inserter(lower->rows));
  return lower;
}

}  // namespace gp::store
