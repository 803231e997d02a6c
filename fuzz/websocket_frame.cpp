// WebSocket frames: however their bytes are cut, the same messages come out or the same refusal,
// and a message that was read can be written and read again.

#include "adapter/net/websocket_frames.hpp"
#include "base/encoding.hpp"
#include "fuzz_input.hpp"

namespace {

using namespace gp::net;

constexpr std::size_t kMessageMax = 4096;

void check(const WsReader::Message& message) {
  GP_CHECK(message.data.size() <= kMessageMax, "a message has a limit");
  GP_CHECK(message.opcode < WsOpcode::Close || message.data.size() <= 125,
           "control frames are small");
  GP_CHECK(message.opcode != WsOpcode::Text || gp::is_utf8(message.data), "text is UTF-8");
  WsReader again(WsRole::Client, kMessageMax);
  again.feed(ws_frame(message.opcode, message.data));
  WsReader::Message copy;
  GP_CHECK(again.next(copy) == WsReader::Outcome::Message, "what was read can be written");
  GP_CHECK(copy.opcode == message.opcode && copy.data == message.data, "and is the same");
  if (message.opcode != WsOpcode::Close || message.data.size() < 2) return;
  const WsClose close = read_ws_close(message.data);
  GP_CHECK(ws_close_frame(close.code, close.reason) == ws_frame(WsOpcode::Close, message.data),
           "a close reads and writes the same");
}

std::string read_all(WsRole role, std::string_view bytes, std::size_t step) {
  std::string out;
  WsReader reader(role, kMessageMax);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(bytes.substr(at, step));
    WsReader::Message message;
    WsReader::Outcome outcome = WsReader::Outcome::NeedsMore;
    while ((outcome = reader.next(message)) == WsReader::Outcome::Message) {
      check(message);
      out += std::to_string(static_cast<int>(message.opcode)) + ':' + message.data + '\n';
    }
    if (outcome == WsReader::Outcome::Refused) return out + std::to_string(reader.refusal());
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = gp::fuzz::text_of(data + 1, size - 1);
  for (const WsRole role : {WsRole::Server, WsRole::Client}) {
    const std::string whole = read_all(role, bytes, std::max<std::size_t>(1, bytes.size()));
    for (const std::size_t step : {std::size_t{1}, std::size_t{data[0]} + 2}) {
      GP_CHECK(read_all(role, bytes, step) == whole, "how bytes are cut does not matter");
    }
  }
  return 0;
}
