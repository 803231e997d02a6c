#include "adapter/net/websocket_handshake.hpp"

#include <algorithm>

#include "adapter/net/tokens.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace gp::net {

namespace {

// RFC 6455 wants a token; Kubernetes' "SPDY/3.1+portforward.k8s.io" is none, but harms nobody.
bool is_protocol_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return is_token_char(c) || c == '/'; });
}

}  // namespace

WebSocketAsk read_websocket_ask(const Request& request) {
  const Headers& headers = request.headers;
  WebSocketAsk ask;
  if (!headers.contains("Upgrade")) return ask;
  ask.is_asked = list_has_token(headers.joined("Upgrade"), "websocket") &&
                 list_has_token(headers.joined("Connection"), "upgrade");
  if (!ask.is_asked) return ask;
  ask.key = headers.get("Sec-WebSocket-Key");
  const auto decoded = base64_decode(ask.key);
  constexpr std::size_t kKeyBytes = 16;
  if (request.method != "GET" || !decoded || decoded->size() != kKeyBytes) ask.refusal = 400;
  if (headers.get("Sec-WebSocket-Version") != "13") ask.refusal = 426;
  return ask;
}

std::string websocket_handshake(std::string_view key, std::string_view protocol) {
  // RFC 6455, 4.2.2: the fixed GUID proves that the server understood the request.
  const std::string accept =
      base64_encode(sha1(fmt::format("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key)));
  std::string out = fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n",
      accept);
  if (is_protocol_name(protocol)) out += fmt::format("Sec-WebSocket-Protocol: {}\r\n", protocol);
  return out + "\r\n";
}

}  // namespace gp::net
