#include "engine/helm/archive.hpp"

#include <zlib.h>

#include <cstring>

namespace gp::helm {
namespace {

constexpr std::size_t kBlock = 512;

// Decompresses as much as is asked for.
class Gunzip {
 public:
  explicit Gunzip(std::string_view bytes) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    is_open_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK;
  }
  ~Gunzip() {
    if (is_open_) inflateEnd(&stream_);
  }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  // Fewer bytes than asked for at the end of the stream.
  Result<std::string> read(std::size_t count) {
    std::string out(count, '\0');
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(count);
    while (stream_.avail_out > 0 && !ended_) {
      const int code = is_open_ ? inflate(&stream_, Z_NO_FLUSH) : Z_MEM_ERROR;
      if (code == Z_STREAM_END) {
        // Several streams may follow each other (RFC 1952, 2.2).
        ended_ = stream_.avail_in == 0 || inflateReset(&stream_) != Z_OK;
      } else if (code == Z_BUF_ERROR ||
                 (code == Z_OK && stream_.avail_in == 0 && stream_.avail_out > 0)) {
        return fail(invalid_argument("unexpected EOF"));
      } else if (code != Z_OK) {
        return fail(invalid_argument("gzip: invalid header"));
      }
    }
    out.resize(count - stream_.avail_out);
    return out;
  }

 private:
  z_stream stream_ = {};
  bool is_open_ = false;
  bool ended_ = false;
};

std::string text_field(std::string_view header, std::size_t at, std::size_t size) {
  const std::string_view field = header.substr(at, size);
  return std::string(field.substr(0, field.find('\0')));
}

// Octal digits, or GNU's base 256 for what those cannot say.
std::optional<std::uint64_t> number_field(std::string_view header, std::size_t at,
                                          std::size_t size) {
  std::string_view field = header.substr(at, size);
  std::uint64_t number = 0;
  if (static_cast<unsigned char>(field[0]) & 0x80U) {
    for (std::size_t i = 1; i < field.size(); ++i) {
      if (number >> 55U) return std::nullopt;
      number = number << 8U | static_cast<unsigned char>(field[i]);
    }
    return number;
  }
  while (field.starts_with(' ')) field.remove_prefix(1);
  for (const char c : field) {
    if (c == ' ' || c == '\0') break;
    if (c < '0' || c > '7') return std::nullopt;
    number = number * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

bool checksum_fits(std::string_view header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i)
    sum += i >= 148 && i < 156 ? std::uint64_t{' '} : static_cast<unsigned char>(header[i]);
  return number_field(header, 148, 8) == sum;
}

// "30 path=some/name\n" of a pax header.
std::string pax_path(std::string_view records) {
  std::string path;
  while (!records.empty()) {
    const std::size_t end = records.find('\n');
    const std::string_view record = records.substr(0, end);
    const std::size_t key = record.find(' ');
    if (key != std::string_view::npos && record.substr(key + 1).starts_with("path="))
      path = record.substr(key + 6);
    if (end == std::string_view::npos) break;
    records.remove_prefix(end + 1);
  }
  return path;
}

// The name below the chart's folder, cleaned as Go's path.Clean does.
Result<std::string> name_in_chart(const std::string& full) {
  const char separator = full.contains('\\') ? '\\' : '/';
  std::string name = full;
  std::ranges::replace(name, separator, '/');
  const std::size_t slash = name.find('/');
  if (name.substr(0, slash) == "Chart.yaml")
    return fail(invalid_argument("chart yaml not in base directory"));
  name.erase(0, slash == std::string::npos ? name.size() : slash + 1);
  if (name.starts_with('/'))
    return fail(invalid_argument("chart illegally contains absolute paths"));
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at <= name.size()) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string clean;
  for (const std::string& part : parts) clean += (clean.empty() ? "" : "/") + part;
  if (clean.empty()) {
    return fail(invalid_argument(
        "chart illegally contains content outside the base directory: \"{}\"", full));
  }
  if (clean.starts_with(".."))
    return fail(invalid_argument("chart illegally references parent directory"));
  const bool is_drive = clean.size() > 2 && clean[1] == ':' && clean[2] == '/';
  if (is_drive || clean.contains('\0'))
    return fail(invalid_argument("chart contains illegally named files"));
  return clean;
}

class TarReader {
 public:
  TarReader(std::string_view bytes, const LoadLimits& limits)
      : in_(bytes), limits_(limits), remaining_(limits.bytes_max) {}

  Result<std::vector<File>> read() {
    while (true) {
      const std::string header = TRY(in_.read(kBlock));
      if (header.size() < kBlock) break;
      if (header.find_first_not_of('\0') == std::string::npos) break;
      if (!checksum_fits(header)) return fail(invalid_argument("archive/tar: invalid tar header"));
      TRY(read_entry(header));
    }
    if (files_.empty()) return fail(invalid_argument("no files in chart archive"));
    return std::move(files_);
  }

 private:
  Result<void> read_entry(const std::string& header) {
    const auto size = number_field(header, 124, 12);
    if (!size) return fail(invalid_argument("archive/tar: invalid tar header"));
    const char type = header[156];
    const bool has_data = type == '\0' || type == '0' || type == '7' || type == 'x' ||
                          type == 'g' || type == 'L' || type == 'K';
    const std::string name = std::exchange(long_name_, {});
    const std::string full = name.empty() ? header_name(header) : name;
    if (++entries_ > limits_.files_max)
      return fail(too_large("the archive has more than {} entries", limits_.files_max));
    if (*size > remaining_) {
      return fail(
          too_large("decompressed chart is larger than the maximum size {}", limits_.bytes_max));
    }
    if (*size > limits_.file_bytes_max) {
      return fail(
          too_large("decompressed chart file \"{}\" is larger than the maximum file size {}", full,
                    limits_.file_bytes_max));
    }
    std::string data;
    if (has_data) data = TRY(read_data(*size));
    remaining_ -= data.size();
    if (type == 'L') long_name_ = data.c_str();  // ends with a zero byte
    if (type == 'x') long_name_ = pax_path(data);
    const bool is_file = type == '\0' || type == '0' || type == '7';
    if (!is_file || full.ends_with('/')) return {};
    if (data.starts_with("\xEF\xBB\xBF")) data.erase(0, 3);
    std::string clean = TRY(name_in_chart(full));
    files_.push_back({std::move(clean), std::move(data)});
    return {};
  }

  Result<std::string> read_data(std::size_t size) {
    std::string data = TRY(in_.read((size + kBlock - 1) / kBlock * kBlock));
    if (data.size() < size) return fail(invalid_argument("unexpected EOF"));
    data.resize(size);
    return data;
  }

  static std::string header_name(const std::string& header) {
    const std::string name = text_field(header, 0, 100);
    const bool is_ustar = header.compare(257, 6, std::string("ustar\0", 6)) == 0;
    const std::string prefix = is_ustar ? text_field(header, 345, 155) : std::string();
    return prefix.empty() ? name : prefix + "/" + name;
  }

  Gunzip in_;
  const LoadLimits limits_;
  std::size_t remaining_;
  std::size_t entries_ = 0;
  std::string long_name_;
  std::vector<File> files_;
};

}  // namespace

Result<std::vector<File>> read_archive(std::string_view bytes, const LoadLimits& limits) {
  return TarReader(bytes, limits).read();
}

Result<std::shared_ptr<const Chart>> load_archive(std::string_view bytes,
                                                  const LoadLimits& limits) {
  std::vector<File> files = TRY(read_archive(bytes, limits));
  return load_chart(std::move(files), limits);
}

}  // namespace gp::helm
