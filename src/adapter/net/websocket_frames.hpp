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

// Server side: incoming frames must be masked, outgoing ones are not.
class WsReader {
 public:
  explicit WsReader(std::size_t message_bytes_max) : bytes_max_(message_bytes_max) {}

  struct Message {
    WsOpcode opcode =
        WsOpcode::Text;  // Text and Binary are whole messages; control frames come between
    std::string data;
  };
  enum class Outcome { Message, NeedsMore, Refused };
  // Takes bytes from the front of `input` and removes them. Call again until it needs more.
  Outcome next(std::string& input, Message& out);
  // The close code to refuse with: 1002 protocol error, 1007 bad UTF-8, 1009 too big.
  int refusal() const { return refusal_; }

 private:
  Outcome refuse(int code);

  std::size_t bytes_max_;
  std::string fragments_;
  WsOpcode kind_ =
      WsOpcode::Continuation;  // of the message whose fragments arrive; Continuation: none
  int refusal_ = 0;
};

std::string ws_frame(WsOpcode opcode, std::string_view data);
std::string ws_close_frame(int code, std::string_view reason);

}  // namespace gp::net
