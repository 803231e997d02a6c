#include "adapter/git/git.hpp"

#include <doctest/doctest.h>
#include <git2.h>

#include <filesystem>

#include "adapter/files/files.hpp"

using namespace gp;

namespace {

// A repository that others fetch from, written through libgit2 itself.
struct Origin {
  files::TemporaryDirectory folder;
  git_repository* repository = nullptr;

  Origin() {
    git_libgit2_init();
    REQUIRE(git_repository_init(&repository, folder.path().c_str(), 0) == 0);
    REQUIRE(git_repository_set_head(repository, "refs/heads/main") == 0);
  }
  ~Origin() { git_repository_free(repository); }

  // Commits all files of the folder on the present branch.
  std::string commit(const std::string& message) const {
    git_index* index = nullptr;
    REQUIRE(git_repository_index(&index, repository) == 0);
    REQUIRE(git_index_add_all(index, nullptr, 0, nullptr, nullptr) == 0);
    REQUIRE(git_index_update_all(index, nullptr, nullptr, nullptr) == 0);
    git_oid tree_id{}, id{};
    REQUIRE(git_index_write_tree(&tree_id, index) == 0);
    git_index_write(index);
    git_index_free(index);
    git_tree* tree = nullptr;
    git_tree_lookup(&tree, repository, &tree_id);
    git_signature* who = nullptr;
    git_signature_new(&who, "Ada", "ada@example.com", 1'700'000'000, 0);
    git_oid parent_id{};
    git_commit* parent = nullptr;
    if (git_reference_name_to_id(&parent_id, repository, "HEAD") == 0)
      git_commit_lookup(&parent, repository, &parent_id);
    const git_commit* parents[] = {parent};
    REQUIRE(git_commit_create(&id, repository, "HEAD", who, who, nullptr, message.c_str(), tree,
                              parent == nullptr ? 0 : 1, parents) == 0);
    git_commit_free(parent);
    git_signature_free(who);
    git_tree_free(tree);
    return git_oid_tostr_s(&id);
  }
  void tag(const std::string& name, const std::string& commit) const {
    git_object* object = nullptr;
    REQUIRE(git_revparse_single(&object, repository, commit.c_str()) == 0);
    git_oid id{};
    REQUIRE(git_tag_create_lightweight(&id, repository, name.c_str(), object, 1) == 0);
    git_object_free(object);
  }
  void write(const std::string& name, std::string_view text) const {
    REQUIRE(files::write_file_atomic(folder / name, text, {.mode = 0644, .sync = false}));
  }
};

struct Mirrored {
  Origin origin;
  files::TemporaryDirectory home;
  git::Mirror mirror = open();
  const Context context{system_clock()};

  git::Mirror open() const {
    auto opened = git::Mirror::open(home / "mirror.git", origin.folder.path());
    REQUIRE(opened);
    return std::move(*opened);
  }
  void fetch() {
    const auto fetched = mirror.fetch(context, {});
    if (!fetched) FAIL(fetched.error().to_string());
  }
};

}  // namespace

TEST_CASE_FIXTURE(Mirrored,
                  "git: a mirror knows branches, tags and commits, and follows the origin") {
  origin.write("a.yaml", "1");
  const std::string first = origin.commit("first");
  origin.tag("v1.0.0", first);
  CHECK_FALSE(mirror.has_fetched());
  fetch();
  CHECK(mirror.has_fetched());
  CHECK(mirror.resolve("main").value() == first);
  CHECK(mirror.resolve("HEAD").value() == first);
  CHECK(mirror.resolve("").value() == first);
  CHECK(mirror.resolve("v1.0.0").value() == first);
  CHECK(mirror.resolve(first.substr(0, 8)).value() == first);
  CHECK(mirror.describe(first)->message == "first");

  origin.write("a.yaml", "2");
  const std::string second = origin.commit("second");
  CHECK(mirror.resolve("main").value() == first);
  fetch();
  CHECK(mirror.resolve("main").value() == second);
}

TEST_CASE_FIXTURE(Mirrored, "git: a revision that is not there says what there is") {
  origin.write("a", "1");
  origin.commit("first");
  fetch();
  const auto missing = mirror.resolve("nope");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::NotFound);
  CHECK(missing.error().message == "unable to resolve 'nope' to a commit SHA");
  CHECK(missing.error().hint == "its branches are \"main\"");
}

TEST_CASE_FIXTURE(Mirrored, "git: a commit's files are written out, links as links") {
  origin.write("app/a.yaml", "text");
  std::filesystem::create_symlink("a.yaml", origin.folder / "app/link.yaml");
  const std::string commit = origin.commit("files");
  fetch();
  REQUIRE(mirror.check_out(commit, home / "tree"));
  CHECK(files::read_file(home / "tree/app/a.yaml").value() == "text");
  CHECK(std::filesystem::is_symlink(home / "tree/app/link.yaml"));

  const auto limited = mirror.check_out(commit, home / "small", {.files_max = 1});
  REQUIRE_FALSE(limited);
  CHECK(limited.error().code == Code::TooLarge);
}

TEST_CASE("git: an origin that is not there is named") {
  files::TemporaryDirectory home;
  auto mirror = git::Mirror::open(home / "m.git", home / "nowhere");
  REQUIRE(mirror);
  const auto fetched = mirror->fetch(Context(system_clock()), {});
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().message.contains(home / "nowhere"));
}
