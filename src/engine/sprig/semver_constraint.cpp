// Constraints on versions: how they read and when they hold.

#include <fmt/format.h>
#include <re2/re2.h>

#include "engine/sprig/semver.hpp"
#include "engine/sprig/strings.hpp"

namespace gp::sprig {
namespace {

using Comparison = VersionConstraint::Comparison;

constexpr std::string_view kOperations = R"(!=|>=|=>|<=|=<|~>|=|>|<|~|\^|)";
constexpr std::string_view kVersion =
    R"(v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?)"
    R"((\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?)";

struct Patterns {
  const RE2 one{fmt::format(R"(\s*({})\s*({})\s*)", kOperations, kVersion)};
  const RE2 valid{fmt::format(R"((\s*(?:{0})\s*(?:{1})\s*)((?:\s+|,\s*)(?:{0})\s*(?:{1})\s*)*)",
                              kOperations, kVersion)};
  const RE2 find{fmt::format(R"(((?:{})\s*(?:{})))", kOperations, kVersion)};
  const RE2 range{fmt::format(R"(\s*({0})\s+-\s+({0})\s*)", kVersion)};
};

const Patterns& patterns() {
  static const Patterns made;
  return made;
}

re2::StringPiece piece_of(std::string_view text) {
  return {text.data(), text.size()};
}

// "1.2 - 1.4" is ">= 1.2, <= 1.4".
std::string with_ranges_rewritten(std::string_view text) {
  constexpr int kUpperGroup = 11;  // behind the lower version and its nine groups
  std::string out;
  std::size_t at = 0;
  std::vector<re2::StringPiece> groups(kUpperGroup + 1);
  while (patterns().range.Match(piece_of(text), at, text.size(), RE2::UNANCHORED, groups.data(),
                                kUpperGroup + 1)) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    out.append(text.substr(at, begin - at));
    out.append(
        fmt::format(">= {}, <= {} ", groups[1].as_string(), groups[kUpperGroup].as_string()));
    at = begin + groups[0].size();
  }
  return out.append(text.substr(at));
}

bool is_wildcard(std::string_view part) {
  if (part.starts_with('.')) part.remove_prefix(1);
  return part.empty() || part == "x" || part == "X" || part == "*";
}

Result<Comparison> parse_comparison(std::string_view text) {
  std::string operation, version, major, minor, patch, prerelease;
  if (!RE2::FullMatch(piece_of(text), patterns().one, &operation, &version, &major, &minor, &patch,
                      &prerelease))
    return fail(invalid_argument("improper constraint: {}", text));
  Comparison comparison;
  if (is_wildcard(major)) {
    version = "0.0.0" + prerelease;
    comparison.dirty = true;
  } else if (is_wildcard(minor)) {
    version = major + ".0.0" + prerelease;
    comparison.dirty = comparison.minor_dirty = true;
  } else if (is_wildcard(patch)) {
    version = major + minor + ".0" + prerelease;
    comparison.dirty = comparison.patch_dirty = true;
  }
  auto parsed = Version::parse(version);
  if (!parsed) return fail(invalid_argument("constraint Parser Error"));
  comparison.operation = std::move(operation);
  comparison.version = *std::move(parsed);
  return comparison;
}

bool not_equal(const Version& version, const Comparison& bound) {
  const Version& wanted = bound.version;
  if (bound.dirty) {
    if (wanted.major != version.major) return true;
    if (wanted.minor != version.minor && !bound.minor_dirty) return true;
    if (bound.minor_dirty) return false;
    if (wanted.patch != version.patch && !bound.patch_dirty) return true;
    if (bound.patch_dirty) return version.prerelease != wanted.prerelease;
  }
  return compare(version, wanted) != 0;
}

// >11 wants 12, as 11.1 is still an 11.
bool greater(const Version& version, const Comparison& bound) {
  const Version& wanted = bound.version;
  if (bound.dirty) {
    if (version.major != wanted.major) return version.major > wanted.major;
    if (bound.minor_dirty) return false;
    if (bound.patch_dirty) return version.minor > wanted.minor;
  }
  return compare(version, wanted) > 0;
}

bool less_or_equal(const Version& version, const Comparison& bound) {
  const Version& wanted = bound.version;
  if (!bound.dirty) return compare(version, wanted) <= 0;
  if (version.major > wanted.major) return false;
  return version.major != wanted.major || version.minor <= wanted.minor || bound.minor_dirty;
}

bool within_tilde(const Version& version, const Comparison& bound) {
  const Version& wanted = bound.version;
  if (compare(version, wanted) < 0) return false;
  const bool is_zero = wanted.major == 0 && wanted.minor == 0 && wanted.patch == 0;
  if (is_zero && !bound.minor_dirty && !bound.patch_dirty) return true;
  if (version.major != wanted.major) return false;
  return version.minor == wanted.minor || bound.minor_dirty;
}

// The first part that is not zero stays.
bool within_caret(const Version& version, const Comparison& bound) {
  const Version& wanted = bound.version;
  if (compare(version, wanted) < 0) return false;
  if (wanted.major > 0 || bound.minor_dirty) return version.major == wanted.major;
  if (version.major > 0) return false;
  if (wanted.minor > 0 || bound.patch_dirty) return version.minor == wanted.minor;
  return version.minor == 0 && version.patch == wanted.patch;
}

bool holds(const Version& version, const Comparison& bound) {
  const std::string& operation = bound.operation;
  // A pre-release satisfies only who asks for pre-releases; a full "!=" apart.
  const bool is_unwanted = !version.prerelease.empty() && bound.version.prerelease.empty();
  if (is_unwanted && (operation != "!=" || bound.dirty)) return false;
  if (operation == "!=") return not_equal(version, bound);
  if (operation == ">") return greater(version, bound);
  if (operation == "<") return compare(version, bound.version) < 0;
  if (operation == ">=" || operation == "=>") return compare(version, bound.version) >= 0;
  if (operation == "<=" || operation == "=<") return less_or_equal(version, bound);
  if (operation == "~" || operation == "~>") return within_tilde(version, bound);
  if (operation == "^") return within_caret(version, bound);
  return bound.dirty ? within_tilde(version, bound) : compare(version, bound.version) == 0;
}

}  // namespace

Result<VersionConstraint> VersionConstraint::parse(std::string_view text) {
  VersionConstraint constraint;
  const std::string rewritten = with_ranges_rewritten(text);
  for (const std::string_view alternative : split_text(rewritten, "||", -1)) {
    if (!RE2::FullMatch(piece_of(alternative), patterns().valid))
      return fail(invalid_argument("improper constraint: {}", alternative));
    auto& comparisons = constraint.alternatives_.emplace_back();
    re2::StringPiece rest = piece_of(alternative);
    std::string found;
    while (RE2::FindAndConsume(&rest, patterns().find, &found)) {
      Comparison comparison = TRY(parse_comparison(found));
      comparisons.push_back(std::move(comparison));
    }
  }
  return constraint;
}

bool VersionConstraint::allows(const Version& version) const {
  return std::ranges::any_of(alternatives_, [&version](const auto& comparisons) {
    return std::ranges::all_of(comparisons, [&version](const Comparison& comparison) {
      return holds(version, comparison);
    });
  });
}

}  // namespace gp::sprig
