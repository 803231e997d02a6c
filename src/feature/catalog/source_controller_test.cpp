#include "feature/catalog/source_controller.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

#include "adapter/files/files.hpp"
#include "feature/catalog/catalog.hpp"
#include "feature/catalog/cluster_port.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::catalog {
namespace {

Value source(std::string_view name, std::string_view field, std::string_view place) {
  return Value::object({{"apiVersion", "goldenpath.dev/v1alpha1"},
                        {"kind", "CatalogSource"},
                        {"metadata", Value::object({{"name", name}})},
                        {"spec", Value::object({{field, place}})}});
}

struct Fixture : runtime::LocalFixture {
  files::TemporaryDirectory folder;
  config::Platform platform;
  std::mutex mutex;
  std::condition_variable changed;
  std::unique_ptr<runtime::Mount> mounted;
  std::unique_ptr<Catalog> catalog;

  Fixture() {
    platform.root = folder.path();
    write("users.yaml", "ines");
    mounted = std::make_unique<runtime::Mount>(mount(&platform));
    catalog = catalog::mount(*mounted);
    parts.on_change([this](const runtime::PartStatus&) { changed.notify_all(); });
    start();
    REQUIRE(catalog->start());
  }
  ~Fixture() {
    catalog->stop();
    manager.stop();
  }
  void write(std::string_view file, std::string_view user) {
    const std::string text = fmt::format(
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: {}}}\n"
        "spec: {{memberOf: []}}\n",
        user);
    REQUIRE(files::write_file_atomic(folder / file, text));
  }
  bool has_user(std::string_view name) { return exists("users.backstage.io", "default", name); }
  // Every change of the catalog ends in a report of its part.
  template <typename Test>
  void wait(Test test) {
    std::unique_lock lock(mutex);
    for (int turns = 0; turns < 3000 && !test(); ++turns)
      changed.wait_for(lock, std::chrono::milliseconds(10));
    CHECK(test());
  }
};

TEST_CASE_FIXTURE(Fixture,
                  "catalog source: one written with kubectl is read, and goes when deleted") {
  create(source("team", "path", "users.yaml"));
  wait([&] { return has_user("ines"); });
  wait([&] { return read(kSources, "", "team")["status"]["entities"].integer() == 1; });
  CHECK(read(kSources, "", "team")["status"]["source"].text() == "users.yaml");

  remove(kSources, "", "team");
  wait([&] { return !has_user("ines"); });
}

TEST_CASE_FIXTURE(Fixture, "catalog source: a changed path is read instead of the old one") {
  write("more.yaml", "tom");
  create(source("team", "path", "users.yaml"));
  wait([&] { return has_user("ines"); });

  merge(kSources, "", "team", Value::object({{"spec", Value::object({{"path", "more.yaml"}})}}));
  wait([&] { return has_user("tom") && !has_user("ines"); });
}

TEST_CASE_FIXTURE(Fixture, "catalog source: what cannot be read is told in its status") {
  create(source("none", "note", "x"));
  quiet();
  CHECK(read(kSources, "", "none")["status"]["problems"].at(0)["message"].text().starts_with(
      "spec names no place, expected exactly one of path, url and target"));

  create(source("outside", "path", "../../etc/passwd.yaml"));
  wait([&] { return read(kSources, "", "outside")["status"]["problemCount"].integer() == 1; });
}

TEST_CASE_FIXTURE(Fixture, "catalog source: a second one for the same place names the first") {
  create(source("a", "path", "users.yaml"));
  wait([&] { return has_user("ines"); });
  create(source("b", "path", "users.yaml"));
  quiet();
  CHECK(read(kSources, "", "b")["status"]["problems"].at(0)["message"].text().ends_with(
      "already exists, as CatalogSource \"a\""));
}

}  // namespace
}  // namespace gp::catalog
