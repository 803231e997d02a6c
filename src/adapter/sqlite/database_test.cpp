#include "adapter/sqlite/database.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace gp::sqlite {
namespace {

struct DatabaseFixture {
  DatabaseFixture() {
    char name[] = "/tmp/gp-sqlite-XXXXXX";
    folder = mkdtemp(name);
    path = folder + "/test.db";
  }
  ~DatabaseFixture() { std::filesystem::remove_all(folder); }

  Database open() {
    auto opened = Database::open(path, OpenMode::Create);
    REQUIRE(opened);
    return *std::move(opened);
  }

  std::string folder;
  std::string path;
};

}  // namespace

TEST_CASE_FIXTURE(DatabaseFixture, "sqlite: what was bound is read back") {
  Database database = open();
  REQUIRE(database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, body BLOB)"));
  auto insert = database.prepare("INSERT INTO t VALUES (?1, ?2, ?3)");
  REQUIRE(insert);
  const std::string body("\0binary\xff", 8);
  REQUIRE(insert->bind(1, std::int64_t{7}).bind(2, "name").bind_blob(3, body).run());
  REQUIRE(insert->bind(1, std::int64_t{8}).bind(2, std::string_view()).bind_blob(3, {}).run());

  auto select = database.prepare("SELECT id, name, body FROM t ORDER BY id");
  REQUIRE(select);
  REQUIRE(*select->step());
  CHECK(select->integer(0) == 7);
  CHECK(select->text(1) == "name");
  CHECK(select->blob(2) == body);
  REQUIRE(*select->step());
  CHECK(select->text(1).empty());
  CHECK(!*select->step());
  CHECK(*database.query_integer("SELECT count(*) FROM t WHERE name IS NOT NULL") == 2);
}

TEST_CASE_FIXTURE(DatabaseFixture, "sqlite: a file of something else is damage, and named") {
  std::ofstream(path) << std::string(5000, 'z');
  Database database = open();

  const auto read = database.query_integer("PRAGMA user_version");

  REQUIRE(!read);
  CHECK(read.error().code == Code::DataLoss);
  CHECK(read.error().message.find(path) != std::string::npos);
}

TEST_CASE_FIXTURE(DatabaseFixture, "sqlite: a path that cannot be opened is named") {
  const auto opened = Database::open(folder + "/missing/test.db", OpenMode::Create);

  REQUIRE(!opened);
  CHECK(opened.error().code == Code::Unavailable);
  CHECK(opened.error().message ==
        fmt::format("could not open \"{}/missing/test.db\": No such file or directory", folder));
}

TEST_CASE_FIXTURE(DatabaseFixture, "sqlite: a bound on the size works like a full disk") {
  Database database = open();
  REQUIRE(database.execute("CREATE TABLE t(body); PRAGMA max_page_count = 4"));

  const auto written = database.execute("INSERT INTO t VALUES (zeroblob(100000))");

  REQUIRE(!written);
  CHECK(written.error().code == Code::Unavailable);
  CHECK(written.error().message == fmt::format("no room for \"{}\": the disk is full", path));
}

TEST_CASE_FIXTURE(DatabaseFixture, "sqlite: the log grows until it is copied into the file") {
  Database database = open();
  REQUIRE(database.execute("PRAGMA journal_mode = WAL"));
  database.watch_wal();
  REQUIRE(database.execute("CREATE TABLE t(body)"));
  for (int i = 0; i < 20; ++i) {
    REQUIRE(database.execute("INSERT INTO t VALUES (zeroblob(10000))"));
  }
  const int before = database.wal_pages();
  CHECK(before > 20);

  REQUIRE(database.checkpoint_and_restart());
  REQUIRE(database.execute("INSERT INTO t VALUES (1)"));

  CHECK(database.wal_pages() < before);
}

TEST_CASE_FIXTURE(DatabaseFixture, "sqlite: a wrong statement is our mistake") {
  Database database = open();

  const auto prepared = database.prepare("SELEKT");

  REQUIRE(!prepared);
  CHECK(prepared.error().code == Code::Internal);
}

}  // namespace gp::sqlite
