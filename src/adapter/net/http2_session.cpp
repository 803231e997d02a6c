#include "adapter/net/http2_session.hpp"

#include <nghttp2/nghttp2.h>

#include "adapter/net/dispatch.hpp"
#include "adapter/net/http1_head.hpp"
#include "adapter/net/http2_fields.hpp"
#include "adapter/net/pulled_body.hpp"
#include "base/log.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kQueuedMax = 256U << 10U;  // what may wait in the connection's queue at once
constexpr std::int32_t kStreamWindow = 1 << 20;
constexpr std::int32_t kConnectionWindow = 4 << 20;
constexpr std::uint64_t kCancelledMax = 200;  // beyond as many as were answered

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

struct Http2Session::Exchange {
  Exchange(ServerState& server, Duration now) : share(server), since(now) {}
  ~Exchange() { stop.request_stop(); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Http2Head head;
  std::string request_body;
  BodyShare share;
  std::stop_source stop;
  PulledBody body;  // of the answer
  Duration since;   // the head or body began, or the answer last got on
  bool has_head = false;
  bool is_whole = false;  // the request
  bool is_answered = false;
};

struct Http2Session::Callbacks {
  static Http2Session& self(void* data) { return *static_cast<Http2Session*>(data); }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    Http2Session& session = self(data);
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      session.exchanges_[frame->hd.stream_id] = std::make_unique<Exchange>(
          session.connection_.server(), session.connection_.thread().now());
    }
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* data) {
    Http2Session& session = self(data);
    Exchange* const exchange = session.find(frame->hd.stream_id);
    // Trailers are read and dropped.
    if (exchange != nullptr && !exchange->has_head) {
      session.on_header(*exchange, view(name, name_size), view(value, value_size));
    }
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* data) {
    Http2Session& session = self(data);
    Exchange* const exchange = session.find(id);
    if (exchange != nullptr) session.on_data(id, *exchange, view(bytes, size));
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    Http2Session& session = self(data);
    const std::int32_t id = frame->hd.stream_id;
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    Exchange* const exchange = session.find(id);
    if (exchange == nullptr) return 0;
    const bool is_whole = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!exchange->has_head) session.on_head(id, *exchange, is_whole);
    if (is_whole && !std::exchange(exchange->is_whole, true) && !exchange->is_answered) {
      session.run_request(id, *exchange);
    }
    return 0;
  }

  // An answer that came before the request was whole: the rest of the request is not wanted.
  static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    Exchange* const exchange = self(data).find(frame->hd.stream_id);
    if (exchange != nullptr && !exchange->is_whole) {
      self(data).reset(frame->hd.stream_id, NGHTTP2_NO_ERROR);
    }
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* data) {
    self(data).on_close(id);
    return 0;
  }

  // Says how much body is ready; send_data then moves it into the queue, uncopied.
  static ssize_t read(nghttp2_session*, std::int32_t id, std::uint8_t*, std::size_t size,
                      std::uint32_t* flags, nghttp2_data_source*, void* data) {
    Http2Session& session = self(data);
    Exchange* const exchange = session.find(id);
    if (exchange == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    PulledBody& body = exchange->body;
    const std::size_t count = body.available(size);
    if (count == 0 && body.is_waiting()) {
      if (!session.connection_.server().is_draining) return NGHTTP2_ERR_DEFERRED;
      body.end_early();
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (body.is_at_end_after(count)) {
      if (!body.is_broken()) *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (count == 0 && body.is_broken()) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    return static_cast<ssize_t>(count);
  }

  static int send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head,
                       std::size_t size, nghttp2_data_source*, void* data) {
    Http2Session& session = self(data);
    Exchange* const exchange = session.find(frame->hd.stream_id);
    if (exchange == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    OutQueue& out = session.connection_.out();
    constexpr std::size_t kFrameHead = 9;
    out.copy(view(head, kFrameHead));  // we never pad
    exchange->body.take(size, out);
    exchange->since = session.connection_.thread().now();
    return 0;
  }
};

Http2Session::Http2Session(Connection& connection)
    : connection_(connection), idle_since_(connection.thread().now()) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* option = nullptr;
  GP_CHECK(nghttp2_session_callbacks_new(&callbacks) == 0, "out of memory");
  GP_CHECK(nghttp2_option_new(&option) == 0, "out of memory");
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Callbacks::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, Callbacks::on_frame_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::on_close);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, Callbacks::send_data);
  nghttp2_option_set_no_closed_streams(option, 1);  // remembered only for priorities
  const int made = nghttp2_session_server_new2(&session_, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  GP_CHECK(made == 0, "out of memory");

  const ServerOptions& options = connection.server().options;
  const std::array<nghttp2_settings_entry, 4> settings = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
       static_cast<std::uint32_t>(options.http2_streams_max)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(options.header_bytes_max)},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(kStreamWindow)},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

