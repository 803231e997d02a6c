#include "engine/sprig/semver.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <charconv>

#include "base/text.hpp"

namespace gp::sprig {
namespace {

const RE2& version_pattern() {
  static const RE2 pattern(
      R"(v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?)"
      R"((\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?)");
  return pattern;
}

Result<std::uint64_t> parse_segment(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  std::uint64_t number = 0;
  if (text.empty()) return number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return fail(invalid_argument(
      "Error parsing version segment: strconv.ParseUint: parsing \"{}\": value out of range",
      text));
}

bool is_number(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<void> check_prerelease(std::string_view prerelease) {
  for (const std::string_view part : split(prerelease, '.'))
    if (is_number(part) && part.size() > 1 && part[0] == '0')
      return fail(invalid_argument("Version segment starts with 0"));
  return {};
}

int sign_of(bool less, bool greater) {
  return less ? -1 : greater ? 1 : 0;
}

template <typename T>
int compare_parts(const T& a, const T& b) {
  return sign_of(a<b, a> b);
}

// A part that is missing is less than any; numbers are less than words.
int compare_prerelease_part(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  if (a.empty() || b.empty()) return a.empty() ? -1 : 1;
  std::uint64_t number_a = 0;
  std::uint64_t number_b = 0;
  const auto reads = [](std::string_view text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
  };
  const bool a_counts = reads(a, number_a);
  const bool b_counts = reads(b, number_b);
  if (a_counts && b_counts) return compare_parts(number_a, number_b);
  if (a_counts != b_counts) return a_counts ? -1 : 1;
  return compare_parts(a, b);
}

int compare_prerelease(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  if (a.empty() || b.empty()) return a.empty() ? 1 : -1;
  const auto parts_a = split(a, '.');
  const auto parts_b = split(b, '.');
  for (std::size_t i = 0; i < std::max(parts_a.size(), parts_b.size()); ++i) {
    const int order = compare_prerelease_part(i < parts_a.size() ? parts_a[i] : "",
                                              i < parts_b.size() ? parts_b[i] : "");
    if (order != 0) return order;
  }
  return 0;
}

}  // namespace

Result<Version> Version::parse(std::string_view text) {
  std::string major, minor, patch, dash, prerelease, inner, plus, metadata;
  if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), version_pattern(), &major, &minor,
                      &patch, &dash, &prerelease, &inner, &plus, &metadata))
    return fail(invalid_argument("Invalid Semantic Version"));
  Version version;
  version.major = TRY(parse_segment(major));
  version.minor = TRY(parse_segment(minor));
  version.patch = TRY(parse_segment(patch));
  TRY(check_prerelease(prerelease));
  version.prerelease = std::move(prerelease);
  version.metadata = std::move(metadata);
  version.original = text;
  return version;
}

std::string Version::text() const {
  std::string out = fmt::format("{}.{}.{}", major, minor, patch);
  if (!prerelease.empty()) out.append("-").append(prerelease);
  if (!metadata.empty()) out.append("+").append(metadata);
  return out;
}

int compare(const Version& a, const Version& b) {
  if (const int order = compare_parts(a.major, b.major); order != 0) return order;
  if (const int order = compare_parts(a.minor, b.minor); order != 0) return order;
  if (const int order = compare_parts(a.patch, b.patch); order != 0) return order;
  return compare_prerelease(a.prerelease, b.prerelease);
}

}  // namespace gp::sprig
