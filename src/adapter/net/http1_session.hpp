#pragma once
// HTTP/1.1 and HTTP/1.0 on one connection: requests one after the other, pipelined ones in order.

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "adapter/net/connection.hpp"
#include "adapter/net/http1_head.hpp"
#include "adapter/net/http1_reader.hpp"
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

 private:
  enum class Phase {
    Idle,       // between requests
    Reading,    // part of a request is here
    Running,    // a handler has it
    Streaming,  // the answer's Stream is being pulled
    Sending,    // the whole answer is in the queue
    Done,       // nothing more will be read or answered
  };

  std::size_t consume(std::string_view bytes);
  void feed(std::string_view bytes, std::size_t& used);
  void on_head();
  bool hold_body();
  void run_request();
  void answer(Response response);
  void start_stream(Response response);
  void pull();
  void append_chunk(std::vector<Piece>& pieces);
  void end_stream();
  void end_waiting_stream();
  Response refuse_upgrade() const;
  void open_websocket(Response response);
  void finish_exchange();
  void refuse(int status, std::string_view reason);
  void end();

  Connection& connection_;
  Phase phase_ = Phase::Idle;
  std::string input_;  // bytes after the request under way
  std::unique_ptr<Http1Reader> reader_;
  std::optional<BodyShare> share_;
  std::stop_source stop_{std::nostopstate};
  AnswerTo answer_to_;
  WebSocketAsk websocket_ask_;  // of the request under way
  std::unique_ptr<Stream> stream_;
  Framing framing_ = Framing::None;
  std::uint64_t stream_left_ = 0;  // of a declared length
  bool is_stream_waiting_ = false;
  bool has_head_ = false;
  bool peer_ended_ = false;
  Duration due_;  // of the phases Idle and Reading
};

}  // namespace gp::net