Http2Session::~Http2Session() {
  nghttp2_session_del(session_);
}

Http2Session::Exchange* Http2Session::find(std::int32_t id) {
  const auto found = exchanges_.find(id);
  return found == exchanges_.end() ? nullptr : found->second.get();
}

void Http2Session::on_bytes(std::string_view bytes) {
  has_heard_ = true;
  const auto taken = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken >= 0) return;
  // Not HTTP/2, or a flood that nghttp2 counts: acknowledgements, settings, continuations.
  is_ending_ = true;
  const bool is_foreign = taken == NGHTTP2_ERR_BAD_CLIENT_MAGIC;
  go_away(is_foreign ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Session::on_header(Exchange& exchange, std::string_view name, std::string_view value) {
  const ServerOptions& options = connection_.server().options;
  exchange.head.add(name, value,
                    {.header_bytes_max = options.header_bytes_max,
                     .headers_max = options.headers_max,
                     .target_bytes_max = options.target_bytes_max});
}

void Http2Session::on_head(std::int32_t id, Exchange& exchange, bool is_whole) {
  exchange.has_head = true;
  exchange.since = connection_.thread().now();
  exchange.head.finish();
  if (exchange.head.refusal() != 0) {
    return refuse(id, exchange, exchange.head.refusal(), exchange.head.refusal_reason());
  }
  if (!is_whole && exchange.head.expects_continue()) {
    const nghttp2_nv status = http2_field(":status", "100");
    nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, id, nullptr, &status, 1, nullptr);
  }
}

void Http2Session::on_data(std::int32_t id, Exchange& exchange, std::string_view bytes) {
  if (exchange.is_answered) return;
  const std::size_t size = exchange.request_body.size() + bytes.size();
  if (size > connection_.server().options.body_bytes_max) {
    refuse(id, exchange, 413, "the request body is too large");
  } else if (!exchange.share.resize(size)) {
    refuse(id, exchange, 503, "the server holds too many request bodies");
  } else {
    exchange.request_body += bytes;
  }
}

// Counts what was given up before its answer, by the peer or since the peer broke the protocol.
void Http2Session::on_close(std::int32_t id) {
  const auto found = exchanges_.find(id);
  if (found == exchanges_.end()) return;
  if (!found->second->is_answered && ++cancelled_ > answers_ + kCancelledMax) {
    go_away(NGHTTP2_ENHANCE_YOUR_CALM);
  }
  exchanges_.erase(found);
  if (exchanges_.empty()) idle_since_ = connection_.thread().now();
}

void Http2Session::run_request(std::int32_t id, Exchange& exchange) {
  Request request = exchange.head.take_request();
  request.body = std::move(exchange.request_body);
  Errand errand{.stream = static_cast<std::uint32_t>(id),
                .stop = exchange.stop.get_token(),
                .is_void_when_stopped = true,
                .share = std::move(exchange.share)};
  auto response = dispatch(connection_, std::move(request), std::move(errand));
  if (response) answer(id, exchange, std::move(*response));
}

void Http2Session::refuse(std::int32_t id, Exchange& exchange, int status,
                          std::string_view reason) {
  ++connection_.server().requests_refused;
  exchange.request_body = {};
  answer(id, exchange, plain_answer(status, reason));
}

