#include "adapter/net/http1_session.hpp"

#include "adapter/net/dispatch.hpp"
#include "adapter/net/http2_session.hpp"
#include "adapter/net/raw_session.hpp"
#include "adapter/net/tokens.hpp"
#include "adapter/net/websocket_session.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kPipelinedMax = 64U << 10U;
constexpr std::size_t kPullBytes = 64U << 10U;
constexpr std::size_t kTogetherMax = 16U << 10U;  // answers to pipelined requests, sent as one
constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

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
  if (is_first_ && is_http2(bytes)) return;
  if (input_.empty()) {
    const std::size_t used = advance(bytes);
    input_ = bytes.substr(used);
  } else {
    input_ += bytes;
    input_.erase(0, advance(input_));
  }
  if (upgrade_) open_websocket();
}

// Holds the bytes back while they could be HTTP/2's preface.
bool Http1Session::is_http2(std::string_view bytes) {
  const std::string begin = (input_ + std::string(bytes)).substr(0, kHttp2Preface.size());
  if (!kHttp2Preface.starts_with(begin)) {
    is_first_ = false;
    return false;
  }
  input_ += bytes;
  due_ = std::min(due_, connection_.thread().now() + connection_.server().options.header_timeout);
  if (begin.size() < kHttp2Preface.size()) return true;
  phase_ = Phase::Done;
  connection_.switch_to(std::make_unique<Http2Session>(connection_), std::exchange(input_, {}));
  return true;
}

// Reads requests until one is being answered or the bytes are used up; says how many it took.
std::size_t Http1Session::advance(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const bool is_answered = phase_ == Phase::Sending && answer_to_.keeps_alive;
    if (is_answered && connection_.out().bytes() < kTogetherMax) become_idle();
    if (phase_ != Phase::Idle && phase_ != Phase::Reading) break;
    used += feed(bytes.substr(used));
  }
  const bool is_over = phase_ == Phase::Done && !upgrade_;
  return is_over ? bytes.size() : used;
}

std::size_t Http1Session::feed(std::string_view bytes) {
  const ServerOptions& options = connection_.server().options;
  if (!reader_) reader_ = std::make_unique<Http1Reader>(limits_of(options));
  const std::size_t used = reader_->feed(bytes);
  if (phase_ == Phase::Idle && reader_->has_begun()) {
    phase_ = Phase::Reading;
    has_head_ = false;
    due_ = connection_.thread().now() + options.header_timeout;
  }
  if (reader_->refusal() != 0) {
    refuse(reader_->refusal(), reader_->refusal_reason());
    return used;
  }
  if (reader_->has_head() && !has_head_) on_head();
  if (hold_body() && reader_->is_complete()) run_request();
  return used;
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
  if (share_->resize(reader_->body_bytes())) return true;
  refuse(503, "the server holds too many request bodies");
  return false;
}

void Http1Session::run_request() {
  phase_ = Phase::Running;
  stop_ = std::stop_source();
  Request request = std::move(reader_->request());
  websocket_ask_ = read_websocket_ask(request);
  upgrade_ask_.clear();
  if (!websocket_ask_.is_asked && list_has_token(request.headers.joined("Connection"), "upgrade")) {
    upgrade_ask_ = request.headers.get("Upgrade");
  }
  reader_.reset();
  Errand errand{.stream = 0,
                .stop = stop_.get_token(),
                .share = share_ ? std::move(*share_) : BodyShare(connection_.server())};
  share_.reset();
  auto response = dispatch(connection_, std::move(request), std::move(errand));
  if (response) answer(std::move(*response));
}

void Http1Session::on_response(std::uint32_t, Response response) {
  if (phase_ != Phase::Running) return;
  answer(std::move(response));
  if (upgrade_) open_websocket();
}

