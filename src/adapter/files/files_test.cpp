#include "adapter/files/files.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/files/glob.hpp"
#include "adapter/files/lock_file.hpp"

namespace files = gp::files;

namespace {

struct Fixture {
  files::TemporaryDirectory folder;

  void write(const char* name, std::string_view content = "") {
    REQUIRE(files::write_file_atomic(folder / name, content, {.sync = false}));
  }
  std::string glob(std::string_view pattern) {
    const auto found = files::glob(folder.path(), pattern);
    if (!found) return "error: " + found.error().message;
    std::string text;
    for (const auto& path : *found) text += path + " ";
    return text;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "files: what is written is read back, with missing folders made") {
  REQUIRE(files::write_file_atomic(folder / "a/b/c.txt", "hello"));

  CHECK(files::read_file(folder / "a/b/c.txt").value() == "hello");
  CHECK(files::list_directory(folder / "a/b")->size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "files: an overwritten file keeps no trace, and the mode is as asked") {
  write("x", "long content");
  REQUIRE(files::write_file_atomic(folder / "x", "new", {.mode = 0600}));

  struct stat status{};
  REQUIRE(::stat((folder / "x").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(files::read_file(folder / "x").value() == "new");
}

TEST_CASE_FIXTURE(Fixture, "files: reading says what is wrong") {
  write("big", "12345");

  CHECK(files::read_file(folder / "none").error().code == gp::Code::NotFound);
  CHECK(files::read_file(folder / "none").error().message ==
        "cannot read \"" + (folder / "none") + "\": No such file or directory");
  CHECK(files::read_file(folder.path()).error().message.ends_with("it is a folder"));
  CHECK(files::read_file(folder / "big", 4).error().code == gp::Code::TooLarge);
  CHECK(files::read_file(folder / "big", 5).value() == "12345");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(files::read_file(folder / "pipe").error().message.ends_with("it is not a regular file"));
}

TEST_CASE_FIXTURE(Fixture, "files: a write that cannot be finished leaves nothing behind") {
  REQUIRE(files::ensure_directory(folder / "target"));

  CHECK_FALSE(files::write_file_atomic(folder / "target", "a folder is in the way"));
  CHECK(files::list_directory(folder.path())->size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "files: entries come by name with their type") {
  write("b");
  write("a/x");
  REQUIRE(::symlink("b", (folder / "c").c_str()) == 0);
  const auto entries = files::list_directory(folder.path()).value();

  REQUIRE(entries.size() == 3);
  CHECK((entries[0].name == "a" && entries[0].type == files::EntryType::Directory));
  CHECK((entries[1].name == "b" && entries[1].type == files::EntryType::File));
  CHECK((entries[2].name == "c" && entries[2].type == files::EntryType::Symlink));
}

TEST_CASE_FIXTURE(Fixture, "files: removal is calm about what is not there") {
  write("a/b/c");

  CHECK(files::remove_file(folder / "none"));
  CHECK(files::remove_tree(folder / "a"));
  CHECK(files::remove_tree(folder / "a"));
  CHECK_FALSE(files::exists(folder / "a"));
}

TEST_CASE_FIXTURE(Fixture, "containment: paths inside resolve, whatever way they take there") {
  write("root/a/b");
  const std::string root = folder / "root";
  const std::string real = files::resolve_inside(root, ".").value();

  CHECK(files::resolve_inside(root, "a/b").value() == real + "/a/b");
  CHECK(files::resolve_inside(root, "a/../a/./b").value() == real + "/a/b");
  REQUIRE(::symlink("a/b", (root + "/link").c_str()) == 0);
  CHECK(files::resolve_inside(root, "link").value() == real + "/a/b");
  CHECK(files::resolve_inside(root, "none").error().code == gp::Code::NotFound);
}

TEST_CASE_FIXTURE(Fixture, "containment: no way leads out, by words or by links") {
  write("secret");
  write("root/x");
  write("root-beside/x");
  const std::string root = folder / "root";
  REQUIRE(::symlink("..", (root + "/up").c_str()) == 0);
  REQUIRE(::symlink("../secret", (root + "/leak").c_str()) == 0);
  REQUIRE(::symlink("../root-beside", (root + "/beside").c_str()) == 0);

  for (const char* path : {"../secret", "/etc/passwd", "x/../../secret", "up/secret", "leak",
                           "beside/x", "..", "../none"}) {
    CAPTURE(path);
    CHECK(files::resolve_inside(root, path).error().code == gp::Code::Forbidden);
  }
}

TEST_CASE("glob: matching of paths") {
  using files::matches_glob;
  CHECK(matches_glob("*.yaml", "a.yaml"));
  CHECK_FALSE(matches_glob("*.yaml", "d/a.yaml"));
  CHECK(matches_glob("**/*.yaml", "a.yaml"));
  CHECK(matches_glob("**/*.yaml", "d/e/a.yaml"));
  CHECK(matches_glob("d/**", "d/e/f"));
  CHECK(matches_glob("d/**/f", "d/f"));
  CHECK_FALSE(matches_glob("d/**/f", "e/f"));
  CHECK(matches_glob("a?c", "abc"));
  CHECK_FALSE(matches_glob("a?c", "a/c"));
  CHECK(matches_glob("[a-c]x", "bx"));
  CHECK_FALSE(matches_glob("[!a-c]x", "bx"));
  CHECK(matches_glob("[]a]", "]"));
  CHECK(matches_glob("{a,b}/{c,d}.txt", "b/c.txt"));
  CHECK(matches_glob("a{b,{c,d}e}f", "adef"));
  CHECK(matches_glob("{a}", "{a}"));
  CHECK(matches_glob("\\*", "*"));
  CHECK_FALSE(matches_glob("\\*", "a"));
  CHECK_FALSE(matches_glob("*", ".hidden"));
  CHECK_FALSE(matches_glob("**", ".git/config"));
  CHECK(matches_glob(".*", ".hidden"));
  CHECK(matches_glob("./a", "a"));
}

TEST_CASE("glob: patterns made to be slow are not") {
  const std::string name(200, 'a');
  std::string stars;
  for (int i = 0; i < 100; ++i) stars += "a*";
  CHECK_FALSE(files::matches_glob(stars + "b", name));
  std::string deep;
  for (int i = 0; i < 50; ++i) deep += "**/";
  CHECK_FALSE(files::matches_glob(deep + "b", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"));
  CHECK_FALSE(
      files::matches_glob("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "a"));
}

TEST_CASE_FIXTURE(Fixture, "glob: finds files below the root") {
  for (const char* name : {"a/catalog-info.yaml", "b/catalog-info.yaml", "b/c/catalog-info.yaml",
                           "b/other.yaml", ".git/x.yaml", "top.yaml"})
    write(name);
  REQUIRE(::symlink("../b", (folder / "a/loop").c_str()) == 0);

  CHECK(glob("*/catalog-info.yaml") == "a/catalog-info.yaml b/catalog-info.yaml ");
  CHECK(glob("**/catalog-info.yaml") ==
        "a/catalog-info.yaml b/c/catalog-info.yaml b/catalog-info.yaml ");
  CHECK(glob("./*.yaml") == "top.yaml ");
  CHECK(glob("{a,b}/*.yaml") == "a/catalog-info.yaml b/catalog-info.yaml b/other.yaml ");
  CHECK(glob("b/**") == "b/c/catalog-info.yaml b/catalog-info.yaml b/other.yaml ");
  CHECK(glob("nothing/*") == "");
  CHECK(glob("b") == "");
  CHECK(glob("../*") == "error: glob pattern \"../*\" leads out of \"" + folder.path() + "\"");
  CHECK(files::glob(folder / "none", "*").error().code == gp::Code::NotFound);
}

TEST_CASE_FIXTURE(Fixture, "glob: the number of matches is limited") {
  for (const char* name : {"a", "b", "c"}) write(name);

  CHECK(files::glob(folder.path(), "*", {.matches_max = 2}).error().message ==
        "more than 2 files match");
}

TEST_CASE_FIXTURE(Fixture, "lock: a second process is told the first one's pid") {
  const std::string path = folder / "lock";
  int ready[2];
  int done[2];
  REQUIRE((::pipe(ready) == 0 && ::pipe(done) == 0));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = files::LockFile::acquire(path);
    char byte = lock ? 'y' : 'n';
    if (::write(ready[1], &byte, 1) != 1) ::_exit(1);
    ::_exit(::read(done[0], &byte, 1) == 1 ? 0 : 1);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  REQUIRE(byte == 'y');

  const auto refused = files::LockFile::acquire(path);
  CHECK(refused.error().code == gp::Code::FailedPrecondition);
  CHECK(refused.error().message == fmt::format("\"{}\" is locked by process {}", path, child));

  REQUIRE(::write(done[1], "x", 1) == 1);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(files::LockFile::acquire(path));
  for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
}

TEST_CASE_FIXTURE(Fixture, "lock: it ends with the object that holds it, wherever that was moved") {
  const std::string path = folder / "lock";
  {
    auto first = files::LockFile::acquire(path);
    REQUIRE(first);
    const files::LockFile moved = *std::move(first);
    CHECK_FALSE(files::LockFile::acquire(path));
  }
  CHECK(files::LockFile::acquire(path));
}

TEST_CASE_FIXTURE(Fixture, "lock: is held also when there is no room to note who holds it") {
  const std::string path = folder / "lock";
  REQUIRE(files::LockFile::acquire(path));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
  const auto lock = files::LockFile::acquire(path);
  const auto second = files::LockFile::acquire(path);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);

  CHECK(lock);
  CHECK(second.error().message == fmt::format("\"{}\" is locked by another process", path));
}
