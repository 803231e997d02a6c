#pragma once
// SQLite as GoldenPath uses it: one connection, prepared statements, errors in our words.
//
// A connection and its statements belong to one thread at a time. Errors: damaged files are
// DataLoss, a full disk and anything that may pass are Unavailable; each message names the file.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace gp::sqlite {

class Statement {
 public:
  Statement() = default;
  Statement(Statement&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Statement& operator=(Statement other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Statement();

  // Parameters count from 1. Texts and blobs must stay alive until the next reset().
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_blob(int parameter, std::string_view bytes);

  // True when there is a row to read.
  Result<bool> step();
  // step() for statements that answer nothing, then reset().
  Result<> run();
  void reset();

  // Columns count from 0; views live until the next step() or reset().
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  sqlite3_stmt* handle_ = nullptr;
};

enum class OpenMode { ReadOnly, ReadWrite, Create };

class Database {
 public:
  Database() = default;  // not open
  static Result<Database> open(const std::string& path, OpenMode mode);

  Result<> execute(const char* sql);
  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row, as an integer (0 without rows) or a text.
  Result<std::int64_t> query_integer(std::string_view sql);
  Result<std::string> query_text(std::string_view sql);

  // Rows that the last INSERT, UPDATE or DELETE changed.
  std::int64_t changed_rows() const;

  // Takes automatic checkpoints out of COMMIT; wal_pages() then tells when one is due.
  void watch_wal();
  int wal_pages() const { return *wal_pages_; }
  // Copies the log into the file as far as readers allow, without stopping writers.
  Result<> checkpoint_passive();
  // Stops writers for as long as it takes to copy all of the log, which then begins anew.
  Result<> checkpoint_and_restart();

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  Result<> checkpoint(int mode);

  std::unique_ptr<int> wal_pages_ = std::make_unique<int>(0);  // written by the WAL hook
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace gp::sqlite
