#include <filesystem>

#include "platform/config/platform_config.hpp"

namespace gp::config {
namespace {

// "https://host/a/b.git/" and "host/a/b" name the same repository: no scheme, no ".git", no
// trailing slash.
std::string canonical(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(scheme + 3);
  if (const auto cut = url.find_first_of("?#"); cut != std::string_view::npos)
    url = url.substr(0, cut);
  while (url.ends_with('/')) url.remove_suffix(1);
  if (url.ends_with(".git")) url.remove_suffix(4);
  return std::string(url);
}

// What Git hosts put between a repository and a file: GitHub, GitLab and Gitea spellings, with the
// ref skipped.
std::string_view strip_view(std::string_view rest) {
  if (rest.starts_with("/-")) rest.remove_prefix(2);
  for (const std::string_view view :
       {"/blob/", "/tree/", "/raw/", "/edit/", "/src/branch/", "/src/tag/", "/src/commit/"}) {
    if (!rest.starts_with(view)) continue;
    std::string_view after = rest.substr(view.size());
    if (view == "/raw/" && after.starts_with("branch/")) after.remove_prefix(7);  // Gitea
    const auto slash = after.find('/');
    return slash == std::string_view::npos ? std::string_view() : after.substr(slash);
  }
  return rest;
}

}  // namespace

std::string map_url(const Platform& platform, std::string_view url) {
  std::string wanted = canonical(url);
  const Repository* best = nullptr;
  std::size_t best_size = 0;
  for (const Repository& repository : platform.repositories) {
    const std::string prefix = canonical(repository.url);
    const bool matches = wanted.starts_with(prefix) &&
                         (wanted.size() == prefix.size() || wanted[prefix.size()] == '/' ||
                          wanted.substr(prefix.size()).starts_with(".git/"));
    if (!matches || prefix.size() < best_size) continue;
    best = &repository;
    best_size = prefix.size();
  }
  if (best == nullptr) return {};

  std::string_view rest = std::string_view(wanted).substr(best_size);
  if (rest.starts_with(".git/")) rest.remove_prefix(4);
  rest = strip_view(rest);
  while (rest.starts_with('/')) rest.remove_prefix(1);

  // A URL must not climb out of the folder that stands for its repository.
  const auto relative = std::filesystem::path(rest).lexically_normal();
  const bool climbs = !relative.empty() && *relative.begin() == "..";
  if (relative.is_absolute() || climbs) return {};
  if (relative.empty() || relative == ".") return best->path;
  return (std::filesystem::path(best->path) / relative).string();
}

}  // namespace gp::config
