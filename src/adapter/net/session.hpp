#pragma once
// A protocol on one connection: HTTP/1, HTTP/2 or WebSocket. Runs on the connection's I/O thread
// and never blocks.
//
// A session puts bytes into the connection's queue and says when the connection is to end; the
// connection reads, writes and closes after the session's method has returned.

#include <cstdint>
#include <string_view>

#include "adapter/net/http.hpp"
#include "base/clock.hpp"

namespace gp::net {

class Session {
 public:
  virtual ~Session() = default;

  virtual void on_bytes(std::string_view bytes) = 0;
  virtual void on_end() = 0;             // the peer will send no more
  virtual bool wants_input() const = 0;  // false holds the peer back
  // Everything queued so far has been sent: the time to queue more. Also called when nothing was
  // queued.
  virtual void on_sent() = 0;
  // The answer to a request that was given to a worker.
  virtual void on_response(std::uint32_t stream, Response response) = 0;
  // A Stream that said Wait has more.
  virtual void on_wake(std::uint32_t stream) = 0;
  virtual void on_time(Duration now) = 0;
  // Since when the peer could be left without losing anything; nothing while it could not.
  virtual std::optional<Duration> idle_since() const { return std::nullopt; }
  virtual void on_stop() = 0;  // the server ends: take nothing new, finish what is under way
};

}  // namespace gp::net
