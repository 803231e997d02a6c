#pragma once
// WebSocket frames (RFC 6455, section 5) out of bytes and into bytes, without any I/O.

#include <cstdint>
#include <string>
#include <string_view>

namespace gp::net {

enum class WsOpcode : std::uint8_t {
  Continuation = 0,
  Text = 1,
  Binary = 2,
  Close = 8,
  Ping = 9,
  Pong = 10
};

enum class WsRole { Server, Client };  // a server reads masked frames, a client unmasked ones

class WsReader {
 public:
  WsReader(WsRole role, std::size_t message_bytes_max)
      : role_(role), bytes_max_(message_bytes_max) {}

  struct Message {
    WsOpcode opcode = WsOpcode::Text;  // Text and Binary are whole; control frames come between
    std::string data;
  };
  enum class Outcome { Message, NeedsMore, Refused };

  void feed(std::string_view bytes) { input_ += bytes; }
  // The next message; call until it needs more.
  Outcome next(Message& out);
  std::size_t bytes_held() const { return input_.size() + fragments_.size(); }
  // The close code to refuse with: 1002 protocol error, 1007 bad UTF-8, 1009 too big.
  int refusal() const { return refusal_; }

 private:
  struct Head {
    WsOpcode opcode = WsOpcode::Text;
    bool is_final = false;
    std::size_t head_bytes = 0;
    std::uint64_t data_bytes = 0;
    std::string_view mask;
  };
  enum class Step { Frame, NeedsMore, Refused };

  Step read_head(std::string_view input, Head& head);
  Step check(const Head& head);
  Step read_frame(Head& head, std::string& data);
  Outcome add_fragment(const Head& head, std::string data, Message& out);
  Step refuse(int code);

  WsRole role_;
  std::size_t bytes_max_;
  std::string input_;
  std::size_t at_ = 0;  // into input_
  std::string fragments_;
  WsOpcode kind_ = WsOpcode::Continuation;  // of the unfinished message; Continuation: none
  int refusal_ = 0;
};

// What goes before the data of an unmasked, final frame.
std::string ws_frame_head(WsOpcode opcode, std::size_t data_bytes);
std::string ws_frame(WsOpcode opcode, std::string_view data);
// The reason is cut to what fits, between characters.
std::string ws_close_frame(int code, std::string_view reason);

struct WsClose {
  int code = 1005;  // RFC 6455, 7.1.5: none given
  std::string reason;
};
WsClose read_ws_close(std::string_view data);  // of a Close that WsReader let pass

}  // namespace gp::net
