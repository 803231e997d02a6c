#include "adapter/net/http1_session.hpp"

#include "adapter/net/dispatch.hpp"
#include "adapter/net/tokens.hpp"
#include "adapter/net/websocket_session.hpp"
#include "base/log.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kPipelinedMax = 64U << 10U;
constexpr std::size_t kPullBytes = 64U << 10U;

Http1Limits limits_of(const ServerOptions& options) {
  return {.header_bytes_max = options.header_bytes_max,
          .headers_max = options.headers_max,
          .target_bytes_max = options.target_bytes_max,
          .body_bytes_max = options.body_bytes_max};
}

}  // namespace

Http1Session::Http1Session(Connection& connection)
    : connection_(connection),
      due_(connection.thread().now() + connection.server().options.idle_timeout) {}

Http1Session::~Http1Session() {
  stop_.request_stop();
}

void Http1Session::on_bytes(std::string_view bytes) {
  if (input_.empty()) {
    const std::size_t used = consume(bytes);
    input_ = bytes.substr(used);
  } else {
    input_ += bytes;
    input_.erase(0, consume(input_));
  }
}

// Reads until a request is whole or the bytes are used up; says how many it took.
std::size_t Http1Session::consume(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && (phase_ == Phase::Idle || phase_ == Phase::Reading)) {
    feed(bytes.substr(used), used);
  }
  return phase_ == Phase::Done ? bytes.size() : used;
}

void Http1Session::feed(std::string_view bytes, std::size_t& used) {
  const ServerOptions& options = connection_.server().options;
  if (!reader_) reader_ = std::make_unique<Http1Reader>(limits_of(options));
  used += reader_->feed(bytes);
  if (phase_ == Phase::Idle && reader_->has_begun()) {
    phase_ = Phase::Reading;
    has_head_ = false;
    due_ = connection_.thread().now() + options.header_timeout;
  }
  if (reader_->refusal() != 0) return refuse(reader_->refusal(), reader_->refusal_reason());
  if (reader_->has_head() && !has_head_) on_head();
  if (!hold_body()) return;
  if (reader_->is_complete()) run_request();
}

