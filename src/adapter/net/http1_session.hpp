#pragma once
// HTTP/1.1 and HTTP/1.0 on one connection: requests one after the other, pipelined ones in order.
//
// A client that begins with HTTP/2's preface (prior knowledge, RFC 9113, 3.3) is handed over to
// Http2Session, with or without TLS.

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "adapter/net/connection.hpp"
#include "adapter/net/http1_head.hpp"
#include "adapter/net/http1_reader.hpp"
#include "adapter/net/pulled_body.hpp"
#include "adapter/net/websocket_handshake.hpp"

namespace gp::net {

class Http1Session final : public Session {
 public:
  explicit Http1Session(Connection& connection);
  ~Http1Session() override;

  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  bool wants_input() const override;
  void on_sent() override;
  void on_response(std::uint32_t stream, Response response) override;
  void on_wake(std::uint32_t stream) override;
  void on_time(Duration now) override;
  void on_stop() override;
  std::optional<Duration> idle_since() const override;

 private:
  enum class Phase {
    Idle,       // between requests
    Reading,    // part of a request is here
    Running,    // a handler has it
    Streaming,  // the answer's Stream is being pulled
    Sending,    // the whole answer is in the queue
    Done,       // nothing more will be read or answered
  };

  bool is_http2(std::string_view bytes);
  std::size_t advance(std::string_view bytes);
  std::size_t feed(std::string_view bytes);
  void on_head();
  bool hold_body();
  void run_request();
  void answer(Response response);
  void pull();
  void end_stream();
  Response refuse_upgrade() const;
  void open_websocket();
  void become_idle();
  void refuse(int status, std::string_view reason);
  void end();

  Connection& connection_;
  Phase phase_ = Phase::Idle;
  std::string input_;  // bytes after the request under way
  std::unique_ptr<Http1Reader> reader_;
  std::optional<BodyShare> share_;
  std::stop_source stop_{std::nostopstate};
  AnswerTo answer_to_;
  WebSocketAsk websocket_ask_;       // of the request under way
  std::string upgrade_ask_;          // its Upgrade header, where it is not about WebSocket
  std::optional<Response> upgrade_;  // its answer, when it opens a WebSocket
  PulledBody body_;                  // of the answer, while streaming
  Framing framing_ = Framing::None;
  bool is_first_ = true;  // nothing but a part of HTTP/2's preface has come
  bool has_head_ = false;
  bool peer_ended_ = false;
  Duration due_;  // of the phases Idle and Reading
};

}  // namespace gp::net
