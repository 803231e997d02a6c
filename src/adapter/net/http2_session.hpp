#pragma once
// HTTP/2 on one connection (RFC 9113), framed by nghttp2: many requests at once, each with its own
// flow control.
//
// kubectl and client-go keep one connection and run every watch over it. Limits: streams at once,
// the size of heads and bodies, and resets (a client that opens and cancels streams without end is
// told ENHANCE_YOUR_CALM).

#include <deque>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "adapter/net/server_state.hpp"
#include "adapter/net/session.hpp"

using nghttp2_session = struct nghttp2_session;

namespace gp::net {

class Connection;

class Http2Session final : public Session {
 public:
  explicit Http2Session(Connection& connection);
  ~Http2Session() override;

  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  bool wants_input() const override { return true; }
  void on_sent() override;
  void on_response(std::uint32_t stream, Response response) override;
  void on_wake(std::uint32_t stream) override;
  void on_time(Duration now) override;
  void on_stop() override;

 private:
  struct Callbacks;  // nghttp2's C functions
  struct Exchange;   // one request and its answer

  Exchange* find(std::int32_t id);
  bool add_header(Exchange& exchange, std::string_view name, std::string_view value);
  void dispatch(std::int32_t id, Exchange& exchange);
  void refuse(std::int32_t id, Exchange& exchange, int status, std::string_view reason);
  void answer(std::int32_t id, Exchange& exchange, Response response);
  std::ptrdiff_t read_body(Exchange& exchange, char* into, std::size_t size, bool& is_end);
  void go_away(std::uint32_t code);

  Connection& connection_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, std::unique_ptr<Exchange>> exchanges_;
  std::uint64_t resets_ = 0;
  std::uint64_t completed_ = 0;
  bool is_ending_ = false;
  Duration idle_since_;
};

}  // namespace gp::net
