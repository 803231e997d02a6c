#include "engine/sprig/zone.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>

namespace gp::sprig {
namespace {

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t number = bytes.empty() || (static_cast<unsigned char>(bytes[0]) & 0x80U) == 0
                             ? 0
                             : std::numeric_limits<std::uint64_t>::max();
  for (const char c : bytes) number = number << 8U | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(number);
}

// The counts of a TZif header, and where its data begin.
struct Header {
  std::size_t is_ut = 0, is_standard = 0, leaps = 0, times = 0, types = 0, letters = 0;
  bool is_wide = false;

  static constexpr std::size_t kSize = 44;

  static Result<Header> read(std::string_view bytes) {
    if (bytes.size() < kSize || !bytes.starts_with("TZif"))
      return fail(invalid_argument("malformed time zone information"));
    const auto count = [bytes](std::size_t index) {
      return static_cast<std::size_t>(big_endian(bytes.substr(20 + index * 4, 4)));
    };
    Header header{count(0), count(1), count(2), count(3), count(4), count(5), bytes[4] >= '2'};
    for (const std::size_t number : {header.is_ut, header.is_standard, header.leaps, header.times,
                                     header.types, header.letters})
      if (number > 100'000) return fail(invalid_argument("malformed time zone information"));
    return header;
  }

  std::size_t data_size(std::size_t time_size) const {
    return times * (time_size + 1) + types * 6 + letters + leaps * (time_size + 4) + is_standard +
           is_ut;
  }
};

bool is_zone_name(std::string_view name) {
  return !name.empty() && name.size() < 100 && name[0] != '/' && name[0] != '\\' &&
         !name.contains("..") && !name.contains('\0');
}

}  // namespace

std::shared_ptr<const Zone> Zone::utc() {
  static const std::shared_ptr<const Zone> zone = fixed({});
  return zone;
}

std::shared_ptr<const Zone> Zone::fixed(Offset offset) {
  auto zone = std::make_shared<Zone>();
  zone->offsets_.push_back(std::move(offset));
  return zone;
}

Result<std::shared_ptr<const Zone>> Zone::parse(std::string_view bytes) {
  Header header = TRY(Header::read(bytes));
  std::size_t time_size = 4;
  std::size_t at = Header::kSize;
  if (header.is_wide) {  // the same again with times of eight bytes follows
    at += header.data_size(4);
    if (bytes.size() < at) return fail(invalid_argument("malformed time zone information"));
    header = TRY(Header::read(bytes.substr(at)));
    at += Header::kSize;
    time_size = 8;
  }
  if (bytes.size() < at + header.data_size(time_size) || header.types == 0)
    return fail(invalid_argument("malformed time zone information"));
  const std::string_view times = bytes.substr(at, header.times * time_size);
  const std::string_view indices = bytes.substr(at + times.size(), header.times);
  const std::string_view infos = bytes.substr(at + times.size() + indices.size(), header.types * 6);
  const std::string_view letters =
      bytes.substr(at + times.size() + indices.size() + infos.size(), header.letters);

  auto zone = std::make_shared<Zone>();
  for (std::size_t i = 0; i < header.types; ++i) {
    const std::string_view info = infos.substr(i * 6, 6);
    const auto from = static_cast<unsigned char>(info[5]);
    if (from >= letters.size()) return fail(invalid_argument("malformed time zone information"));
    const std::string_view name = letters.substr(from);
    zone->offsets_.push_back(
        {big_endian(info.substr(0, 4)), std::string(name.substr(0, name.find('\0')))});
  }
  for (std::size_t i = 0; i < header.times; ++i) {
    const auto type = static_cast<unsigned char>(indices[i]);
    if (type >= header.types) return fail(invalid_argument("malformed time zone information"));
    zone->transitions_.push_back({big_endian(times.substr(i * time_size, time_size)), type});
  }
  return zone;
}

Result<std::shared_ptr<const Zone>> Zone::load(std::string_view name) {
  if (name.empty() || name == "UTC" || name == "Local") return utc();
  const Error unknown = not_found("unknown time zone {}", name);
  if (!is_zone_name(name)) return fail(unknown);

  static std::mutex mutex;  // guards `known`
  static std::map<std::string, std::shared_ptr<const Zone>, std::less<>> known;
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(name); found != known.end()) return found->second;
  std::ifstream file("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto parsed = parse(bytes);
  if (!parsed) return fail(unknown);
  known.emplace(name, *parsed);
  return *parsed;
}

const Offset& Zone::at(std::int64_t unix_seconds) const {
  const auto after = std::ranges::upper_bound(transitions_, unix_seconds, {}, &Transition::at);
  return after == transitions_.begin() ? offsets_.front() : offsets_[std::prev(after)->offset];
}

// As Go's time.Date: guess with the offset then, and correct it once where the guess falls on the
// other side of a change.
const Offset& Zone::at_local(std::int64_t local_seconds) const {
  const Offset& guess = at(local_seconds);
  const Offset& earlier = at(local_seconds - guess.seconds);
  return earlier;
}

}  // namespace gp::sprig
