#include "feature/gitops/git_repositories.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <vector>

#include "adapter/files/files.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"
#include "engine/sprig/semver.hpp"

namespace gp::gitops {
namespace {

constexpr Duration kAgeMax = std::chrono::minutes(3);
constexpr std::size_t kTreesKept = 20;
constexpr std::size_t kCommitDigits = 40;

bool is_whole_commit(std::string_view text) {
  return text.size() == kCommitDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A name of the repository's, or a range of versions over its tags ("1.*", ">=1.2 <2"): the highest
// that fits.
Result<std::string> resolve(const git::Mirror& mirror, const std::string& revision) {
  auto named = mirror.resolve(revision);
  if (named) return named;
  const auto range = sprig::VersionConstraint::parse(revision);
  if (!range) return named;
  std::optional<sprig::Version> best;
  std::string best_tag;
  for (const std::string& tag : mirror.tags()) {
    auto version = sprig::Version::parse(tag);
    if (!version || !range->allows(*version)) continue;
    if (best && sprig::compare(*version, *best) <= 0) continue;
    best = std::move(*version);
    best_tag = tag;
  }
  return best ? mirror.resolve("refs/tags/" + best_tag) : named;
}

}  // namespace

struct GitRepositories::Repository {
  std::string folder;
  std::mutex mutex;  // guards the fields below; held while it is fetched, as all wait for it
  std::optional<git::Mirror> mirror;
  std::optional<Duration> fetched;
  std::set<std::string> asked;     // revisions that have been looked up since then
  std::vector<std::string> trees;  // commits, the one used last at the end
};

GitRepositories::GitRepositories(std::string folder, Clock& clock, FindCredentials find_credentials)
    : folder_(std::move(folder)), clock_(clock), find_credentials_(std::move(find_credentials)) {}

GitRepositories::~GitRepositories() = default;

GitRepositories::Repository& GitRepositories::repository(const std::string& url) {
  const std::lock_guard lock(mutex_);
  auto& slot = repositories_[url];
  if (!slot) {
    slot = std::make_unique<Repository>();
    slot->folder = folder_ + "/" + sha1_hex(url);
  }
  return *slot;
}

Result<> GitRepositories::fetch(const Context& context, Repository& repository,
                                const std::string& url) {
  const git::Credentials credentials = find_credentials_(context, url);
  TRY(repository.mirror->fetch(context, credentials));
  repository.fetched = clock_.monotonic();
  repository.asked.clear();
  return {};
}

Result<std::string> GitRepositories::tree_of(Repository& repository, const std::string& commit) {
  const std::string path = repository.folder + "/trees/" + commit;
  std::erase(repository.trees, commit);
  if (!files::is_directory(path)) {
    // Under another name until it is whole.
    const std::string part = path + ".part";
    TRY(files::remove_tree(part));
    TRY(repository.mirror->check_out(commit, part));
    std::error_code error;
    std::filesystem::rename(part, path, error);
    if (error) return fail(internal_error("{}: {}", path, error.message()));
  }
  repository.trees.push_back(commit);
  if (repository.trees.size() > kTreesKept) {
    TRY(files::remove_tree(repository.folder + "/trees/" + repository.trees.front()));
    repository.trees.erase(repository.trees.begin());
  }
  return path;
}

Result<Checkout> GitRepositories::checkout(const Context& context, const std::string& url,
                                           const std::string& revision, bool is_hard) {
  Repository& repository = this->repository(url);
  const std::lock_guard lock(repository.mutex);
  if (!repository.mirror) {
    git::Mirror opened = TRY(git::Mirror::open(repository.folder + "/mirror.git", url));
    repository.mirror = std::move(opened);
  }
  auto commit = resolve(*repository.mirror, revision);
  const bool is_fixed = commit && is_whole_commit(revision);
  // Who names another revision wants to know what it is now.
  const bool is_fresh = repository.fetched && clock_.monotonic() - *repository.fetched < kAgeMax &&
                        repository.asked.contains(revision);
  if (!commit || is_hard || (!is_fixed && !is_fresh)) {
    auto fetched = fetch(context, repository, url);
    if (!fetched && !commit) return fail(std::move(fetched).error());
    if (!fetched) {
      log::warn("gitops", "a repository cannot be fetched; what is known of it is used",
                {{"url", url}, {"error", fetched.error().message}});
    } else {
      commit = resolve(*repository.mirror, revision);
    }
  }
  if (!commit) return fail(std::move(commit.error()).with_context(url));
  repository.asked.insert(revision);
  std::string root = TRY(tree_of(repository, *commit));
  return Checkout{std::move(root), *commit};
}

}  // namespace gp::gitops
