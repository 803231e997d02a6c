#include "adapter/net/websocket_frames.hpp"

#include "base/encoding.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kControlBytesMax = 125;

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes) out = (out << 8U) | static_cast<std::uint8_t>(c);
  return out;
}

bool is_valid_close(std::string_view data) {
  if (data.empty()) return true;
  if (data.size() == 1 || !is_utf8(data.substr(2))) return false;
  const auto code = big_endian(data.substr(0, 2));
  if (code >= 3000 && code < 5000) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace

WsReader::Outcome WsReader::refuse(int code) {
  refusal_ = code;
  return Outcome::Refused;
}

WsReader::Outcome WsReader::next(std::string& input, Message& out) {
  while (true) {
    if (input.size() < 2) return Outcome::NeedsMore;
    const std::uint8_t first = byte_at(input, 0);
    const std::uint8_t second = byte_at(input, 1);
    const bool is_final = (first & 0x80U) != 0;
    const auto opcode = static_cast<WsOpcode>(first & 0x0fU);
    const bool is_control = (first & 0x08U) != 0;
    if ((first & 0x70U) != 0 || (second & 0x80U) == 0) return refuse(1002);
    if (is_control ? opcode > WsOpcode::Pong : opcode > WsOpcode::Binary) return refuse(1002);

    const std::uint8_t short_size = second & 0x7fU;
    const std::size_t length_bytes = short_size == 126 ? 2 : short_size == 127 ? 8 : 0;
    const std::size_t head = 2 + length_bytes + 4;
    if (input.size() < head) return Outcome::NeedsMore;
    const std::uint64_t size = length_bytes == 0
                                   ? short_size
                                   : big_endian(std::string_view(input).substr(2, length_bytes));
    if (is_control && (size > kControlBytesMax || !is_final)) return refuse(1002);
    if (size > bytes_max_ || (!is_control && fragments_.size() + size > bytes_max_))
      return refuse(1009);
    if (input.size() < head + size) return Outcome::NeedsMore;

    const std::string mask = input.substr(head - 4, 4);
    std::string data = input.substr(head, static_cast<std::size_t>(size));
    input.erase(0, head + static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = static_cast<char>(data[i] ^ mask[i % 4]);

    if (is_control) {
      if (opcode == WsOpcode::Close && !is_valid_close(data)) return refuse(1002);
      out = {opcode, std::move(data)};
      return Outcome::Message;
    }
    const bool continues = opcode == WsOpcode::Continuation;
    if (continues == (kind_ == WsOpcode::Continuation))
      return refuse(1002);  // nothing to continue, or unfinished
    if (!continues) kind_ = opcode;
    fragments_ += data;
    if (!is_final) continue;
    out = {std::exchange(kind_, WsOpcode::Continuation), std::exchange(fragments_, {})};
    if (out.opcode == WsOpcode::Text && !is_utf8(out.data)) return refuse(1007);
    return Outcome::Message;
  }
}

std::string ws_frame(WsOpcode opcode, std::string_view data) {
  std::string out;
  out.reserve(data.size() + 10);
  out += static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  const std::size_t length_bytes = data.size() < 126 ? 0 : data.size() <= 0xffff ? 2 : 8;
  out += static_cast<char>(length_bytes == 0 ? data.size() : length_bytes == 2 ? 126U : 127U);
  for (std::size_t i = length_bytes; i > 0; --i)
    out += static_cast<char>((data.size() >> (8 * (i - 1))) & 0xffU);
  out += data;
  return out;
}

std::string ws_close_frame(int code, std::string_view reason) {
  std::string data;
  data += static_cast<char>((code >> 8) & 0xff);
  data += static_cast<char>(code & 0xff);
  data += reason.substr(0, kControlBytesMax - 2);
  return ws_frame(WsOpcode::Close, data);
}

}  // namespace gp::net
