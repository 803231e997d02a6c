#include "platform/config/platform_config.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace gp;

namespace {

namespace fs = std::filesystem;

// A platform repository in a folder of its own.
struct Folder {
  fs::path root;
  Folder() {
    std::string name = (fs::temp_directory_path() / "gp-config-XXXXXX").string();
    root = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(root); }
  Result<config::Platform> load(std::string_view spec) const {
    std::ofstream(root / "platform.yaml")
        << "apiVersion: goldenpath.dev/v1alpha1\nkind: Platform\nmetadata: {name: acme}\n"
        << spec;
    return config::load_platform(root.string());
  }
};

std::string message_of(const Result<config::Platform>& result) {
  return result ? "no error" : result.error().to_string();
}

}  // namespace

TEST_CASE("platform.yaml: locations are files unless they are URLs") {
  Folder folder;

  const auto platform = folder.load(
      "spec:\n  catalog:\n    locations:\n      - all.yaml\n      - https://git.example/x.yaml\n"
      "      - {type: url, target: 'http://h/y.yaml'}\n");

  REQUIRE(platform);
  CHECK(platform->name == "acme");
  REQUIRE(platform->locations.size() == 3);
  CHECK(platform->locations[0].type == "file");
  CHECK(platform->locations[1].type == "url");
  CHECK(platform->locations[2].target == "http://h/y.yaml");
  CHECK(platform->locations[1].line == 8);
}

TEST_CASE("platform.yaml: an unknown field names its line and the nearest known field") {
  Folder folder;

  const auto platform = folder.load("spec:\n  catalogue: {}\n");

  CHECK(message_of(platform) ==
        "platform.yaml:5: unknown field \"spec.catalogue\" (did you mean \"catalog\"?)");
}

TEST_CASE("platform.yaml: a value of the wrong type says what it is and what was expected") {
  Folder folder;

  CHECK(message_of(folder.load("spec:\n  manifests: 5\n")) ==
        "platform.yaml:5: spec.manifests is a number, expected a list of strings");
  CHECK(message_of(folder.load("spec:\n  manifests: ['']\n")) ==
        "platform.yaml:5: spec.manifests.0 is an empty string, expected a non-empty string");
}

TEST_CASE("platform.yaml: a repository that is not a folder says where it looked") {
  Folder folder;

  const auto platform =
      folder.load("spec:\n  repositories:\n    - {url: 'https://g/x', path: nowhere}\n");

  CHECK(message_of(platform).find(
            "spec.repositories.0.path \"nowhere\" is not a folder (looked at ") !=
        std::string::npos);
}

TEST_CASE("platform.yaml: a folder without one says what to write") {
  CHECK(message_of(config::load_platform("/nonexistent-folder"))
            .starts_with("there is no platform at \"/nonexistent-folder\""));
}

TEST_CASE("map_url: host, path parts and the views of Git hosts") {
  config::Platform platform;
  platform.repositories = {{"https://git.example/acme/platform", "/repo", "", 0},
                           {"https://git.example/acme/platform/vendor", "/vendor", "", 0},
                           {"https://git.example/acme/charts.git", "/charts", "", 0}};
  const auto map = [&](std::string_view url) { return config::map_url(platform, url); };

  CHECK(map("https://git.example/acme/platform") == "/repo");
  CHECK(map("https://git.example/acme/platform.git") == "/repo");
  CHECK(map("https://git.example/acme/platform/blob/main/catalog/all.yaml") ==
        "/repo/catalog/all.yaml");
  CHECK(map("https://git.example/acme/platform/-/raw/v1/x.yaml?inline=false") == "/repo/x.yaml");
  CHECK(map("https://git.example/acme/platform/raw/branch/main/x.yaml") == "/repo/x.yaml");
  CHECK(map("https://git.example/acme/platform/src/branch/main/x.yaml") == "/repo/x.yaml");
  CHECK(map("https://git.example/acme/platform/vendor/x.yaml") == "/vendor/x.yaml");
  CHECK(map("https://git.example/acme/charts/x") == "/charts/x");
  CHECK(map("https://git.example/acme/platform2/x.yaml") == "");
  CHECK(map("https://git.example/acme/platform/../../etc/passwd") == "");
}

TEST_CASE("platform.yaml: the audit log is off, on by its section, and off again by its switch") {
  Folder folder;

  CHECK_FALSE(folder.load("spec: {}\n")->audits);
  const auto platform = folder.load("spec:\n  audit: {policy: rules/audit.yaml}\n");
  REQUIRE(platform);
  CHECK(platform->audits);
  CHECK(platform->audit_policy == (fs::path(platform->root) / "rules/audit.yaml").string());
  CHECK_FALSE(folder.load("spec:\n  audit: {enabled: false}\n")->audits);
}
