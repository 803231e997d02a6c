#include "feature/manifests/files.hpp"

#include <doctest/doctest.h>

#include "adapter/files/files.hpp"

namespace gp::manifests {
namespace {

std::string map_named(std::string_view name) {
  return fmt::format("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n", name);
}

struct Fixture {
  files::TemporaryDirectory root;

  void write(std::string_view name, std::string_view text) const {
    REQUIRE(files::write_file_atomic(root / name, text, {.mode = 0644, .sync = false}));
  }
  Collected collect(const std::vector<std::string>& paths) const {
    return manifests::collect(root.path(), paths, "platform.yaml");
  }
  static std::vector<std::string> names(const Collected& collected) {
    std::vector<std::string> names;
    for (const Document& document : collected.documents) {
      names.push_back(document.value["metadata"]["name"].string());
    }
    return names;
  }
};

using Names = std::vector<std::string>;

TEST_CASE_FIXTURE(Fixture, "manifest files: folders, files and globs, each file once") {
  write("manifests/a.yaml", map_named("a"));
  write("manifests/deep/er/b.yml", map_named("b"));
  write("manifests/c.json", R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}})");
  write("manifests/README.md", "not a manifest");
  write("more/d.yaml", map_named("d"));
  write("more/e.yaml", map_named("e"));
  write("single.yaml", map_named("f"));

  const Collected collected =
      collect({"manifests", "more/*.yaml", "single.yaml", "manifests/a.yaml"});

  CHECK(names(collected) == Names{"a", "c", "b", "d", "e", "f"});
  CHECK(collected.files == 6);
  CHECK(collected.problems.empty());
  CHECK(collected.is_complete);
  CHECK(collected.documents[2].file == "manifests/deep/er/b.yml");
}

TEST_CASE_FIXTURE(Fixture,
                  "manifest files: a path that is not there is told, and nothing counts as gone") {
  write("manifests/a.yaml", map_named("a"));
  const Collected collected = collect({"manifest", "manifests", "manifests/*.json"});

  CHECK(names(collected) == Names{"a"});
  CHECK_FALSE(collected.is_complete);
  REQUIRE(collected.problems.size() == 2);
  CHECK(collected.problems[0].file == "platform.yaml");
  CHECK(collected.problems[0].message == "spec.manifests: \"manifest\" does not exist");
  CHECK(collected.problems[1].message == "spec.manifests: \"manifests/*.json\" matches no file");
}

TEST_CASE_FIXTURE(
    Fixture, "manifest files: a broken file is a problem with its line, and the others are read") {
  write("manifests/a.yaml", "kind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}: x\n");
  write("manifests/b.yaml", map_named("b"));
  const Collected collected = collect({"manifests"});

  CHECK(names(collected) == Names{"b"});
  REQUIRE(collected.problems.size() == 1);
  CHECK(collected.problems[0].file == "manifests/a.yaml");
  CHECK(collected.problems[0].line == 3);
  CHECK(collected.problems[0].message.find("line 3") == std::string::npos);
  CHECK(collected.unread_files == Names{"manifests/a.yaml"});
}

TEST_CASE("manifest files: documents of a stream have their lines, empty ones do not count") {
  Collected collected;
  read_documents("# remarks\n---\n" + map_named("a") + "---\n---\n" + map_named("b"), "x.yaml",
                 collected);

  REQUIRE(collected.documents.size() == 2);
  CHECK(collected.documents[0].line == 3);
  CHECK(collected.documents[1].line == 9);
}

TEST_CASE("manifest files: lists are taken apart") {
  Collected collected;
  read_documents(
      "apiVersion: v1\nkind: List\nitems:\n"
      "- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n"
      "- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - metadata: {name: b}\n",
      "x.yaml", collected);

  REQUIRE(collected.documents.size() == 2);
  CHECK(collected.documents[0].value["kind"].text() == "Secret");
  CHECK(collected.documents[1].value["kind"].text() == "ConfigMap");
  CHECK(collected.documents[1].value["apiVersion"].text() == "v1");
}

TEST_CASE("manifest files: what is no Kubernetes object says so") {
  Collected collected;
  read_documents("replicas: 3\n---\n- a\n---\nkind: Pod\n---\napiVersion: v1\n", "values.yaml",
                 collected);

  CHECK(collected.documents.empty());
  CHECK(collected.unread_files.empty());
  REQUIRE(collected.problems.size() == 4);
  CHECK(collected.problems[0].message ==
        "not a Kubernetes object: apiVersion and kind are missing");
  CHECK(collected.problems[1].message == "not a Kubernetes object: the document is not a map");
  CHECK(collected.problems[1].line == 3);
  CHECK(collected.problems[2].message == "apiVersion is missing");
  CHECK(collected.problems[3].message == "kind is missing");
}

TEST_CASE_FIXTURE(Fixture, "manifest files: watches the folders that the paths live in") {
  write("manifests/a.yaml", map_named("a"));
  write("more/x/d.yaml", map_named("d"));
  CHECK(watched_folders(root.path(), {"manifests", "more/*/d.yaml", "manifests/a.yaml",
                                      "none/x"}) == Names{root / "manifests", root / "more"});
}

}  // namespace
}  // namespace gp::manifests
