#pragma once
// RFC 6455 on a connection after its handshake: frames in and out, pings, the closing handshake.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapter/net/session.hpp"
#include "adapter/net/websocket.hpp"

namespace gp::net {

class Connection;

// The 101 answer to a request with this Sec-WebSocket-Key.
std::string websocket_handshake(std::string_view key, std::string_view protocol);

// `opened` runs on a worker with the socket.
std::unique_ptr<Session> make_websocket_session(
    Connection& connection, std::function<void(std::shared_ptr<WebSocket>)> opened);

}  // namespace gp::net
