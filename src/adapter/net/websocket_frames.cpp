#include "adapter/net/websocket_frames.hpp"

#include "base/encoding.hpp"
#include "base/utf8.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kControlBytesMax = 125;
constexpr std::size_t kMaskBytes = 4;

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes) out = (out << 8U) | static_cast<std::uint8_t>(c);
  return out;
}

bool is_control(WsOpcode opcode) {
  return opcode >= WsOpcode::Close;
}

// RFC 6455, 7.4: codes that may travel in a frame.
bool is_valid_close_code(std::uint64_t code) {
  if (code >= 3000 && code < 5000) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

int close_refusal(std::string_view data) {
  if (data.empty()) return 0;
  if (data.size() == 1 || !is_valid_close_code(big_endian(data.substr(0, 2)))) return 1002;
  return is_utf8(data.substr(2)) ? 0 : 1007;
}

}  // namespace

WsReader::Outcome WsReader::next(Message& out) {
  while (true) {
    Head head;
    std::string data;
    const Step step = read_frame(head, data);
    if (step == Step::Refused) return Outcome::Refused;
    if (step == Step::NeedsMore) {
      input_.erase(0, std::exchange(at_, 0));
      return Outcome::NeedsMore;
    }
    if (is_control(head.opcode)) {
      out = {head.opcode, std::move(data)};
      if (head.opcode != WsOpcode::Close || close_refusal(out.data) == 0) return Outcome::Message;
      refuse(close_refusal(out.data));
      return Outcome::Refused;
    }
    const Outcome outcome = add_fragment(head, std::move(data), out);
    if (outcome != Outcome::NeedsMore) return outcome;
  }
}

WsReader::Step WsReader::read_frame(Head& head, std::string& data) {
  const std::string_view input = std::string_view(input_).substr(at_);
  const Step step = read_head(input, head);
  if (step != Step::Frame) return step;
  if (const Step checked = check(head); checked != Step::Frame) return checked;
  const auto size = static_cast<std::size_t>(head.data_bytes);
  if (input.size() - head.head_bytes < size) return Step::NeedsMore;
  data = input.substr(head.head_bytes, size);
  if (!head.mask.empty()) {
    for (std::size_t i = 0; i < size; ++i) {
      data[i] = static_cast<char>(data[i] ^ head.mask[i % kMaskBytes]);
    }
  }
  at_ += head.head_bytes + size;
  return Step::Frame;
}

WsReader::Step WsReader::read_head(std::string_view input, Head& head) {
  if (input.size() < 2) return Step::NeedsMore;
  const unsigned first = byte_at(input, 0);
  const unsigned second = byte_at(input, 1);
  const bool is_masked = (second & 0x80U) != 0;
  if ((first & 0x70U) != 0) return refuse(1002);  // no extension was agreed upon
  if (is_masked != (role_ == WsRole::Server)) return refuse(1002);
  head.opcode = static_cast<WsOpcode>(first & 0x0fU);
  head.is_final = (first & 0x80U) != 0;

  const unsigned short_size = second & 0x7fU;
  const std::size_t size_bytes = short_size == 126 ? 2 : short_size == 127 ? 8 : 0;
  head.head_bytes = 2 + size_bytes + (is_masked ? kMaskBytes : 0);
  head.data_bytes = short_size;
  if (input.size() < 2 + size_bytes) return Step::NeedsMore;
  if (size_bytes > 0) head.data_bytes = big_endian(input.substr(2, size_bytes));
  // RFC 6455, 5.2: the shortest form of a length is the only one.
  if ((size_bytes == 2 && head.data_bytes < 126) ||
      (size_bytes == 8 && head.data_bytes <= 0xffff)) {
    return refuse(1002);
  }
  if (const Step checked = check(head); checked != Step::Frame) return checked;
  if (input.size() < head.head_bytes) return Step::NeedsMore;
  if (is_masked) head.mask = input.substr(2 + size_bytes, kMaskBytes);
  return Step::Frame;
}

WsReader::Step WsReader::check(const Head& head) {
  if (is_control(head.opcode)) {
    const bool is_fine =
        head.opcode <= WsOpcode::Pong && head.is_final && head.data_bytes <= kControlBytesMax;
    return is_fine ? Step::Frame : refuse(1002);
  }
  if (head.opcode > WsOpcode::Binary) return refuse(1002);
  const bool continues = head.opcode == WsOpcode::Continuation;
  const bool is_begun = kind_ != WsOpcode::Continuation;
  if (continues != is_begun) return refuse(1002);  // nothing to continue, or not finished
  if (head.data_bytes > bytes_max_ - fragments_.size()) return refuse(1009);
  return Step::Frame;
}

WsReader::Outcome WsReader::add_fragment(const Head& head, std::string data, Message& out) {
  if (head.opcode != WsOpcode::Continuation) kind_ = head.opcode;
  if (fragments_.empty()) {
    fragments_ = std::move(data);
  } else {
    fragments_ += data;
  }
  if (!head.is_final) return Outcome::NeedsMore;
  out = {std::exchange(kind_, WsOpcode::Continuation), std::exchange(fragments_, {})};
  if (out.opcode != WsOpcode::Text || is_utf8(out.data)) return Outcome::Message;
  refuse(1007);
  return Outcome::Refused;
}

WsReader::Step WsReader::refuse(int code) {
  refusal_ = code;
  return Step::Refused;
}

std::string ws_frame_head(WsOpcode opcode, std::size_t data_bytes) {
  std::string out;
  out += static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  const std::size_t size_bytes = data_bytes < 126 ? 0 : data_bytes <= 0xffff ? 2 : 8;
  out += static_cast<char>(size_bytes == 0 ? data_bytes : size_bytes == 2 ? 126U : 127U);
  for (std::size_t i = size_bytes; i > 0; --i) {
    out += static_cast<char>((data_bytes >> (8 * (i - 1))) & 0xffU);
  }
  return out;
}

std::string ws_frame(WsOpcode opcode, std::string_view data) {
  return ws_frame_head(opcode, data.size()).append(data);
}

std::string ws_close_frame(int code, std::string_view reason) {
  std::string data;
  data += static_cast<char>((code >> 8) & 0xff);
  data += static_cast<char>(code & 0xff);
  while (!reason.empty()) {
    const std::size_t size = utf8_length(reason);
    if (size == 0 || data.size() + size > kControlBytesMax) break;
    data += reason.substr(0, size);
    reason.remove_prefix(size);
  }
  return ws_frame(WsOpcode::Close, data);
}

WsClose read_ws_close(std::string_view data) {
  if (data.size() < 2) return {};
  return {static_cast<int>(big_endian(data.substr(0, 2))), std::string(data.substr(2))};
}

}  // namespace gp::net
