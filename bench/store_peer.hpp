#pragma once
// The peer of the store's writes: nothing but SQLite FULL with group commit. Writers hand rows to
// one thread, which inserts what has come in one transaction. No checks, no indexes, no readers.

#include <fmt/core.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapter/sqlite/database.hpp"

namespace gp::bench {

class RawGroupCommit {
 public:
  struct Row {
    std::string_view name;
    std::string_view document;
  };

  explicit RawGroupCommit(const std::string& path)
      : database_(*sqlite::Database::open(path, sqlite::OpenMode::Create)) {
    must(
        database_.execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                          "PRAGMA synchronous = FULL;"
                          "CREATE TABLE objects(id INTEGER PRIMARY KEY, resource TEXT, ns TEXT,"
                          " name TEXT, revision INTEGER, document BLOB)"));
    begin_ = *database_.prepare("BEGIN IMMEDIATE");
    commit_ = *database_.prepare("COMMIT");
    insert_ = *database_.prepare("INSERT INTO objects VALUES (?1, 'pods', 'bench', ?2, ?1, ?3)");
    thread_ = std::thread([this] { run(); });
  }

  ~RawGroupCommit() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    work_.notify_all();
    thread_.join();
  }

  // Returns when the row is durable.
  void insert(const Row& row) {
    Waiting waiting{row, {}, {}, false};
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(&waiting);
      if (queue_.size() == 1) work_.notify_one();
    }
    std::unique_lock lock(waiting.mutex);
    waiting.done.wait(lock, [&] { return waiting.is_done; });
  }

 private:
  struct Waiting {
    Row row;
    std::mutex mutex;
    std::condition_variable done;
    bool is_done;
  };

  static void must(const Result<>& result) {
    if (!result) {
      fmt::print("peer: {}\n", result.error().to_string());
      std::exit(1);
    }
  }

  void run() {
    std::vector<Waiting*> batch;
    while (true) {
      batch.clear();
      {
        std::unique_lock lock(mutex_);
        work_.wait(lock, [this] { return !queue_.empty() || is_stopping_; });
        if (queue_.empty()) return;
        batch.swap(queue_);
      }
      must(begin_.run());
      for (const Waiting* waiting : batch) {
        insert_.bind(1, ++id_).bind(2, waiting->row.name);
        must(insert_.bind_blob(3, waiting->row.document).run());
      }
      must(commit_.run());
      for (Waiting* waiting : batch) {
        const std::lock_guard lock(waiting->mutex);
        waiting->is_done = true;
        waiting->done.notify_one();
      }
    }
  }

  sqlite::Database database_;
  sqlite::Statement begin_, commit_, insert_;
  std::int64_t id_ = 0;
  std::mutex mutex_;  // guards the fields below
  std::condition_variable work_;
  std::vector<Waiting*> queue_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace gp::bench
