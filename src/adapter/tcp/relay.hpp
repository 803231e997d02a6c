#pragma once
// Outgoing TCP connections that are only passed through, all on one thread: what port-forward
// connects to.
//
// Nothing here blocks its caller. Both directions are bounded: a connection reads nothing while it
// is paused, and write() says when too much waits.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp::tcp {

// Called on the relay's thread, one at a time; must be quick.
struct Events {
  std::function<void(std::string_view bytes)> on_data;
  std::function<void()> on_drained;              // all that was written is on its way
  std::function<void(Result<> outcome)> on_end;  // the peer sends no more, or something broke; once
};

class Connection {
 public:
  virtual ~Connection() = default;  // closes
  virtual void write(std::string bytes) = 0;
  virtual std::size_t queued() const = 0;  // bytes that wait
  virtual void finish() = 0;               // after what is queued: no more comes from us
  virtual void pause() = 0;                // read nothing until resume()
  virtual void resume() = 0;
  virtual void close() = 0;  // no callback begins afterwards, but one may be running
};

class Relay {
 public:
  struct Options {
    std::size_t connections_max = 1000;
  };
  Relay();
  explicit Relay(Options options);
  ~Relay();  // closes every connection
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // `address` is numeric. A refused connection is told by on_end.
  Result<std::shared_ptr<Connection>> connect(const std::string& address, std::uint16_t port,
                                              Events events);
  std::size_t connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::tcp
