#include "adapter/files/glob.hpp"

#include "adapter/files/files.hpp"

namespace gp::files {
namespace {

constexpr std::size_t kAlternativesMax = 1000;

using Names = std::vector<std::string_view>;

Names split(std::string_view path) {
  Names names;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    if (!name.empty() && name != ".") names.push_back(name);
    if (slash == std::string_view::npos) return names;
    path.remove_prefix(slash + 1);
  }
}

// One "[a-z]" at the front of `pattern`. False if there is none (an open bracket is just that).
bool matches_class(std::string_view& pattern, char c, bool& matched) {
  const std::size_t close = pattern.find(']', 2);
  if (close == std::string_view::npos) return false;
  std::string_view inside = pattern.substr(1, close - 1);
  const bool negated = inside.starts_with('!') || inside.starts_with('^');
  if (negated) inside.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (i + 2 < inside.size() && inside[i + 1] == '-') {
      found = found || (inside[i] <= c && c <= inside[i + 2]);
      i += 2;
    } else {
      found = found || inside[i] == c;
    }
  }
  matched = found != negated;
  pattern.remove_prefix(close + 1);
  return true;
}

// One name; linear, as only the last star is ever gone back to.
bool matches_name(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  std::string_view star_pattern;
  std::string_view star_name;
  bool has_star = false;
  while (!name.empty()) {
    std::string_view rest = pattern;
    bool step = false;
    if (rest.starts_with('*')) {
      has_star = true;
      star_pattern = pattern = rest.substr(1);
      star_name = name;
      continue;
    }
    if (rest.starts_with('?')) {
      step = true;
      rest.remove_prefix(1);
    } else if (rest.starts_with('[') && matches_class(rest, name[0], step)) {
      // `rest` is behind the class and `step` says whether it matched
    } else if (rest.size() > 1 && rest[0] == '\\') {
      step = rest[1] == name[0];
      rest.remove_prefix(2);
    } else if (!rest.empty()) {
      step = rest[0] == name[0];
      rest.remove_prefix(1);
    }
    if (step) {
      pattern = rest;
      name.remove_prefix(1);
    } else if (has_star) {
      star_name.remove_prefix(1);
      name = star_name;
      pattern = star_pattern;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*') == std::string_view::npos;
}

bool matches_names(std::span<const std::string_view> pattern,
                   std::span<const std::string_view> path) {
  // reached[i]: the pattern so far can have consumed i names of the path.
  std::vector<bool> reached(path.size() + 1, false);
  reached[0] = true;
  for (const std::string_view part : pattern) {
    std::vector<bool> next(path.size() + 1, false);
    for (std::size_t i = 0; i <= path.size(); ++i) {
      if (!reached[i]) continue;
      if (part != "**") {
        if (i < path.size() && matches_name(part, path[i])) next[i + 1] = true;
        continue;
      }
      next[i] = true;
      for (std::size_t k = i; k < path.size() && !path[k].starts_with('.'); ++k) next[k + 1] = true;
    }
    reached = std::move(next);
  }
  return reached[path.size()];
}

// "a{b,c{d,e}}" becomes "ab", "acd", "ace". False when there are too many.
bool expand_braces(std::string_view pattern, std::vector<std::string>& out) {
  std::size_t open = std::string_view::npos;
  std::size_t depth = 0;
  std::vector<std::size_t> cuts;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '{') {
      if (depth++ == 0) open = i;
    } else if (pattern[i] == ',' && depth == 1) {
      cuts.push_back(i);
    } else if (pattern[i] == '}' && depth > 0 && --depth == 0) {
      if (cuts.empty()) {  // "{a}" is just that
        open = std::string_view::npos;
        continue;
      }
      cuts.push_back(i);
      std::size_t from = open + 1;
      for (const std::size_t cut : cuts) {
        const auto choice = pattern.substr(from, cut - from);
        if (!expand_braces(
                fmt::format("{}{}{}", pattern.substr(0, open), choice, pattern.substr(i + 1)), out))
          return false;
        from = cut + 1;
      }
      return true;
    }
  }
  out.emplace_back(pattern);
  return out.size() <= kAlternativesMax;
}

Result<std::vector<std::string>> alternatives_of(std::string_view pattern) {
  std::vector<std::string> alternatives;
  if (pattern.size() > 4096 || !expand_braces(pattern, alternatives)) {
    return fail(too_large("glob pattern \"{}\" has more than {} alternatives",
                          pattern.substr(0, 100), kAlternativesMax));
  }
  return alternatives;
}

class Walker {
 public:
  Walker(const std::string& root, const GlobLimits& limits) : root_(root), limits_(limits) {}

  Result<> walk(std::span<const std::string_view> pattern, const std::string& folder) {
    if (pattern.empty()) return {};
    const std::string_view part = pattern.front();
    const bool is_last = pattern.size() == 1;
    if (part == "**") TRY(walk(pattern.subspan(1), folder));  // no folder at all
    auto entries = list_directory(folder.empty() ? root_ : root_ + "/" + folder);
    if (!entries) {
      // A folder that goes away or is closed to us has no matches; only the root must be readable.
      if (folder.empty()) return fail(std::move(entries).error());
      return {};
    }
    for (const Entry& entry : *entries) {
      if (++seen_ > limits_.entries_max)
        return fail(too_large("more than {} files and folders to look at", limits_.entries_max));
      const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
      if (part == "**") {
        const bool hidden = entry.name.starts_with('.');
        if (entry.type == EntryType::Directory && !hidden) TRY(walk(pattern, path));
        if (is_last && !hidden) TRY(add_if_file(entry, path));
      } else if (matches_name(part, entry.name)) {
        if (is_last) {
          TRY(add_if_file(entry, path));
        } else if (entry.type == EntryType::Directory || is_directory(root_ + "/" + path)) {
          TRY(walk(pattern.subspan(1), path));
        }
      }
    }
    return {};
  }

  std::set<std::string> take() { return std::move(found_); }

 private:
  Result<> add_if_file(const Entry& entry, const std::string& path) {
    const bool is_file = entry.type == EntryType::File ||
                         (entry.type == EntryType::Symlink && exists(root_ + "/" + path) &&
                          !is_directory(root_ + "/" + path));
    if (is_file) found_.insert(path);
    if (found_.size() <= limits_.matches_max) return {};
    return fail(too_large("more than {} files match", limits_.matches_max));
  }

  const std::string& root_;
  const GlobLimits& limits_;
  std::size_t seen_ = 0;
  std::set<std::string> found_;
};

}  // namespace

bool is_glob(std::string_view pattern) {
  return pattern.find_first_of("*?[{") != std::string_view::npos;
}

bool matches_glob(std::string_view pattern, std::string_view path) {
  const auto alternatives = alternatives_of(pattern);
  if (!alternatives) return false;
  const Names names = split(path);
  return std::ranges::any_of(*alternatives, [&](const std::string& alternative) {
    return matches_names(split(alternative), names);
  });
}

Result<std::vector<std::string>> glob(const std::string& root, std::string_view pattern,
                                      const GlobLimits& limits) {
  const auto alternatives = TRY(alternatives_of(pattern));
  Walker walker(root, limits);
  for (const std::string& alternative : alternatives) {
    const Names names = split(alternative);
    if (alternative.starts_with('/') || std::ranges::find(names, "..") != names.end()) {
      return fail(forbidden("glob pattern \"{}\" leads out of \"{}\"", pattern, root));
    }
    TRY(walker.walk(names, ""));
  }
  const auto found = walker.take();
  return std::vector<std::string>(found.begin(), found.end());
}

}  // namespace gp::files
