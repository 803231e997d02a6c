#include "adapter/git/git.hpp"

#include <git2.h>

#include <algorithm>
#include <filesystem>

#include "adapter/files/files.hpp"
#include "base/text.hpp"

namespace gp::git {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShortCommit = 7;
constexpr std::size_t kNamesShown = 8;

template <typename T, void (*Free)(T*)>
struct Freer {
  void operator()(T* pointer) const { Free(pointer); }
};
template <typename T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Freer<T, Free>>;

using Repository = Owned<git_repository, git_repository_free>;
using Remote = Owned<git_remote, git_remote_free>;
using Object = Owned<git_object, git_object_free>;
using Tree = Owned<git_tree, git_tree_free>;
using CommitPtr = Owned<git_commit, git_commit_free>;
using Blob = Owned<git_blob, git_blob_free>;

void start_library() {
  static const int started = git_libgit2_init();
  (void)started;
}

// What libgit2 says went wrong; URLs with credentials in them never reach it.
std::string reason() {
  const git_error* error = git_error_last();
  return error == nullptr || error->message == nullptr ? "unknown error" : error->message;
}

Code code_of(int result) {
  const git_error* error = git_error_last();
  if (result == GIT_ENOTFOUND) return Code::NotFound;
  if (result == GIT_EAUTH) return Code::Unauthenticated;
  if (result == GIT_ECERTIFICATE) return Code::FailedPrecondition;
  if (error != nullptr && (error->klass == GIT_ERROR_NET || error->klass == GIT_ERROR_HTTP ||
                           error->klass == GIT_ERROR_SSH || error->klass == GIT_ERROR_SSL))
    return Code::Unavailable;
  return Code::Internal;
}

Error failure(int result, std::string_view what) {
  return Error{code_of(result), fmt::format("{}: {}", what, reason()), {}, {}, {}};
}

// One fetch: what its callbacks need.
struct Transfer {
  const Context& context;
  const Credentials& credentials;
  const Limits& limits;
  int credential_tries = 0;
  bool is_too_large = false;
};

int on_progress(const git_indexer_progress* progress, void* payload) {
  auto& transfer = *static_cast<Transfer*>(payload);
  if (!transfer.context.check()) return GIT_EUSER;
  transfer.is_too_large = progress->received_bytes > transfer.limits.bytes_max;
  return transfer.is_too_large ? GIT_EUSER : 0;
}

int on_credentials(git_credential** out, const char* /*url*/, const char* user_of_url,
                   unsigned allowed, void* payload) {
  auto& transfer = *static_cast<Transfer*>(payload);
  const Credentials& given = transfer.credentials;
  if (++transfer.credential_tries > 2) return GIT_EAUTH;  // refused: asking again changes nothing
  const std::string user = !given.user.empty()      ? given.user
                           : user_of_url != nullptr ? user_of_url
                                                    : "git";
  if ((allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) != 0 && !given.password.empty())
    return git_credential_userpass_plaintext_new(out, user.c_str(), given.password.c_str());
  if ((allowed & GIT_CREDENTIAL_SSH_KEY) != 0 && !given.ssh_private_key.empty()) {
    return git_credential_ssh_key_memory_new(out, user.c_str(), nullptr,
                                             given.ssh_private_key.c_str(), nullptr);
  }
  if ((allowed & GIT_CREDENTIAL_USERNAME) != 0)
    return git_credential_username_new(out, user.c_str());
  return GIT_EAUTH;
}

int on_certificate(git_cert* /*certificate*/, int is_valid, const char* /*host*/, void* payload) {
  const auto& transfer = *static_cast<Transfer*>(payload);
  return is_valid != 0 || transfer.credentials.skips_tls_verify ? 0 : GIT_ECERTIFICATE;
}

std::string text_of(const git_oid& id) {
  std::array<char, GIT_OID_HEXSZ + 1> buffer{};
  return git_oid_tostr(buffer.data(), buffer.size(), &id);
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Writes a tree's files, within limits.
class Writer {
 public:
  Writer(git_repository* repository, const Limits& limits)
      : repository_(repository), limits_(limits) {}

  Result<> write(const git_tree* tree, const std::string& folder, int depth) {
    constexpr int kDepthMax = 128;
    if (depth > kDepthMax) return fail(too_large("folders are more than {} deep", kDepthMax));
    TRY(files::ensure_directory(folder));
    for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
      const std::string name = git_tree_entry_name(entry);
      // Names that would leave the folder cannot be in a sound tree; one from elsewhere may not be.
      if (name == "." || name == ".." || name == ".git" || name.contains('/') || name.empty())
        continue;
      const std::string path = folder + "/" + name;
      if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
        TRY(write_folder(entry, path, depth));
      } else if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB) {
        TRY(write_file(entry, path));
      }
    }
    return {};
  }

 private:
  Result<> write_folder(const git_tree_entry* entry, const std::string& path, int depth) {
    git_tree* raw = nullptr;
    const int result = git_tree_lookup(&raw, repository_, git_tree_entry_id(entry));
    if (result != 0) return fail(failure(result, path));
    const Tree tree(raw);
    return write(tree.get(), path, depth + 1);
  }

  Result<> write_file(const git_tree_entry* entry, const std::string& path) {
    git_blob* raw = nullptr;
    const int result = git_blob_lookup(&raw, repository_, git_tree_entry_id(entry));
    if (result != 0) return fail(failure(result, path));
    const Blob blob(raw);
    const auto size = static_cast<std::size_t>(git_blob_rawsize(blob.get()));
    bytes_ += size;
    if (++files_ > limits_.files_max || bytes_ > limits_.tree_bytes_max) {
      return fail(too_large("the tree has more than {} files or {} bytes", limits_.files_max,
                            limits_.tree_bytes_max));
    }
    const std::string_view content(static_cast<const char*>(git_blob_rawcontent(blob.get())), size);
    const git_filemode_t mode = git_tree_entry_filemode(entry);
    if (mode == GIT_FILEMODE_LINK) {
      std::error_code error;
      fs::create_symlink(fs::path(content), path, error);
      if (error) return fail(internal_error("{}: {}", path, error.message()));
      return {};
    }
    const unsigned rights = mode == GIT_FILEMODE_BLOB_EXECUTABLE ? 0755 : 0644;
    return files::write_file_atomic(path, content, {.mode = rights, .sync = false});
  }

  git_repository* repository_;
  const Limits& limits_;
  std::size_t files_ = 0, bytes_ = 0;
};

