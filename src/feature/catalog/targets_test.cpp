#include "feature/catalog/targets.hpp"

#include <doctest/doctest.h>

#include "feature/catalog/errors.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

std::string resolved(const LocationRef& base, std::string_view type, std::string_view target) {
  const auto result = resolve_target(base, type, target);
  return result ? result->text() : error_text(result.error());
}

}  // namespace

TEST_CASE("references: parts that are missing come from the defaults, and all is lower case") {
  CHECK(parse_entity_ref("Pilots", "Group", "Ops")->text() == "group:ops/pilots");
  CHECK(parse_entity_ref("user:default/Ines", "Group")->text() == "user:default/ines");
  CHECK(parse_entity_ref("backstage/maintainers", "Group")->text() ==
        "group:backstage/maintainers");
  CHECK(error_text(parse_entity_ref("web").error()) ==
        "TypeError: Entity reference \"web\" had missing or empty kind (e.g. did not start with "
        "\"component:\" or similar)");
  CHECK(error_text(parse_entity_ref(":x", "Group").error()) ==
        "TypeError: Entity reference \":x\" was not on the form [<kind>:][<namespace>/]<name>");
}

TEST_CASE("targets: relative ones stand beside the file that names them") {
  const LocationRef file{"file", "/repo/catalog/all.yaml"};
  CHECK(resolved(file, "file", "./a.yaml") == "file:/repo/catalog/a.yaml");
  CHECK(resolved(file, "file", "../b/*.yaml") == "file:/repo/b/*.yaml");
  CHECK(resolved(file, "file", "https://h/x.yaml") == "url:https://h/x.yaml");

  const LocationRef url{"url", "https://h/o/r/blob/main/all.yaml?x=1"};
  CHECK(resolved(url, "url", "./sub/a.yaml") == "url:https://h/o/r/blob/main/sub/a.yaml");
  CHECK(resolved(url, "url", "../../x") == "url:https://h/o/r/x");
  CHECK(resolved(url, "url", "/x") == "url:https://h/x");
}

TEST_CASE("targets: what came over the network may not name local files") {
  const LocationRef url{"url", "https://h/all.yaml"};
  CHECK(resolved(url, "file", "/etc/passwd") ==
        "NotAllowedError: a Location that was read from url:https://h/all.yaml may not name the "
        "file /etc/passwd");
}

TEST_CASE("targets: pages of Git hosts have raw files, editors and folders") {
  CHECK(raw_url("https://github.com/o/r/blob/main/c/x.yaml") ==
        "https://raw.githubusercontent.com/o/r/main/c/x.yaml");
  CHECK(raw_url("https://git.example/o/r/src/branch/main/x.yaml") ==
        "https://git.example/o/r/raw/branch/main/x.yaml");
  CHECK(raw_url("https://gitlab.example/o/r/-/blob/main/x.yaml") ==
        "https://gitlab.example/o/r/-/raw/main/x.yaml");
  CHECK(raw_url("http://localhost:7999/x.yaml") == "http://localhost:7999/x.yaml");
  CHECK(edit_url("https://github.com/o/r/blob/main/c/x.yaml") ==
        "https://github.com/o/r/edit/main/c/x.yaml");
  CHECK(folder_url("https://github.com/o/r/blob/main/c/x.yaml") ==
        "https://github.com/o/r/tree/main/c/");
  CHECK(edit_url("http://localhost:7999/x.yaml").empty());
}

TEST_CASE("targets: the name behind a location is the digest of its reference") {
  CHECK(generated_name({"url", "http://localhost:7999/x.yaml"}) ==
        "generated-1c81008463160a7fa21e17d6864105d966f7f3ec");
  CHECK(url_host("https://Example.org:443/x") == "example.org");
  CHECK(url_host("http://localhost:7999/x") == "localhost:7999");
}
