#include "adapter/files/rotating_file.hpp"

#include <doctest/doctest.h>

#include "adapter/files/files.hpp"

namespace gp::files {

TEST_CASE("rotating file: is put aside when full, and only so many are kept") {
  const TemporaryDirectory folder;
  FakeClock clock;
  auto file = RotatingFile::open({.path = folder / "a.log", .bytes_max = 10, .backups_max = 2});
  REQUIRE(file);
  for (const char* text : {"one\n", "two\n", "three\n", "four-four\n", "five-five\n", "six\n"}) {
    REQUIRE(file->append(text, clock.now()));
    clock.advance(std::chrono::seconds(1));
  }

  const auto entries = list_directory(folder.path());
  REQUIRE(entries);
  REQUIRE(entries->size() == 3);
  CHECK(*read_file(folder / "a.log") == "six\n");
  CHECK(*read_file(folder / entries->at(1).name) == "five-five\n");
  CHECK(*read_file(folder / entries->at(0).name) == "four-four\n");
}

TEST_CASE("rotating file: goes on where it was, and never splits a line") {
  const TemporaryDirectory folder;
  FakeClock clock;
  REQUIRE(write_file_atomic(folder / "a.log", "before\n"));
  auto file = RotatingFile::open({.path = folder / "a.log", .bytes_max = 10, .backups_max = 0});
  REQUIRE(file);
  REQUIRE(file->append("longer than a file may be\n", clock.now()));
  CHECK(*read_file(folder / "a.log") == "longer than a file may be\n");
  CHECK(list_directory(folder.path())->size() == 2);
}

TEST_CASE("rotating file: a path that cannot be written is refused by name") {
  const auto file = RotatingFile::open({.path = "/nowhere/a.log"});
  REQUIRE_FALSE(file);
  CHECK(file.error().message == "cannot open /nowhere/a.log: No such file or directory");
}

}  // namespace gp::files
