#include "feature/workloads/time_zone.hpp"

#include "adapter/files/files.hpp"

namespace gp::workloads {
namespace {

constexpr std::size_t kFileBytesMax = 1U << 20U;
constexpr std::size_t kHeaderBytes = 44;

// Big-endian numbers of a TZif file (RFC 8536); reads past the end are zero.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  std::int64_t number(std::size_t at, std::size_t size) const {
    if (at + size > bytes_.size()) return 0;
    std::uint64_t value = (static_cast<unsigned char>(bytes_[at]) & 0x80U) != 0 ? ~0ULL : 0;
    for (std::size_t i = 0; i < size; ++i) {
      value = value << 8U | static_cast<unsigned char>(bytes_[at + i]);
    }
    return static_cast<std::int64_t>(value);
  }
  std::size_t count(std::size_t at) const { return static_cast<std::size_t>(number(at, 4)); }

 private:
  std::string_view bytes_;
};

struct Layout {
  std::size_t begin = 0, times = 0, types = 0, end = 0;
};

// Of one of the file's two blocks, which begins at `begin` and has times of `time_bytes`.
Layout layout_of(const Bytes& bytes, std::size_t begin, std::size_t time_bytes) {
  Layout layout;
  layout.begin = begin + kHeaderBytes;
  layout.times = bytes.count(begin + 32);
  layout.types = bytes.count(begin + 36);
  layout.end = layout.begin + layout.times * (time_bytes + 1) + layout.types * 6 +
               bytes.count(begin + 40) + bytes.count(begin + 28) * (time_bytes + 4) +
               bytes.count(begin + 24) + bytes.count(begin + 20);
  return layout;
}

// Howard Hinnant's algorithms.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

CivilTime civil_from(std::int64_t seconds) {
  std::int64_t days = seconds / 86'400 - (seconds % 86'400 < 0 ? 1 : 0);
  const std::int64_t rest = seconds - days * 86'400;
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t of_era = days - era * 146'097;
  const std::int64_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t shifted = (5 * of_year + 2) / 153;
  const std::int64_t month = shifted + (shifted < 10 ? 3 : -9);
  CivilTime time;
  time.year = static_cast<int>(year + era * 400 + (month <= 2 ? 1 : 0));
  time.month = static_cast<int>(month);
  time.day = static_cast<int>(of_year - (153 * shifted + 2) / 5 + 1);
  time.hour = static_cast<int>(rest / 3600);
  time.minute = static_cast<int>(rest % 3600 / 60);
  return time;
}

std::int64_t seconds_of(const CivilTime& time) {
  return days_from_civil(time.year, time.month, time.day) * 86'400 + time.hour * 3600 +
         time.minute * 60;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && !name.starts_with('/') && name.find("..") == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '/' || c == '_' || c == '-' || c == '+';
         });
}

}  // namespace

int CivilTime::weekday() const {
  const std::int64_t days = days_from_civil(year, month, day) + 4;  // 1970 began on a Thursday
  return static_cast<int>((days % 7 + 7) % 7);
}

Result<TimeZone> TimeZone::load(std::string_view name, const std::string& folder) {
  TimeZone zone;
  if (name == "UTC" || name == "Etc/UTC") return zone;
  const auto unknown = [&] {
    return not_found("unknown time zone {}", name)
        .with_hint("use a name of the tz database, such as Europe/Berlin, and install tzdata");
  };
  if (!is_plain_name(name)) return fail(unknown());
  const auto text = files::read_file(fmt::format("{}/{}", folder, name), kFileBytesMax);
  if (!text || !text->starts_with("TZif") || text->size() < 2 * kHeaderBytes)
    return fail(unknown());

  const Bytes bytes(*text);
  const bool has_long_times = (*text)[4] >= '2';
  const std::size_t size = has_long_times ? 8 : 4;
  const Layout layout = layout_of(bytes, has_long_times ? layout_of(bytes, 0, 4).end : 0, size);
  if (layout.times > 10'000 || layout.types > 256) return fail(unknown());
  const std::size_t kinds = layout.begin + layout.times * size;
  const auto offset = [&](std::size_t type) {
    return bytes.number(kinds + layout.times + type * 6, 4);
  };
  zone.first_offset_ = offset(0);
  for (std::size_t i = 0; i < layout.times; ++i) {
    const auto type = static_cast<std::size_t>(bytes.number(kinds + i, 1) & 0xff);
    zone.changes_.push_back({bytes.number(layout.begin + i * size, size), offset(type)});
  }
  return zone;
}

std::int64_t TimeZone::offset_at(std::int64_t seconds) const {
  const auto after = std::ranges::upper_bound(changes_, seconds, {}, &Change::at);
  return after == changes_.begin() ? first_offset_ : std::prev(after)->offset;
}

CivilTime TimeZone::civil(TimePoint time) const {
  const std::int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  return civil_from(seconds + offset_at(seconds));
}

TimePoint TimeZone::moment(const CivilTime& time) const {
  const std::int64_t local = seconds_of(time);
  // The offset before and after any change nearby: the earlier moment that shows this time.
  constexpr std::int64_t kDay = 86'400;
  for (const std::int64_t offset : {offset_at(local - kDay), offset_at(local + kDay)}) {
    const std::int64_t seconds = local - offset;
    if (seconds + offset_at(seconds) == local) return TimePoint(std::chrono::seconds(seconds));
  }
  // Skipped: the first moment after the gap is the change itself.
  const auto change =
      std::ranges::lower_bound(changes_, local - offset_at(local + kDay), {}, &Change::at);
  const std::int64_t seconds = change == changes_.end() ? local - offset_at(local) : change->at;
  return TimePoint(std::chrono::seconds(seconds));
}

}  // namespace gp::workloads