void Http1Session::answer(Response response) {
  if (response.websocket) {
    const bool is_other = !response.upgrade_protocol.empty();
    const bool is_asked = is_other ? equal_ignoring_case(upgrade_ask_, response.upgrade_protocol)
                                   : websocket_ask_.is_asked && websocket_ask_.refusal == 0;
    if (is_asked) {
      phase_ = Phase::Done;
      upgrade_ = std::move(response);
      return;
    }
    response = refuse_upgrade();
  }
  if (connection_.server().is_draining) answer_to_.keeps_alive = false;
  framing_ = choose_framing(response, answer_to_);
  if (framing_ == Framing::Close) answer_to_.keeps_alive = false;
  OutQueue& out = connection_.out();
  std::string head;
  append_head(head, response, answer_to_, framing_, connection_.thread().date());
  out.push_text(std::move(head));
  phase_ = Phase::Sending;
  if (framing_ == Framing::None) return;
  if (!response.stream) {
    for (Piece& piece : response.body) out.push(std::move(piece));
    return;
  }
  phase_ = Phase::Streaming;
  // Nothing but the stream is kept of a request that became a watch.
  if (input_.empty()) std::string().swap(input_);
  response.stream->on_ready(connection_.waker(0));
  const bool has_length = framing_ == Framing::Length;
  body_ = PulledBody(response, has_length ? declared_length(response) : std::nullopt);
}

Response Http1Session::refuse_upgrade() const {
  if (websocket_ask_.refusal == 400) return plain_answer(400, "the WebSocket request is malformed");
  return plain_answer(426, "this address speaks WebSocket, version 13")
      .header("Upgrade", "websocket")
      .header("Sec-WebSocket-Version", "13");
}

// What came after the request are the first frames.
void Http1Session::open_websocket() {
  const Response response = *std::exchange(upgrade_, std::nullopt);
  if (!response.upgrade_protocol.empty()) {
    connection_.out().push_text(upgrade_answer(response.upgrade_protocol, response.headers));
    connection_.switch_to(std::make_unique<RawSession>(connection_, response.websocket),
                          std::exchange(input_, {}));
    return;
  }
  connection_.out().push_text(websocket_handshake(websocket_ask_.key, response.websocket_protocol));
  connection_.switch_to(std::make_unique<WebSocketSession>(connection_, response.websocket),
                        std::exchange(input_, {}));
}

void Http1Session::on_sent() {
  if (phase_ == Phase::Streaming) return pull();
  if (phase_ != Phase::Sending) return;
  // The answer is on the wire: on to the next request, which may be here already.
  if (!answer_to_.keeps_alive || (peer_ended_ && input_.empty())) return end();
  become_idle();
  if (input_.empty()) return;
  on_bytes(std::string());
  if (peer_ended_ && (phase_ == Phase::Idle || phase_ == Phase::Reading)) end();
}

void Http1Session::on_wake(std::uint32_t) {
  body_.wake();
}

void Http1Session::pull() {
  OutQueue& out = connection_.out();
  if (const std::size_t count = body_.available(kPullBytes); count > 0) {
    const bool is_chunk = framing_ == Framing::Chunked;
    if (is_chunk) out.copy(fmt::format("{:x}\r\n", count));
    body_.take(count, out);
    if (is_chunk) out.copy("\r\n");
  }
  if (body_.is_waiting() && connection_.server().is_draining) body_.end_early();
  if (body_.is_at_end_after(0)) end_stream();
}

void Http1Session::end_stream() {
  phase_ = Phase::Sending;
  if (body_.is_broken()) {
    // The peer must not take a part for the whole. Without a length only a reset can tell it.
    return framing_ == Framing::Close ? connection_.reset() : end();
  }
  if (framing_ == Framing::Chunked) connection_.out().copy("0\r\n\r\n");
  body_ = PulledBody();
}

void Http1Session::become_idle() {
  phase_ = Phase::Idle;
  has_head_ = false;
  stop_ = std::stop_source(std::nostopstate);
  due_ = connection_.thread().now() + connection_.server().options.idle_timeout;
}

// Either the peer is gone, or it has only ended its side and still wants the answers to what it
// sent. Nobody waits like that for the end of a watch.
void Http1Session::on_end() {
  peer_ended_ = true;
  if (phase_ == Phase::Streaming && body_.is_endless()) return connection_.abort();
  if (phase_ == Phase::Idle || phase_ == Phase::Reading) return end();
  stop_.request_stop();
}

bool Http1Session::wants_input() const {
  return phase_ != Phase::Done && input_.size() < kPipelinedMax;
}

std::optional<Duration> Http1Session::idle_since() const {
  if (phase_ != Phase::Idle) return std::nullopt;
  return due_ - connection_.server().options.idle_timeout;
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
  // A waiting stream is asked once more, and then ends: see pull().
  if (phase_ == Phase::Streaming) body_.wake();
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
