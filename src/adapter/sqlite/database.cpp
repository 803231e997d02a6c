#include "adapter/sqlite/database.hpp"

#include <sqlite3.h>

#include <cerrno>

namespace gp::sqlite {
namespace {

Error describe(sqlite3* handle, int code) {
  const char* name = handle != nullptr ? sqlite3_db_filename(handle, "main") : nullptr;
  const std::string_view file = name != nullptr ? name : "";
  const std::string detail =
      fmt::format("SQLite {}: {}", sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
  const int system_error = sqlite3_system_errno(handle);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return unavailable("no room for \"{}\": the disk is full", file)
          .with_hint("free some space; nothing that was acknowledged is lost")
          .with_detail(detail);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return data_loss("file \"{}\" is damaged: {}", file, sqlite3_errmsg(handle))
          .with_detail(detail);
    case SQLITE_IOERR:
      return unavailable("could not read or write \"{}\": {}", file,
                         system_error != 0 ? std::strerror(system_error) : sqlite3_errstr(code))
          .with_hint("check the disk")
          .with_detail(detail);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable("file \"{}\" is in use by another program", file).with_detail(detail);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return forbidden("file \"{}\" is not writable", file).with_detail(detail);
    case SQLITE_CANTOPEN:
      return unavailable("could not open \"{}\": {}", file,
                         system_error != 0 ? std::strerror(system_error) : sqlite3_errstr(code))
          .with_detail(detail);
    default:
      return internal_error("SQLite refused on \"{}\": {}", file, sqlite3_errmsg(handle))
          .with_detail(detail);
  }
}

}  // namespace

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(handle_, parameter, value);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL, and an empty view may hold one.
  const char* bytes = text.data() != nullptr ? text.data() : "";
  sqlite3_bind_text64(handle_, parameter, bytes, text.size(), nullptr, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  const char* data = bytes.data() != nullptr ? bytes.data() : "";
  sqlite3_bind_blob64(handle_, parameter, data, bytes.size(), nullptr);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(describe(sqlite3_db_handle(handle_), code));
}

Result<> Statement::run() {
  const auto stepped = step();
  reset();
  if (!stepped) return fail(stepped.error());
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Result<Database> Database::open(const std::string& path, OpenMode mode) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case OpenMode::ReadOnly: flags |= SQLITE_OPEN_READONLY; break;
    case OpenMode::ReadWrite: flags |= SQLITE_OPEN_READWRITE; break;
    case OpenMode::Create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database;
  database.handle_.reset(handle);
  if (code != SQLITE_OK) {
    const int system_error = sqlite3_system_errno(handle);
    return fail(unavailable("could not open \"{}\": {}", path,
                            system_error != 0 ? std::strerror(system_error) : sqlite3_errstr(code))
                    .with_hint("check that the folder exists and is writable"));
  }
  sqlite3_busy_timeout(handle, 5000);
  return database;
}

Result<> Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(describe(handle_.get(), code));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return fail(describe(handle_.get(), code));
  return Statement(statement);
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
  Statement statement = TRY(prepare(sql));
  const bool has_row = TRY(statement.step());
  return has_row ? statement.integer(0) : 0;
}

Result<std::string> Database::query_text(std::string_view sql) {
  Statement statement = TRY(prepare(sql));
  const bool has_row = TRY(statement.step());
  return has_row ? std::string(statement.text(0)) : std::string();
}

std::int64_t Database::changed_rows() const {
  return sqlite3_changes64(handle_.get());
}

void Database::watch_wal() {
  const auto remember = [](void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_.get(), remember, wal_pages_.get());
}

Result<> Database::checkpoint_passive() {
  return checkpoint(SQLITE_CHECKPOINT_PASSIVE);
}

Result<> Database::checkpoint_and_restart() {
  return checkpoint(SQLITE_CHECKPOINT_RESTART);
}

Result<> Database::checkpoint(int mode) {
  const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, nullptr, nullptr);
  // Busy: another checkpoint runs, or a reader holds it up; the next one gets further.
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) return fail(describe(handle_.get(), code));
  return {};
}

}  // namespace gp::sqlite
