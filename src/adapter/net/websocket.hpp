#pragma once
// An open WebSocket (RFC 6455), seen from a worker: message callbacks in order, sends that never
// block.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gp::net {

class WebSocket {
 public:
  enum class Type { Text, Binary };
  struct Events {
    // Called one at a time, in order, on a worker thread.
    std::function<void(Type, std::string)> on_message;
    std::function<void(int code, std::string reason)> on_close;  // once, last
    std::function<void()>
        on_drain;  // the send queue fell below half its limit after a refused send
  };

  virtual ~WebSocket() = default;
  virtual void start(Events events) = 0;  // nothing is delivered before
  // False when the send queue (4 MiB by default) is full or the socket is closed.
  [[nodiscard]] virtual bool send(Type type, std::string message) = 0;
  virtual void close(int code, std::string_view reason) = 0;
};

}  // namespace gp::net
