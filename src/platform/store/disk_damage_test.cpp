// What is wrong with the files is named, never skipped over.

#include <doctest/doctest.h>

#include "platform/store/disk_fixture.hpp"

namespace gp::store {

TEST_CASE_FIXTURE(DiskFixture, "disk: a damaged document is named") {
  fill(3);
  sql("UPDATE objects SET document = replace(document, 'xxx', 'xxy') WHERE name = 'n001'");

  const Error error = open_error();

  CHECK(error.code == Code::DataLoss);
  CHECK(error.message ==
        fmt::format("file \"{}\" is damaged: cms \"n001\" in namespace \"a\" (row 2) does not "
                    "match its checksum",
                    options.path));
  CHECK(error.hint == "restore the file from a backup");
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a missing row is noticed") {
  fill(3);
  sql("DELETE FROM objects WHERE name = 'n001'");

  const Error error = open_error();

  CHECK(error.code == Code::DataLoss);
  CHECK(error.message ==
        fmt::format(
            "file \"{}\" is damaged: it holds 2 objects, but not the 3 that were written last",
            options.path));
}

TEST_CASE_FIXTURE(DiskFixture, "disk: rows that changed places are noticed") {
  fill(3);
  sql("UPDATE objects SET id = 9 WHERE name = 'n001'");

  CHECK(open_error().code == Code::DataLoss);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a revision that was set back is noticed") {
  fill(3);
  sql("UPDATE state SET revision = 1");

  CHECK(open_error().code == Code::DataLoss);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: flipped bytes never go unnoticed") {
  fill(30);
  const std::string before = image(*store);
  store.reset();
  const std::string good = bytes();
  SeededRandom random(11);

  int noticed = 0;
  for (int round = 0; round < 60; ++round) {
    std::string bad = good;
    const std::size_t at = random.below(bad.size());
    bad[at] = static_cast<char>(bad[at] ^ (1 << random.below(8)));
    set_bytes(bad);
    const Error error = open_error();
    if (store) {
      CHECK_MESSAGE(image(*store) == before, at);  // the byte was in unused space
    } else {
      ++noticed;
      CHECK_MESSAGE(error.message.find(options.path) != std::string::npos, error.message);
      CHECK((error.code == Code::DataLoss || error.code == Code::FailedPrecondition));
    }
  }
  CHECK(noticed > 30);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a file cut short is noticed") {
  fill(30);
  store.reset();
  const std::string good = bytes();

  for (const std::size_t size :
       {good.size() - 8192, good.size() / 2, std::size_t{8192}, std::size_t{100}, std::size_t{0}}) {
    set_bytes(good.substr(0, size));
    const Error error = open_error();
    CHECK_MESSAGE(error.code == Code::DataLoss, size << ": " << error.message);
    CHECK_MESSAGE(error.message.find(options.path) != std::string::npos, error.message);
  }
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a file of something else is refused") {
  store.reset();
  set_bytes(std::string(20'000, 'z'));
  CHECK(open_error().code == Code::DataLoss);

  files::TemporaryDirectory other;
  options.path = other / "x.db";
  auto database = sqlite::Database::open(options.path, sqlite::OpenMode::Create);
  REQUIRE(database);
  REQUIRE(database->execute("CREATE TABLE t(a)"));
  const Error error = open_error();
  CHECK(error.code == Code::FailedPrecondition);
  CHECK(error.message == fmt::format("file \"{}\" is not a store of GoldenPath", options.path));
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a newer format is refused") {
  sql("PRAGMA user_version = 2");

  const Error error = open_error();

  CHECK(error.code == Code::FailedPrecondition);
  CHECK(error.message ==
        fmt::format("file \"{}\" has format 2, this version of GoldenPath knows up to 1",
                    options.path));
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a log without its file is not applied to a new one") {
  fill(1);
  store.reset();
  std::ofstream(options.path + "-wal") << "left behind";
  std::filesystem::remove(options.path);

  const Error error = open_error();

  CHECK(error.code == Code::DataLoss);
  CHECK(error.message.find("is missing, but its log") != std::string::npos);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: an end of the log that is damaged or missing is noticed") {
  fill(5);
  // As a kill leaves them: closing would copy the log into the file.
  const std::string file = bytes();
  const std::string log = bytes_of(options.path + "-wal");
  const std::string record = bytes_of(options.path + ".acknowledged");
  const auto reopen_with = [&](const std::string& damaged) {
    store.reset();
    write_to(options.path, file);
    write_to(options.path + ".acknowledged", record);
    write_to(options.path + "-wal", damaged);
    return open_error();
  };
  std::string flipped = log;
  flipped[log.size() - 1000] = static_cast<char>(flipped[log.size() - 1000] ^ 1);

  for (const std::string& damaged : {flipped, log.substr(0, log.size() - 5000), std::string()}) {
    const Error error = reopen_with(damaged);
    CHECK(error.code == Code::DataLoss);
    CHECK_MESSAGE(error.message.find("but revision 5 was acknowledged") != std::string::npos,
                  error.message);
    CHECK(error.hint.find(".acknowledged") != std::string::npos);
  }

  CHECK(reopen_with(log).message == "no error");
  CHECK(store->revision() == 5);
  reopen_with(flipped);
  std::filesystem::remove(options.path + ".acknowledged");  // as the hint says
  open();
  CHECK(store->revision() == 4);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a damaged record of the last revision does no harm") {
  fill(3);
  for (const std::string& record : {std::string(), std::string(12, '\0'), std::string(12, 'x')}) {
    store.reset();
    write_to(options.path + ".acknowledged", record);
    open();
    CHECK(store->revision() == 3);
  }
}

TEST_CASE_FIXTURE(DiskFixture, "disk: who deletes the file starts anew") {
  fill(3);
  store.reset();
  std::filesystem::remove(options.path);

  open();

  CHECK(store->revision() == 0);
}

}  // namespace gp::store
