#include "app/platform_source.hpp"

#include <filesystem>

#include "adapter/process/process.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"

namespace gp::app {
namespace {

namespace fs = std::filesystem;

bool is_url(const std::string& text) {
  return text.find("://") != std::string::npos || text.starts_with("git@");
}

// Credentials in a URL would end up in process lists and logs.
bool has_credentials(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return false;
  const auto authority = url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
  return authority.find('@') != std::string::npos && !url.starts_with("ssh://");
}

Result<> git(const Context& context, std::vector<std::string> arguments, const std::string& url) {
  arguments.insert(arguments.begin(), {"git", "-c", "core.hooksPath=/dev/null"});
  const auto done = process::run(
      context, {.arguments = std::move(arguments), .environment = {"GIT_TERMINAL_PROMPT=0"}});
  if (!done) return fail(done.error());
  if (done->exit_code == 0) return {};
  std::string said = done->errors;
  while (said.ends_with('\n')) said.pop_back();
  return fail(unavailable("cannot read the repository \"{}\": {}", url, said)
                  .with_hint("check the URL and that `git clone` works with it here"));
}

Result<std::string> clone(const Context& context, const std::string& url,
                          const std::string& data_dir) {
  if (has_credentials(url)) {
    return fail(invalid_argument("the URL holds credentials")
                    .with_hint("leave them to git's credential helper or an SSH key"));
  }
  const fs::path folder = fs::path(data_dir) / "repositories" / sha256_hex(url).substr(0, 16);
  std::error_code error;
  if (!fs::exists(folder / ".git", error)) {
    TRY(git(context, {"clone", "--quiet", "--depth", "1", "--", url, folder.string()}, url));
    return folder.string();
  }
  auto updated = git(
      context, {"-C", folder.string(), "fetch", "--quiet", "--depth", "1", "origin", "HEAD"}, url);
  if (updated)
    updated =
        git(context, {"-C", folder.string(), "reset", "--quiet", "--hard", "FETCH_HEAD"}, url);
  if (!updated) log::warn("app", "using the clone as it is", {{"reason", updated.error().message}});
  return folder.string();
}

}  // namespace

Result<std::optional<config::Platform>> find_platform(const Context& context,
                                                      const std::string& argument,
                                                      const std::string& data_dir) {
  std::string path = argument;
  if (path.empty()) {
    std::error_code ignored;
    if (!fs::exists("platform.yaml", ignored)) return std::optional<config::Platform>();
    path = ".";
  } else if (is_url(path)) {
    path = TRY(clone(context, argument, data_dir));
  }
  config::Platform platform = TRY(config::load_platform(path));
  // A cloned platform reads its own URL from the clone.
  if (is_url(argument)) platform.repositories.push_back({argument, platform.root, "HEAD", 0});
  return std::optional<config::Platform>(std::move(platform));
}

}  // namespace gp::app
