#include "adapter/net/websocket_frames.hpp"

#include <doctest/doctest.h>

using namespace gp::net;

namespace {

constexpr std::size_t kMax = 200'000;

// As a client sends it; flags are the first byte.
std::string masked(unsigned flags, std::string_view data) {
  std::string frame = ws_frame_head(static_cast<WsOpcode>(flags & 0x0fU), data.size());
  frame[0] = static_cast<char>(flags);
  frame[1] = static_cast<char>(static_cast<unsigned char>(frame[1]) | 0x80U);
  const std::string mask = "\x11\x22\x33\x44";
  frame += mask;
  for (std::size_t i = 0; i < data.size(); ++i) {
    frame += static_cast<char>(data[i] ^ mask[i % 4]);
  }
  return frame;
}

// Messages as "1:text" by opcode, then "refused:code" or nothing.
std::string read(std::string_view bytes, std::size_t step = 1) {
  WsReader reader(WsRole::Server, kMax);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(bytes.substr(at, step));
    WsReader::Message message;
    while (true) {
      const auto outcome = reader.next(message);
      if (outcome == WsReader::Outcome::NeedsMore) break;
      if (!out.empty()) out += ' ';
      if (outcome == WsReader::Outcome::Refused) {
        return out + "refused:" + std::to_string(reader.refusal());
      }
      out += std::to_string(static_cast<int>(message.opcode)) + ":" + message.data;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("websocket frames: messages come out whole, however their bytes arrive") {
  const std::string frames = masked(0x81, "one") + masked(0x01, "tw") + masked(0x89, "ping") +
                             masked(0x80, "o") + masked(0x82, "") +
                             masked(0x88,
                                    "\x03\xe8"
                                    "bye");

  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, frames.size()}) {
    CHECK(read(frames, step) ==
          "1:one 9:ping 1:two 2: 8:\x03\xe8"
          "bye");
  }
}

TEST_CASE("websocket frames: lengths of every form") {
  for (const std::size_t size : {125UL, 126UL, 65535UL, 65536UL, 199'999UL}) {
    const std::string data(size, 'x');
    CHECK(read(masked(0x82, data), 70'000) == "2:" + data);
  }
}

TEST_CASE("websocket frames: what the protocol forbids is refused with its code") {
  CHECK(read(ws_frame(WsOpcode::Text, "unmasked")) == "refused:1002");
  CHECK(read(masked(0xc1, "reserved bit")) == "refused:1002");
  CHECK(read(masked(0x83, "reserved opcode")) == "refused:1002");
  CHECK(read(masked(0x8b, "reserved control")) == "refused:1002");
  CHECK(read(masked(0x09, "fragmented ping")) == "refused:1002");
  CHECK(read(masked(0x89, std::string(126, 'x'))) == "refused:1002");
  CHECK(read(masked(0x80, "nothing to continue")) == "refused:1002");
  CHECK(read(masked(0x01, "a") + masked(0x81, "b")) == "refused:1002");
  CHECK(read(masked(0x81, "\xff")) == "refused:1007");
  CHECK(read(masked(0x01, "\xc3") + masked(0x80, "\xa4")) == "1:\xc3\xa4");
  CHECK(read(masked(0x82, std::string(kMax + 1, 'x'))) == "refused:1009");
  CHECK(read(masked(0x02, std::string(kMax, 'x')) + masked(0x80, "x"), 50'000) == "refused:1009");
  CHECK(read(masked(0x88, "x")) == "refused:1002");
  CHECK(read(masked(0x88, "\x03\xed")) == "refused:1002");
  CHECK(read(masked(0x88, "\x03\xe8\xff")) == "refused:1007");
  CHECK(read("\x82\xfe" + std::string("\0\x05", 2)) == "refused:1002");
}

TEST_CASE("websocket frames: an overlong length is refused before its bytes come") {
  const std::string head = "\x82\xff" + std::string("\x7f\xff\xff\xff\xff\xff\xff\xff", 8);
  CHECK(read(head) == "refused:1009");
}

TEST_CASE("websocket frames: a close reason is cut between characters") {
  std::string reason(122, 'a');
  reason += "\xc3\xa4";
  const std::string frame = ws_close_frame(1000, reason);

  CHECK(frame.size() == 2 + 2 + 122);
  const WsClose read_back = read_ws_close(std::string_view(frame).substr(2));
  CHECK(read_back.code == 1000);
  CHECK(read_back.reason == std::string(122, 'a'));
  CHECK(read_ws_close("").code == 1005);
}

TEST_CASE("websocket frames: a client reads what a server writes") {
  WsReader reader(WsRole::Client, kMax);
  reader.feed(ws_frame(WsOpcode::Text, "hello"));
  WsReader::Message message;

  CHECK(reader.next(message) == WsReader::Outcome::Message);
  CHECK(message.data == "hello");
}
