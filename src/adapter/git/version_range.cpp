#include "adapter/git/version_range.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace gp::git {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// Identifier by identifier, as the specification orders them (§11.4).
std::strong_ordering compare_prereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  const auto left = split(a, '.'), right = split(b, '.');
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const auto x = number(left[i]), y = number(right[i]);
    if (x && y && *x != *y) return *x <=> *y;
    if (x.has_value() != y.has_value()) return y.has_value() <=> x.has_value();
    if (left[i] != right[i]) return left[i] <=> right[i];
  }
  return left.size() <=> right.size();
}

bool is_wild(std::string_view part) {
  return part == "*" || part == "x" || part == "X";
}

// A version with its last parts left open: "1", "1.x", "1.2.*".
struct Partial {
  Version version;
  int parts = 0;  // that are given

  static std::optional<Partial> parse(std::string_view text) {
    if (text.starts_with('v')) text.remove_prefix(1);
    Partial partial;
    const std::size_t dash = text.find_first_of("-+");
    if (dash != std::string_view::npos && text[dash] == '-')
      partial.version.prerelease = text.substr(dash + 1, text.find('+', dash) - dash - 1);
    const auto parts = split(text.substr(0, dash), '.');
    if (parts.empty() || parts.size() > 3) return std::nullopt;
    std::int64_t* const slots[] = {&partial.version.major, &partial.version.minor,
                                   &partial.version.patch};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (is_wild(parts[i])) return partial;
      const auto value = number(parts[i]);
      if (!value) return std::nullopt;
      *slots[i] = *value;
      ++partial.parts;
    }
    return partial;
  }

  // The first version behind all that it stands for.
  Version end(int fixed) const {
    if (fixed <= 1) return {version.major + 1, 0, 0, {}};
    if (fixed == 2) return {version.major, version.minor + 1, 0, {}};
    return {version.major, version.minor, version.patch + 1, {}};
  }
};

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  const auto partial = Partial::parse(text);
  if (!partial || partial->parts == 0) return std::nullopt;
  return partial->version;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (const auto order = major <=> other.major; order != 0) return order;
  if (const auto order = minor <=> other.minor; order != 0) return order;
  if (const auto order = patch <=> other.patch; order != 0) return order;
  return compare_prereleases(prerelease, other.prerelease);
}

bool VersionRange::Bound::fits(const Version& tested) const {
  switch (kind) {
    case Kind::Less: return tested < version;
    case Kind::LessEqual: return tested <= version;
    case Kind::Greater: return tested > version;
    case Kind::GreaterEqual: return tested >= version;
    case Kind::Equal: return tested == version;
    case Kind::NotEqual: return tested != version;
  }
  return false;
}

bool VersionRange::add(std::string_view word, All& bounds) {
  using Kind = Bound::Kind;
  const std::size_t digits = std::min(word.find_first_not_of("<>=!^~"), word.size());
  const std::string_view sign = word.substr(0, digits);
  const auto partial = Partial::parse(word.substr(digits));
  if (!partial) return false;
  const Version& from = partial->version;
  const int parts = partial->parts;
  const auto between = [&](const Version& end) {
    bounds.push_back({Kind::GreaterEqual, from});
    bounds.push_back({Kind::Less, end});
  };
  if (parts == 0) {
    bounds.push_back({Kind::GreaterEqual, {}});
  } else if (sign == "^") {
    const int fixed = from.major > 0 || parts == 1 ? 1 : from.minor > 0 || parts == 2 ? 2 : 3;
    between(partial->end(fixed));
  } else if (sign == "~") {
    between(partial->end(std::min(parts, 2)));
  } else if (sign.empty() || sign == "=") {
    if (parts < 3) {
      between(partial->end(parts));
    } else {
      bounds.push_back({Kind::Equal, from});
    }
  } else if (sign == "!=") {
    bounds.push_back({Kind::NotEqual, from});
  } else if (sign == ">") {
    if (parts < 3) {
      bounds.push_back({Kind::GreaterEqual, partial->end(parts)});
    } else {
      bounds.push_back({Kind::Greater, from});
    }
  } else if (sign == ">=") {
    bounds.push_back({Kind::GreaterEqual, from});
  } else if (sign == "<") {
    bounds.push_back({Kind::Less, from});
  } else if (sign == "<=") {
    if (parts < 3) {
      bounds.push_back({Kind::Less, partial->end(parts)});
    } else {
      bounds.push_back({Kind::LessEqual, from});
    }
  } else {
    return false;
  }
  return true;
}

std::optional<VersionRange> VersionRange::parse(std::string_view text) {
  const bool looks_like_a_range = text.find_first_of("<>=!^~*") != std::string_view::npos ||
                                  text.ends_with(".x") || text.ends_with(".X");
  if (!looks_like_a_range) return std::nullopt;
  VersionRange range;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find("||", from), text.size());
    std::string alternative(text.substr(from, to - from));
    std::ranges::replace(alternative, ',', ' ');
    All bounds;
    std::string sign;  // ">= 1.2": a sign may stand apart
    for (const std::string_view word : split_words(alternative)) {
      const bool is_sign = word.find_first_not_of("<>=!^~") == std::string_view::npos;
      if (is_sign) {
        sign = word;
        continue;
      }
      if (!add(sign + std::string(word), bounds)) return std::nullopt;
      sign.clear();
    }
    if (bounds.empty()) return std::nullopt;
    range.alternatives_.push_back(std::move(bounds));
    from = to + 2;
  }
  return range;
}

// A prerelease is meant only where the range itself names one.
bool VersionRange::includes(const Version& version) const {
  for (const All& bounds : alternatives_) {
    const bool names_one = std::ranges::any_of(
        bounds, [](const Bound& bound) { return !bound.version.prerelease.empty(); });
    if (!version.prerelease.empty() && !names_one) continue;
    if (std::ranges::all_of(bounds, [&](const Bound& bound) { return bound.fits(version); }))
      return true;
  }
  return false;
}

std::string VersionRange::best_of(const std::vector<std::string>& tags) const {
  std::optional<Version> best;
  std::string name;
  for (const std::string& tag : tags) {
    const auto version = Version::parse(tag);
    if (!version || !includes(*version) || (best && *version <= *best)) continue;
    best = version;
    name = tag;
  }
  return name;
}

}  // namespace gp::git
