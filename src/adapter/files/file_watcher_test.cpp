#include "adapter/files/file_watcher.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "adapter/files/files.hpp"

namespace files = gp::files;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  files::TemporaryDirectory folder;
  gp::FakeClock clock;
  std::vector<std::vector<std::string>> reports;
  std::unique_ptr<files::FileWatcher> watcher;

  void watch(files::FileWatcher::Options options = {}) {
    auto started = files::FileWatcher::watch(
        folder.path(), clock,
        [this](std::vector<std::string> changed) { reports.push_back(std::move(changed)); },
        options);
    REQUIRE(started);
    watcher = std::move(*started);
  }
  void write(const char* name) {
    REQUIRE(files::write_file_atomic(folder / name, "x", {.sync = false}));
  }
  void pass(gp::Duration time) {
    watcher->settle();
    clock.advance(time);
  }
  bool reported(std::size_t report, const char* name) const {
    const auto& paths = reports.at(report);
    return std::ranges::find(paths, folder / name) != paths.end();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "watcher: changes are told together after a quiet time") {
  watch();
  write("a");
  write("b");
  pass(100ms);
  CHECK(reports.empty());

  clock.advance(100ms);

  REQUIRE(reports.size() == 1);
  CHECK(reported(0, "a"));
  CHECK(reported(0, "b"));
}

TEST_CASE_FIXTURE(Fixture, "watcher: a change during the wait makes it longer, but not for ever") {
  watch();
  for (int i = 0; i < 30; ++i) {
    write("a");
    pass(100ms);
    if (!reports.empty()) break;
  }

  CHECK(reports.size() == 1);
  CHECK(clock.monotonic() == 2s);
}

TEST_CASE_FIXTURE(Fixture,
                  "watcher: folders made later are watched, and what they held already is told") {
  watch();
  write("new/deep/file");
  pass(200ms);
  REQUIRE(reports.size() == 1);
  CHECK(reported(0, "new/deep/file"));

  write("new/deep/other");
  pass(200ms);
  REQUIRE(reports.size() == 2);
  CHECK(reported(1, "new/deep/other"));
}

TEST_CASE_FIXTURE(Fixture, "watcher: removal and renaming are changes") {
  write("a");
  write("d/b");
  watch();
  REQUIRE(files::remove_file(folder / "a"));
  std::filesystem::rename(folder / "d", folder / "e");
  pass(200ms);

  REQUIRE(reports.size() == 1);
  CHECK(reported(0, "a"));
  CHECK(reported(0, "d"));
  CHECK(reported(0, "e"));
}

TEST_CASE_FIXTURE(Fixture, "watcher: ignored folders are silent") {
  write(".git/HEAD");
  watch();
  write(".git/index");
  pass(1s);

  CHECK(reports.empty());
}

TEST_CASE_FIXTURE(Fixture, "watcher: when too much changes, the folder itself is told") {
  watch({.paths_max = 5});
  for (int i = 0; i < 20; ++i) write(fmt::format("f{}", i).c_str());
  pass(200ms);

  REQUIRE(reports.size() == 1);
  CHECK(reports[0].size() == 1);
  CHECK(std::filesystem::equivalent(reports[0][0], folder.path()));
}

TEST_CASE_FIXTURE(Fixture, "watcher: nothing is told after its end") {
  watch();
  write("a");
  watcher->settle();
  watcher.reset();
  clock.advance(1h);

  CHECK(reports.empty());
}

TEST_CASE("watcher: a folder that does not exist is refused") {
  gp::FakeClock clock;
  CHECK(files::FileWatcher::watch("/nonexistent/folder", clock, {}).error().code ==
        gp::Code::NotFound);
}