std::vector<std::string> names_below(git_repository* repository, std::string_view prefix) {
  std::vector<std::string> names;
  git_strarray list{};
  if (git_reference_list(&list, repository) != 0) return names;
  for (std::size_t i = 0; i < list.count; ++i) {
    const std::string_view name = list.strings[i];
    if (name.starts_with(prefix)) names.emplace_back(name.substr(prefix.size()));
  }
  git_strarray_dispose(&list);
  std::ranges::sort(names);
  return names;
}

}  // namespace

struct Mirror::Parts {
  Repository repository;
  std::string url;
  std::string default_branch;  // as the last fetch saw it
};

Mirror::Mirror(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Mirror::Mirror(Mirror&&) noexcept = default;
Mirror& Mirror::operator=(Mirror&&) noexcept = default;
Mirror::~Mirror() = default;

Result<Mirror> Mirror::open(const std::string& path, const std::string& url) {
  start_library();
  auto parts = std::make_unique<Parts>();
  parts->url = url;
  git_repository* raw = nullptr;
  int result = git_repository_open_bare(&raw, path.c_str());
  if (result != 0) {
    TRY(files::ensure_directory(path, 0700));
    result = git_repository_init(&raw, path.c_str(), 1);
  }
  if (result != 0) return fail(failure(result, path));
  parts->repository.reset(raw);
  return Mirror(std::move(parts));
}

Result<> Mirror::fetch(const Context& context, const Credentials& credentials,
                       const Limits& limits) {
  TRY(context.check());
  git_remote* raw = nullptr;
  int result = git_remote_create_anonymous(&raw, parts_->repository.get(), parts_->url.c_str());
  if (result != 0) return fail(failure(result, parts_->url));
  const Remote remote(raw);

  Transfer transfer{context, credentials, limits};
  git_fetch_options options;
  git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
  options.prune = GIT_FETCH_PRUNE;
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;  // the specification below has them
  options.callbacks.payload = &transfer;
  options.callbacks.transfer_progress = on_progress;
  options.callbacks.credentials = on_credentials;
  options.callbacks.certificate_check = on_certificate;
  std::array<char, 32> heads{"+refs/heads/*:refs/heads/*"}, tags{"+refs/tags/*:refs/tags/*"};
  std::array<char*, 2> texts{heads.data(), tags.data()};
  const git_strarray specifications{texts.data(), texts.size()};
  result = git_remote_fetch(remote.get(), &specifications, &options, nullptr);
  if (transfer.is_too_large) {
    return fail(too_large("repository {} is larger than {} bytes", parts_->url, limits.bytes_max));
  }
  TRY(context.check());
  if (result != 0) {
    return fail(Error{code_of(result),
                      fmt::format("cannot fetch {}: {}", parts_->url, reason()),
                      code_of(result) == Code::Unauthenticated
                          ? "give the repository credentials, or correct them"
                          : "",
                      {},
                      {}});
  }
  git_buf branch{};
  if (git_remote_default_branch(&branch, remote.get()) == 0) {
    parts_->default_branch = branch.ptr;
    git_reference* head = nullptr;
    git_reference_symbolic_create(&head, parts_->repository.get(), "HEAD", branch.ptr, 1, nullptr);
    git_reference_free(head);
    git_buf_dispose(&branch);
  }
  return {};
}

bool Mirror::has_fetched() const {
  return !branches().empty() || !tags().empty();
}

std::vector<std::string> Mirror::branches() const {
  return names_below(parts_->repository.get(), "refs/heads/");
}

std::vector<std::string> Mirror::tags() const {
  return names_below(parts_->repository.get(), "refs/tags/");
}

Result<std::string> Mirror::resolve(const std::string& revision) const {
  std::vector<std::string> names;
  if (revision.empty() || revision == "HEAD") {
    names = {"HEAD"};
  } else {
    names = {"refs/heads/" + revision, "refs/tags/" + revision};
    if (revision.starts_with("refs/")) names = {revision};
    if (revision.size() >= kShortCommit && is_hex(revision)) names.push_back(revision);
  }
  for (const std::string& name : names) {
    git_object* raw = nullptr;
    // "^{commit}": annotated tags are followed.
    const std::string wanted = name + "^{commit}";
    if (git_revparse_single(&raw, parts_->repository.get(), wanted.c_str()) != 0) continue;
    const Object object(raw);
    return text_of(*git_object_id(object.get()));
  }
  const std::vector<std::string> known = branches();
  std::string shown;
  for (std::size_t i = 0; i < std::min(known.size(), kNamesShown); ++i)
    shown += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", known[i]);
  return fail(not_found("unable to resolve '{}' to a commit SHA", revision)
                  .with_hint(known.empty() ? "the repository has no branches"
                                           : "its branches are " + shown));
}

Result<> Mirror::check_out(const std::string& commit, const std::string& folder,
                           const Limits& limits) const {
  git_object* raw = nullptr;
  const std::string wanted = commit + "^{tree}";
  const int result = git_revparse_single(&raw, parts_->repository.get(), wanted.c_str());
  if (result != 0) return fail(failure(result, commit));
  const Tree tree(reinterpret_cast<git_tree*>(raw));
  return Writer(parts_->repository.get(), limits).write(tree.get(), folder, 0);
}

Result<Mirror::Commit> Mirror::describe(const std::string& commit) const {
  git_object* raw = nullptr;
  const std::string wanted = commit + "^{commit}";
  const int result = git_revparse_single(&raw, parts_->repository.get(), wanted.c_str());
  if (result != 0) return fail(failure(result, commit));
  const CommitPtr found(reinterpret_cast<git_commit*>(raw));
  const git_signature* author = git_commit_author(found.get());
  return Commit{text_of(*git_commit_id(found.get())),
                fmt::format("{} <{}>", author->name, author->email),
                git_commit_message(found.get()), git_commit_time(found.get())};
}

}  // namespace gp::git
