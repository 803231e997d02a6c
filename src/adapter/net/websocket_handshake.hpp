#pragma once
// The opening handshake of a WebSocket (RFC 6455, section 4.2), the server's side.

#include <string>
#include <string_view>

#include "adapter/net/http.hpp"

namespace gp::net {

// What a request says about upgrading.
struct WebSocketAsk {
  bool is_asked = false;  // the request wants a WebSocket
  int refusal = 0;        // 400 or 426 when it asks in a way that cannot be met
  std::string key;        // else its Sec-WebSocket-Key
};

WebSocketAsk read_websocket_ask(const Request& request);
// The 101 answer.
std::string websocket_handshake(std::string_view key, std::string_view protocol);

}  // namespace gp::net
