#include "engine/sprig/base_text.hpp"

#include <array>
#include <cstdint>

namespace gp::sprig {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::unexpected<Error> corrupt(std::string_view base, std::size_t at) {
  return fail(invalid_argument("illegal {} data at input byte {}", base, at));
}

bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

// Four characters at a time; the last ones may be padding.
class Base64Reader {
 public:
  explicit Base64Reader(std::string_view text) : text_(text) {}

  Result<std::string> run() {
    while (at_ < text_.size()) TRY(read_group());
    return std::move(out_);
  }

 private:
  Result<void> read_group() {
    std::uint32_t bits = 0;
    std::size_t count = 0;
    while (count < 4) {
      if (at_ == text_.size()) {
        if (count == 0) return {};
        return corrupt("base64", at_ - count);
      }
      const char c = text_[at_++];
      const std::size_t digit = kBase64.find(c);
      if (digit != std::string_view::npos) {
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        ++count;
      } else if (c == '=') {
        TRY(read_padding(count));
        put(bits << (6U * (4 - count)), count);
        return {};
      } else if (!is_line_end(c)) {
        return corrupt("base64", at_ - 1);
      }
    }
    put(bits, count);
    return {};
  }

  // The first "=" is read; after two characters a second one must follow, and then nothing.
  Result<void> read_padding(std::size_t count) {
    if (count < 2) return corrupt("base64", at_ - 1);
    if (count == 2) {
      skip_line_ends();
      if (at_ == text_.size()) return corrupt("base64", at_);
      if (text_[at_] != '=') return corrupt("base64", at_ - 1);
      ++at_;
    }
    skip_line_ends();
    if (at_ < text_.size()) return corrupt("base64", at_);
    return {};
  }

  void skip_line_ends() {
    while (at_ < text_.size() && is_line_end(text_[at_])) ++at_;
  }

  void put(std::uint32_t bits, std::size_t count) {
    for (std::size_t i = 0; i + 1 < count; ++i)
      out_.push_back(static_cast<char>(bits >> (16 - 8 * i) & 0xFFU));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

// Eight characters at a time, line ends already gone.
class Base32Reader {
 public:
  explicit Base32Reader(std::string_view text) : text_(text) {}

  Result<std::string> run() {
    bool ended = false;
    while (at_ < text_.size() && !ended) ended = TRY(read_group());
    return std::move(out_);
  }

 private:
  // True after padding.
  Result<bool> read_group() {
    std::uint64_t bits = 0;
    for (std::size_t count = 0; count < 8; ++count) {
      if (at_ == text_.size()) return corrupt("base32", at_ - count);
      const char c = text_[at_++];
      const std::size_t left = text_.size() - at_;
      if (c == '=' && count >= 2 && left < 8) {
        TRY(check_padding(count, left));
        put(bits << (5 * (8 - count)), count * 5 / 8);
        return true;
      }
      const std::size_t digit = kBase32.find(c);
      if (digit == std::string_view::npos) return corrupt("base32", at_ - 1);
      bits = bits << 5U | digit;
    }
    put(bits, 5);
    return false;
  }

  Result<void> check_padding(std::size_t count, std::size_t left) const {
    if (left + count < 7) return corrupt("base32", text_.size());
    for (std::size_t k = 0; k < 7 - count; ++k)
      if (left > k && text_[at_ + k] != '=') return corrupt("base32", at_ + k - 1);
    if (count == 3 || count == 6) return corrupt("base32", at_ - 1);
    return {};
  }

  void put(std::uint64_t bits, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
      out_.push_back(static_cast<char>(bits >> (32 - 8 * i) & 0xFFU));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

Result<std::string> decode_base64(std::string_view text) {
  return Base64Reader(text).run();
}

std::string encode_base32(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 5) {
    const std::string_view group = bytes.substr(at, 5);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i)
      bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    const std::size_t digits = (group.size() * 8 + 4) / 5;
    for (std::size_t i = 0; i < 8; ++i)
      out.push_back(i < digits ? kBase32[bits >> (35 - 5 * i) & 31U] : '=');
  }
  return out;
}

Result<std::string> decode_base32(std::string_view text) {
  std::string joined;
  for (const char c : text)
    if (!is_line_end(c)) joined.push_back(c);
  return Base32Reader(joined).run();
}

}  // namespace gp::sprig
