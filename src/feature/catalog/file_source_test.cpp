#include "feature/catalog/file_source.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "adapter/files/files.hpp"
#include "feature/catalog/errors.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

constexpr std::string_view kUser =
    "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ines}\nspec: {memberOf: []}\n";

struct Fixture {
  files::TemporaryDirectory folder;

  FileSource source(std::vector<std::string> hosts = {}) {
    FileSourceOptions options;
    options.roots = {folder.path()};
    options.allowed_hosts = std::move(hosts);
    options.platform.root = folder.path();
    options.platform.repositories = {{"https://git.example/acme/shop", folder.path(), "", 0}};
    return {options, clock};
  }
  void write(std::string_view name, std::string_view text) {
    REQUIRE(files::write_file_atomic(folder / name, text));
  }
  FakeClock clock;
};

std::string message(const Result<std::vector<SourceFile>>& read) {
  return read ? "ok" : error_text(read.error());
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "source: files, globs and what is not there") {
  write("a/info.yaml", kUser);
  write("b/info.yaml", kUser);
  FileSource files = source();

  CHECK(files.read({"file", folder / "a/info.yaml"}, "o")->size() == 1);
  const auto globbed = files.read({"file", folder / "*/info.yaml"}, "o");
  REQUIRE(globbed);
  REQUIRE(globbed->size() == 2);
  CHECK(globbed->at(1).location.target == folder / "b/info.yaml");
  CHECK(files.read({"file", folder / "nowhere/*.yaml"}, "o")->empty());
  CHECK(message(files.read({"file", folder / "x.yaml"}, "o")) ==
        "NotFoundError: file " + (folder / "x.yaml") + " does not exist");
}

TEST_CASE_FIXTURE(Fixture, "source: a file is parsed again only when it changed") {
  write("a.yaml", kUser);
  FileSource files = source();
  const LocationRef location{"file", folder / "a.yaml"};

  const Documents first = files.read(location, "o")->at(0).documents;
  CHECK(files.read(location, "o")->at(0).documents == first);

  write("a.yaml", std::string(kUser) + "# changed\n");
  CHECK(files.read(location, "o")->at(0).documents != first);
}

TEST_CASE_FIXTURE(Fixture, "source: nothing outside the folders is read, also not by a link") {
  std::filesystem::create_symlink("/etc/hostname", folder / "link.yaml");
  FileSource files = source();

  CHECK(message(files.read({"file", "/etc/hostname"}, "o")) ==
        "NotAllowedError: file /etc/hostname may not be read, it is outside the folders that the "
        "catalog may read");
  CHECK(message(files.read({"file", folder / "link.yaml"}, "o")).starts_with("NotAllowedError: "));
}

TEST_CASE_FIXTURE(Fixture, "source: a mapped URL is read from its folder and keeps its name") {
  write("catalog/a.yaml", kUser);
  FileSource files = source();
  const LocationRef location{"url", "https://git.example/acme/shop/blob/main/catalog/a.yaml"};

  CHECK_FALSE(files.is_remote(location));
  const auto read = files.read(location, "o");
  REQUIRE(read);
  CHECK(read->at(0).location == location);
  CHECK(read->at(0).documents->at(0).ref == "user:default/ines");

  const auto globbed =
      files.read({"url", "https://git.example/acme/shop/blob/main/catalog/*.yaml"}, "o");
  REQUIRE(globbed);
  CHECK(globbed->at(0).location == location);
}

TEST_CASE_FIXTURE(Fixture, "source: hosts that nobody allowed are not asked") {
  FileSource files = source({"*.allowed.example"});
  const LocationRef location{"url", "http://metadata.internal/x.yaml"};

  CHECK(files.is_remote(location));
  CHECK(message(files.read(location, "o")) ==
        "InputError: Unable to read url, NotAllowedError: Reading from "
        "'http://metadata.internal/x.yaml' is not allowed. You may need to map it to a folder with "
        "spec.repositories, or add the host 'metadata.internal' to spec.catalog.reading");
}
