#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/store/disk_fixture.hpp"

namespace gp::store {

TEST_CASE_FIXTURE(DiskFixture, "disk: everything is there after reopening") {
  fill(5);
  commit(update("cms", "a", "n001", 0, {{"n", 1}}, {{"app", "web"}}));
  commit(remove("cms", "a", "n003"));
  const std::string before = image(*store);

  open();

  CHECK(image(*store) == before);
  CHECK(store->revision() == 7);
  CHECK(store->count("cms", "a") == 4);
  CHECK(names_of(
            store->list({.resource = "cms", .labels = *selector::LabelSelector::parse("app=web")})
                ->objects) == "n001");
  CHECK(store->stats().oldest_revision == 7);
  CHECK(!store->watch({.resource = "cms", .after = 6}));
}

TEST_CASE_FIXTURE(DiskFixture, "disk: revisions go on after a deletion was the last write") {
  fill(2);
  commit(remove("cms", "a", "n001"));

  open();

  CHECK(store->revision() == 3);
  CHECK(store->commit(create("cms", "a", "next"))->revision == 4);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: rows of deleted objects are used again") {
  for (int round = 0; round < 3; ++round) {
    fill(20);
    for (int i = 0; i < 20; ++i) commit(remove("cms", "a", fmt::format("n{:03}", i)));
    if (round == 1) open();
  }
  fill(3);
  store.reset();

  auto database = sqlite::Database::open(options.path, sqlite::OpenMode::ReadWrite);
  REQUIRE(database);
  CHECK(*database->query_integer("SELECT max(id) FROM objects") <= 20);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: selectable fields are found again when reading") {
  options.selectable_fields = [](std::string_view resource) {
    return resource == "pods" ? std::vector<std::string>{"data.phase"} : std::vector<std::string>();
  };
  open();
  commit(create("pods", "a", "p", {{"phase", "Running"}}));

  open();

  CHECK(store->get("pods", "a", "p")->field("data.phase") == "Running");
}

TEST_CASE_FIXTURE(DiskFixture, "disk: thousands of objects are read by two threads") {
  Transaction many;
  for (int i = 0; i < 4500; ++i) {
    many.writes.push_back(create("cms", "a", fmt::format("n{:05}", (i * 7) % 4500)).writes[0]);
  }
  commit(std::move(many));
  const std::string before = image(*store);

  open();

  CHECK(store->stats().objects == 4500);
  CHECK(image(*store) == before);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a second store on the file is refused and told by whom") {
  auto second = Store::open(options, clock);

  REQUIRE(!second);
  CHECK(second.error().code == Code::FailedPrecondition);
  CHECK(second.error().message.find(std::to_string(getpid())) != std::string::npos);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: another process on the file is refused") {
  const pid_t child = fork();
  if (child == 0) {
    const auto second = Store::open(options, clock);
    _exit(!second && second.error().code == Code::FailedPrecondition ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);

  CHECK(status == 0);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a creation that was interrupted is begun again") {
  store.reset();
  std::filesystem::remove(options.path);
  std::ofstream(options.path + ".new") << "half a file";

  open();
  fill(1);

  CHECK(!std::filesystem::exists(options.path + ".new"));
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a full disk refuses writes, loses nothing, and recovers") {
  options.file_bytes_max = 200'000;
  open();
  const std::string filling(20'000, 'x');
  int stored = 0;
  Result<Committed> last = Committed{};
  while (stored < 100) {
    last = store->commit(create("cms", "a", fmt::format("n{:03}", stored), {{"t", filling}}));
    if (!last) break;
    ++stored;
  }

  REQUIRE(!last);
  CHECK(last.error().code == Code::Unavailable);
  CHECK(
      last.error().message ==
      fmt::format("could not store the write: no room for \"{}\": the disk is full", options.path));
  CHECK(last.error().hint == "free some space; nothing that was acknowledged is lost");
  CHECK(store->count("cms") == static_cast<std::size_t>(stored));
  CHECK(store->revision() == static_cast<Revision>(stored));

  commit(remove("cms", "a", "n000"));
  commit(remove("cms", "a", "n001"));
  commit(create("cms", "a", "again", {{"t", filling}}));
  const std::string before = image(*store);
  open();
  CHECK(image(*store) == before);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: when a batch cannot be stored, all of its callers are told") {
  options.file_bytes_max = 200'000;
  open();
  commit(create("cms", "a", "there"));
  HeldSequencer held(*this);
  store->commit_async(create("cms", "a", "small"), held.note());
  // Refused, but for a write that will not have happened.
  store->commit_async(create("cms", "a", "small"), held.note());
  store->commit_async(create("cms", "a", "big", {{"t", std::string(500'000, 'x')}}), held.note());
  held.release();

  CHECK(held.wait_for_answers(3) == std::vector<std::string>(3, "Unavailable"));
  CHECK(!store->get("cms", "a", "small"));
  commit(create("cms", "a", "small"));
}

TEST_CASE_FIXTURE(DiskFixture, "disk: a file system without room is no different") {
  const std::string mounted = folder / "small";
  std::filesystem::create_directory(mounted);
  if (::mount("tmpfs", mounted.c_str(), "tmpfs", 0, "size=400k") != 0) {
    MESSAGE("skipped: this needs the right to mount");
    return;
  }
  options.path = mounted + "/store.db";
  open();
  int stored = 0;
  Result<Committed> last = Committed{};
  while (last && stored < 100) {
    last = store->commit(
        create("cms", "a", fmt::format("n{:03}", stored), {{"t", std::string(9000, 'x')}}));
    if (last) ++stored;
  }

  CHECK(stored > 5);
  CHECK(stored < 100);
  REQUIRE(!last);
  CHECK(last.error().code == Code::Unavailable);
  CHECK(last.error().message.find("the disk is full") != std::string::npos);
  REQUIRE(::mount("tmpfs", mounted.c_str(), "tmpfs", MS_REMOUNT, "size=4m") == 0);
  commit(create("cms", "a", "again"));
  const std::string after = image(*store);
  open();
  CHECK(image(*store) == after);
  CHECK(store->count("cms") == static_cast<std::size_t>(stored) + 1);

  store.reset();
  CHECK(::umount(mounted.c_str()) == 0);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: an error of the file system fails the batch, not the store") {
  fill(5);
  const std::string before = image(*store);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const auto previous = signal(SIGXFSZ, SIG_IGN);
  rlimit tight = old;
  tight.rlim_cur = 60'000;
  setrlimit(RLIMIT_FSIZE, &tight);
  const auto refused = store->commit(create("cms", "a", "big", {{"t", std::string(200'000, 'x')}}));
  setrlimit(RLIMIT_FSIZE, &old);
  signal(SIGXFSZ, previous);

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::Unavailable);
  CHECK(image(*store) == before);
  commit(create("cms", "a", "small"));
  const std::string after = image(*store);
  open();
  CHECK(image(*store) == after);
}

TEST_CASE_FIXTURE(DiskFixture, "disk: the log stays short while writes go on") {
  const std::string filling(100'000, 'x');
  for (int i = 0; i < 400; ++i) {
    Transaction transaction = i == 0 ? create("cms", "a", "one", {{"t", filling}})
                                     : update("cms", "a", "one", 0, {{"t", filling}});
    commit(std::move(transaction));
  }
  CHECK(std::filesystem::file_size(options.path + "-wal") < (150U << 20U));

  const std::string before = image(*store);
  open();
  CHECK(image(*store) == before);
}

}  // namespace gp::store
