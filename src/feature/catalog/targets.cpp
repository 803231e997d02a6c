#include "feature/catalog/targets.hpp"

#include <filesystem>

#include "base/digest.hpp"
#include "feature/catalog/errors.hpp"

namespace gp::catalog {
namespace {

struct UrlParts {
  std::string_view origin;  // "https://host:1"
  std::string_view path;    // "/a/b", maybe empty
  std::string_view query;   // "?x#y", maybe empty
};

bool is_http(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

UrlParts split(std::string_view url) {
  const auto authority = url.find("://") + 3;
  const auto path = std::min(url.find_first_of("/?#", authority), url.size());
  const auto query = std::min(url.find_first_of("?#", path), url.size());
  return {url.substr(0, path), url.substr(path, query - path), url.substr(query)};
}

// RFC 3986, section 5.2.4.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_with_slash = false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    const bool is_last = end == path.size();
    ends_with_slash = is_last && (part == "." || part == "..");
    if (part == "..") {
      if (kept.size() > 1) kept.pop_back();
    } else if (part != ".") {
      kept.push_back(part);
    }
    begin = end + 1;
  }
  std::string out;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) out += '/';
    out += kept[i];
  }
  if (ends_with_slash && !out.ends_with('/')) out += '/';
  return out.starts_with('/') ? out : "/" + out;
}

// What Git hosts put between a repository and a path: the page, its raw file and its editor.
struct View {
  std::string_view page, raw, edit;
};
constexpr View kViews[] = {
    {"/-/blob/", "/-/raw/", "/-/edit/"},          // GitLab
    {"/src/branch/", "/raw/branch/", "/_edit/"},  // Gitea, Forgejo
    {"/blob/", "/raw/", "/edit/"},                // GitHub
};

std::string replace_view(std::string_view url, std::string_view View::* part) {
  for (const View& view : kViews) {
    const auto at = url.find(view.page);
    if (at == std::string_view::npos) continue;
    return fmt::format("{}{}{}", url.substr(0, at), view.*part, url.substr(at + view.page.size()));
  }
  return {};
}

}  // namespace

Result<std::string> resolve_url(std::string_view base, std::string_view relative) {
  if (is_http(relative)) return std::string(relative);
  if (!is_http(base)) {
    return fail(named_error("TypeError", fmt::format("Invalid URL, {} is not one", base)));
  }
  const UrlParts parts = split(base);
  if (relative.starts_with("//")) {
    return fmt::format("{}:{}", base.substr(0, base.find(':')), relative);
  }
  const auto query_at = std::min(relative.find_first_of("?#"), relative.size());
  const std::string_view path = relative.substr(0, query_at);
  const std::string_view query = relative.substr(query_at);
  if (path.empty()) {
    return fmt::format("{}{}{}", parts.origin, parts.path, query.empty() ? parts.query : query);
  }
  const std::string merged =
      path.starts_with('/')
          ? std::string(path)
          : fmt::format("{}{}", parts.path.substr(0, parts.path.rfind('/') + 1), path);
  return fmt::format("{}{}{}", parts.origin, remove_dot_segments(merged), query);
}

std::string url_host(std::string_view url) {
  if (!is_http(url)) return {};
  const auto scheme = url.find("://");
  std::string_view origin = split(url).origin.substr(scheme + 3);
  if (const auto user = origin.rfind('@'); user != std::string_view::npos)
    origin.remove_prefix(user + 1);
  const std::string_view port = url.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(port)) origin.remove_suffix(port.size());
  return lower(origin);
}

Result<LocationRef> resolve_target(const LocationRef& base, std::string_view type,
                                   std::string_view target) {
  if (type == "file" && is_http(target)) type = "url";
  if (type == "file") {
    if (base.type != "file") {
      return fail(
          named_error("NotAllowedError",
                      fmt::format("a Location that was read from {} may not name the file {}",
                                  base.text(), target)));
    }
    const std::filesystem::path folder = std::filesystem::path(base.target).parent_path();
    return LocationRef{"file", (folder / target).lexically_normal().string()};
  }
  if (is_http(target)) return LocationRef{std::string(type), std::string(target)};
  if (base.type == "file") {
    return fail(named_error("InputError",
                            fmt::format("target \"{}\" of type {} is not a URL", target, type)));
  }
  std::string url = TRY(resolve_url(base.target, target));
  return LocationRef{std::string(type), std::move(url)};
}

std::string raw_url(std::string_view url) {
  constexpr std::string_view kGitHub = "https://github.com/";
  if (url.starts_with(kGitHub)) {
    const auto view = url.find("/blob/");
    if (view != std::string_view::npos) {
      return fmt::format("https://raw.githubusercontent.com/{}/{}",
                         url.substr(kGitHub.size(), view - kGitHub.size()), url.substr(view + 6));
    }
  }
  std::string raw = replace_view(url, &View::raw);
  return raw.empty() ? std::string(url) : raw;
}

std::string edit_url(std::string_view url) {
  return replace_view(url, &View::edit);
}

std::string folder_url(std::string_view url) {
  for (const View& view : kViews) {
    const auto at = url.find(view.page);
    if (at == std::string_view::npos) continue;
    std::string folder(url.substr(0, std::min(url.find_first_of("?#"), url.size())));
    folder.resize(folder.rfind('/') + 1);
    if (view.page == "/blob/") folder.replace(at, view.page.size(), "/tree/");
    if (view.page == "/-/blob/") folder.replace(at, view.page.size(), "/-/tree/");
    return folder;
  }
  return {};
}

std::string generated_name(const LocationRef& location) {
  return "generated-" + sha1_hex(location.text());
}

}  // namespace gp::catalog
