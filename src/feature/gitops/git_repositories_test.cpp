#include "feature/gitops/git_repositories.hpp"

#include <doctest/doctest.h>

#include "adapter/files/files.hpp"
#include "adapter/process/process.hpp"

using namespace gp;
using namespace gp::gitops;

namespace {

// A repository of the `git` program's making, as users have them.
struct Origin {
  files::TemporaryDirectory folder;
  FakeClock clock;
  GitRepositories repositories{folder / "cache", clock, [](const Context&, const std::string&) {
                                 return git::Credentials();
                               }};
  const Context context{clock};

  Origin() {
    REQUIRE(files::ensure_directory(url()));
    git({"init", "-q", "-b", "main"});
  }
  std::string url() const { return folder / "origin"; }
  void git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"git", "-C", url(), "-c", "user.name=Ada", "-c",
                                         "user.email=ada@example.com"});
    process::Command command;
    command.arguments = std::move(arguments);
    const auto done = process::run(Context(system_clock(), std::chrono::seconds(60)), command);
    REQUIRE(done);
    REQUIRE_MESSAGE(done->exit_code == 0, done->errors);
  }
  void commit(std::string_view text) const {
    REQUIRE(files::write_file_atomic(url() + "/a.yaml", text, {.mode = 0644, .sync = false}));
    git({"add", "-A"});
    git({"commit", "-q", "-m", "change"});
  }
  std::string text_at(const std::string& revision, bool is_hard = false) {
    const auto checkout = repositories.checkout(context, url(), revision, is_hard);
    if (!checkout) return checkout.error().message;
    return files::read_file(checkout->root + "/a.yaml").value();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Origin,
                  "gitops git: a branch is asked for again after a while, or when that must be") {
  commit("1");
  CHECK(text_at("main") == "1");
  commit("2");
  CHECK(text_at("main") == "1");
  CHECK(text_at("main", true) == "2");
  commit("3");
  clock.advance(std::chrono::minutes(4));
  CHECK(text_at("main") == "3");
}

TEST_CASE_FIXTURE(Origin, "gitops git: the highest tag of a range is taken") {
  for (const char* version : {"v1.0.0", "v1.2.0", "v1.3.0-rc.1", "v2.0.0", "latest"}) {
    commit(version);
    git({"tag", version});
  }
  CHECK(text_at("1.*") == "v1.2.0");
  CHECK(text_at("^1.0.0") == "v1.2.0");
  CHECK(text_at(">=1.3.0-0 <2.0.0-0") == "v1.3.0-rc.1");
  CHECK(text_at("*") == "v2.0.0");
  CHECK(text_at("latest") == "latest");
  CHECK(text_at("3.*").contains("unable to resolve '3.*' to a commit SHA"));
}

TEST_CASE_FIXTURE(Origin, "gitops git: an origin that is gone is no trouble for what is known") {
  commit("1");
  CHECK(text_at("main") == "1");
  REQUIRE(files::remove_tree(url()));
  clock.advance(std::chrono::minutes(4));
  CHECK(text_at("main") == "1");
  CHECK(text_at("other").contains("cannot fetch"));
}