void Http2Session::on_response(std::uint32_t stream, Response response) {
  const auto id = static_cast<std::int32_t>(stream);
  if (Exchange* const exchange = find(id)) answer(id, *exchange, std::move(response));
}

void Http2Session::answer(std::int32_t id, Exchange& exchange, Response response) {
  if (std::exchange(exchange.is_answered, true)) return;
  ++answers_;
  exchange.since = connection_.thread().now();
  if (response.websocket) response = plain_answer(501, "WebSocket needs HTTP/1.1 here");
  const AnswerTo answer_to{.is_head = exchange.head.is_head()};
  const bool has_body = choose_framing(response, answer_to) != Framing::None &&
                        (response.stream || body_size(response) > 0);
  const Http2Fields fields(response, connection_.thread().date());
  if (!has_body) {
    nghttp2_submit_response(session_, id, fields.data(), fields.size(), nullptr);
    return;
  }
  if (response.stream) response.stream->on_ready(connection_.waker(static_cast<std::uint32_t>(id)));
  const auto promised = response.stream ? declared_length(response) : std::nullopt;
  exchange.body = PulledBody(response, promised);
  nghttp2_data_provider provider{};
  provider.read_callback = Callbacks::read;
  nghttp2_submit_response(session_, id, fields.data(), fields.size(), &provider);
}

void Http2Session::on_wake(std::uint32_t stream) {
  const auto id = static_cast<std::int32_t>(stream);
  Exchange* const exchange = find(id);
  if (exchange == nullptr) return;
  exchange->body.wake();
  exchange->since = connection_.thread().now();
  nghttp2_session_resume_data(session_, id);
}

void Http2Session::on_sent() {
  OutQueue& out = connection_.out();
  while (out.bytes() < kQueuedMax) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) return connection_.abort();
    if (size == 0) break;
    out.copy(view(bytes, static_cast<std::size_t>(size)));
  }
  if (!out.empty()) return;
  const bool is_over =
      nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
  if (is_over || is_ending_) connection_.finish();
}

void Http2Session::on_end() {
  connection_.abort();
}

// A head or body that takes too long, or an answer that the peer does not take.
bool Http2Session::is_overdue(const Exchange& exchange, Duration now) const {
  const ServerOptions& options = connection_.server().options;
  const Duration age = now - exchange.since;
  if (exchange.is_answered) return !exchange.body.is_waiting() && age >= options.write_timeout;
  return !exchange.is_whole && age >= options.body_timeout;
}

void Http2Session::on_time(Duration now) {
  const ServerOptions& options = connection_.server().options;
  if (exchanges_.empty()) {
    const Duration limit = has_heard_ ? options.idle_timeout : options.header_timeout;
    if (now - idle_since_ >= limit) go_away(NGHTTP2_NO_ERROR);
    return;
  }
  for (const auto& [id, exchange] : exchanges_) {
    // Half a head blocks every other stream of the connection.
    if (!exchange->has_head && now - exchange->since >= options.header_timeout) {
      return go_away(NGHTTP2_PROTOCOL_ERROR);
    }
    if (!is_overdue(*exchange, now)) continue;
    exchange->since = now;
    if (exchange->is_answered) {
      reset(id, NGHTTP2_CANCEL);
    } else {
      refuse(id, *exchange, 408, "the request body took too long");
    }
  }
}

std::optional<Duration> Http2Session::idle_since() const {
  return exchanges_.empty() ? std::optional(idle_since_) : std::nullopt;
}

void Http2Session::reset(std::int32_t id, std::uint32_t code) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
}

void Http2Session::on_stop() {
  const std::int32_t last = nghttp2_session_get_last_proc_stream_id(session_);
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
  // Waiting streams are asked once more, and then end: see Callbacks::read.
  for (const auto& [id, exchange] : exchanges_) {
    if (!exchange->body.is_waiting()) continue;
    exchange->body.wake();
    nghttp2_session_resume_data(session_, id);
  }
}

void Http2Session::go_away(std::uint32_t code) {
  nghttp2_session_terminate_session(session_, code);
}

}  // namespace gp::net
