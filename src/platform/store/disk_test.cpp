#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "adapter/files/files.hpp"
#include "adapter/sqlite/database.hpp"
#include "platform/store/store_fixture.hpp"

namespace gp::store {
namespace {

struct DiskFixture : StoreFixture {
  DiskFixture() : StoreFixture({.path = ":memory:"}) {
    options.path = folder / "store.db";
    open();
  }

  void commit(Transaction transaction) {
    const auto done = store->commit(std::move(transaction));
    REQUIRE_MESSAGE(done, done.error().to_string());
  }
  void fill(int count) {
    for (int i = 0; i < count; ++i) {
      commit(create("cms", "a", fmt::format("n{:03}", i), {{"text", std::string(900, 'x')}}));
    }
  }

  // What opening says now.
  Error open_error() {
    store.reset();
    auto opened = Store::open(options, clock);
    if (!opened) return opened.error();
    store = *std::move(opened);
    return {Code::Internal, "no error", {}, {}, {}};
  }

  std::string bytes() const {
    std::ifstream file(options.path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void set_bytes(const std::string& bytes) const {
    std::ofstream(options.path, std::ios::binary | std::ios::trunc) << bytes;
  }
  void sql(const char* statement) {
    store.reset();
    auto database = sqlite::Database::open(options.path, sqlite::OpenMode::ReadWrite);
    REQUIRE(database);
    const auto done = database->execute(statement);
    REQUIRE_MESSAGE(done, done.error().to_string());
  }

  files::TemporaryDirectory folder;
};

// Objects, their bytes, and the revision: what must survive.
std::string image(const Store& store) {
  const Listed listed = *store.list({.resource = "cms"});
  std::string text = fmt::format("{}:", store.revision());
  for (const ObjectRef& object : listed.objects) text += std::string(object->json()) + "\n";
  return text;
}

}  // namespace

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
