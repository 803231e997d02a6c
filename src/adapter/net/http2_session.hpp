#pragma once
// HTTP/2 on one connection (RFC 9113), framed by nghttp2: many requests at once, each with its own
// flow control.
//
// kubectl and client-go keep one connection and run every watch over it. Limits: streams at once,
// the size of heads and bodies, time for a head, a body and each answer's progress, and resets (a
// client that opens and cancels streams without end is told ENHANCE_YOUR_CALM).

#include <map>
#include <memory>
#include <string>

#include "adapter/net/connection.hpp"

using nghttp2_session = struct nghttp2_session;

namespace gp::net {

class Http2Session final : public Session {
 public:
  explicit Http2Session(Connection& connection);
  ~Http2Session() override;

  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  bool wants_input() const override { return !is_ending_; }
  void on_sent() override;
  void on_response(std::uint32_t stream, Response response) override;
  void on_wake(std::uint32_t stream) override;
  void on_time(Duration now) override;
  void on_stop() override;
  std::optional<Duration> idle_since() const override;

 private:
  struct Callbacks;  // nghttp2's C functions
  struct Exchange;   // one request and its answer

  Exchange* find(std::int32_t id);
  void on_header(Exchange& exchange, std::string_view name, std::string_view value);
  void on_head(std::int32_t id, Exchange& exchange, bool is_whole);
  void on_data(std::int32_t id, Exchange& exchange, std::string_view bytes);
  void on_close(std::int32_t id);
  void run_request(std::int32_t id, Exchange& exchange);
  void refuse(std::int32_t id, Exchange& exchange, int status, std::string_view reason);
  void answer(std::int32_t id, Exchange& exchange, Response response);
  void reset(std::int32_t id, std::uint32_t code);
  bool is_overdue(const Exchange& exchange, Duration now) const;
  void go_away(std::uint32_t code);

  Connection& connection_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, std::unique_ptr<Exchange>> exchanges_;
  std::uint64_t cancelled_ = 0;
  std::uint64_t answers_ = 0;
  bool has_heard_ = false;
  bool is_ending_ = false;
  Duration idle_since_;
};

}  // namespace gp::net