void Http1Session::on_head() {
  has_head_ = true;
  due_ = connection_.thread().now() + connection_.server().options.body_timeout;
  const Request& request = reader_->request();
  answer_to_ = {.is_head = request.method == "HEAD",
                .is_http10 = reader_->is_http10(),
                .keeps_alive = reader_->keeps_alive() && !connection_.server().is_draining};
  if (reader_->expects_continue() && !reader_->is_complete() && reader_->body_bytes() == 0) {
    connection_.out().copy("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

bool Http1Session::hold_body() {
  if (reader_->body_bytes() == 0) return true;
  if (!share_) share_.emplace(connection_.server());
  if (share_->grow_to(reader_->body_bytes())) return true;
  refuse(503, "the server holds too many request bodies");
  return false;
}

void Http1Session::run_request() {
  phase_ = Phase::Running;
  stop_ = std::stop_source();
  Request request = std::move(reader_->request());
  websocket_ask_ = read_websocket_ask(request);
  reader_.reset();
  Errand errand{.stream = 0,
                .stop = stop_.get_token(),
                .share = share_ ? std::move(*share_) : BodyShare(connection_.server())};
  share_.reset();
  auto response = dispatch(connection_, std::move(request), std::move(errand));
  if (response) answer(std::move(*response));
}

void Http1Session::on_response(std::uint32_t, Response response) {
  if (phase_ == Phase::Running) answer(std::move(response));
}

void Http1Session::answer(Response response) {
  if (response.websocket) {
    if (websocket_ask_.is_asked && websocket_ask_.refusal == 0) {
      return open_websocket(std::move(response));
    }
    response = refuse_upgrade();
  }
  if (connection_.server().is_draining) answer_to_.keeps_alive = false;
  framing_ = choose_framing(response, answer_to_);
  if (framing_ == Framing::Close) answer_to_.keeps_alive = false;
  std::string head;
  append_head(head, response, answer_to_, framing_, connection_.thread().date());
  OutQueue& out = connection_.out();
  out.copy(head);
  phase_ = Phase::Sending;
  if (framing_ == Framing::None) return;
  if (response.stream) return start_stream(std::move(response));
  for (Piece& piece : response.body) out.push(std::move(piece));
}

Response Http1Session::refuse_upgrade() const {
  if (websocket_ask_.refusal == 400) return plain_answer(400, "the WebSocket request is malformed");
  return plain_answer(426, "this address speaks WebSocket, version 13")
      .header("Upgrade", "websocket")
      .header("Sec-WebSocket-Version", "13");
}

void Http1Session::open_websocket(Response response) {
  connection_.out().push_text(websocket_handshake(websocket_ask_.key, response.websocket_protocol));
  phase_ = Phase::Done;
  connection_.switch_to(
      std::make_unique<WebSocketSession>(connection_, std::move(response.websocket)),
      std::exchange(input_, {}));
}

void Http1Session::start_stream(Response response) {
  phase_ = Phase::Streaming;
  // Nothing but the stream is kept of a request that became a watch.
  if (input_.empty()) std::string().swap(input_);
  stream_left_ = declared_length(response).value_or(0);
  is_stream_waiting_ = false;
  if (!response.body.empty()) append_chunk(response.body);
  stream_ = std::move(response.stream);
  stream_->on_ready(connection_.waker(0));
}

void Http1Session::on_sent() {
  if (phase_ == Phase::Streaming) {
    pull();
  } else if (phase_ == Phase::Sending) {
    finish_exchange();
  }
}

void Http1Session::on_wake(std::uint32_t) {
  is_stream_waiting_ = false;
}

void Http1Session::pull() {
  if (is_stream_waiting_) return;
  std::vector<Piece> pieces;
  const Stream::Next next = stream_->pull(pieces, kPullBytes);
  append_chunk(pieces);
  if (next == Stream::Next::End) return end_stream();
  // Data without bytes is the stream's mistake; waiting for its next call is the harmless reading.
  is_stream_waiting_ = next == Stream::Next::Wait || connection_.out().empty();
  if (is_stream_waiting_ && connection_.server().is_draining) end_waiting_stream();
}

// The server stops. Watches end cleanly; a part of something must not pass for the whole.
void Http1Session::end_waiting_stream() {
  if (!stream_->is_endless()) return connection_.abort();
  end_stream();
}

void Http1Session::append_chunk(std::vector<Piece>& pieces) {
  std::size_t size = 0;
  for (const Piece& piece : pieces) size += piece.bytes.size();
  if (size == 0) return;
  OutQueue& out = connection_.out();
  if (framing_ == Framing::Chunked) out.copy(fmt::format("{:x}\r\n", size));
  if (framing_ == Framing::Length) {
    if (size > stream_left_) {
      log::error("net", "a stream gave more than its Content-Length",
                 {{"listener", connection_.listener()->name}});
      return connection_.abort();
    }
    stream_left_ -= size;
  }
  for (Piece& piece : pieces) out.push(std::move(piece));
  if (framing_ == Framing::Chunked) out.copy("\r\n");
}

void Http1Session::end_stream() {
  stream_.reset();
  phase_ = Phase::Sending;
  if (framing_ == Framing::Chunked) connection_.out().copy("0\r\n\r\n");
  if (framing_ == Framing::Length && stream_left_ > 0) {
    // The peer must not take a part for the whole.
    connection_.abort();
  }
}

// The answer is on the wire: on to the next request, which may be here already.
void Http1Session::finish_exchange() {
  if (!answer_to_.keeps_alive || (peer_ended_ && input_.empty())) return end();
  phase_ = Phase::Idle;
  has_head_ = false;
  stop_ = std::stop_source(std::nostopstate);
  due_ = connection_.thread().now() + connection_.server().options.idle_timeout;
  if (input_.empty()) return;
  const std::string input = std::exchange(input_, {});
  on_bytes(input);
  if (peer_ended_ && (phase_ == Phase::Idle || phase_ == Phase::Reading)) end();
}

// Either the peer is gone, or it has only ended its side and still wants the answers to what it
// sent.
void Http1Session::on_end() {
  peer_ended_ = true;
  if (phase_ == Phase::Streaming) return connection_.abort();
  if (phase_ == Phase::Idle || phase_ == Phase::Reading) return end();
  stop_.request_stop();
}

bool Http1Session::wants_input() const {
  return phase_ != Phase::Done && input_.size() < kPipelinedMax;
}

void Http1Session::on_time(Duration now) {
  if (now < due_) return;
  if (phase_ == Phase::Idle) return end();
  if (phase_ == Phase::Reading) {
    refuse(408, has_head_ ? "the request body took too long" : "the request head took too long");
  }
}

void Http1Session::on_stop() {
  answer_to_.keeps_alive = false;
  if (phase_ == Phase::Idle) return end();
  if (phase_ == Phase::Streaming && is_stream_waiting_) end_waiting_stream();
}

void Http1Session::refuse(int status, std::string_view reason) {
  ++connection_.server().requests_refused;
  if (!has_head_) answer_to_ = {};
  answer_to_.keeps_alive = false;
  Response response = plain_answer(status, reason);
  reader_.reset();
  share_.reset();
  answer(std::move(response));
}

void Http1Session::end() {
  phase_ = Phase::Done;
  connection_.finish();
}

}  // namespace gp::net
