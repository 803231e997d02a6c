#include "adapter/net/http2_session.hpp"

#include <nghttp2/nghttp2.h>

#include "adapter/net/connection.hpp"
#include "adapter/net/dispatch.hpp"
#include "adapter/net/http1_head.hpp"
#include "adapter/net/tokens.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kQueuedMax = 256U << 10U;  // what may wait in the connection's queue at once
constexpr std::size_t kPullBytes = 64U << 10U;
constexpr std::int32_t kStreamWindow = 1 << 20;
constexpr std::int32_t kConnectionWindow = 4 << 20;
constexpr std::uint64_t kResetsMax = 200;  // beyond as many as were answered

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 takes pointers to non-const, and copies.
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// Fields of one connection's hop have no place in HTTP/2 (RFC 9113, 8.2.2).
bool is_hop_field(std::string_view name) {
  for (const std::string_view hop : {"connection", "keep-alive", "transfer-encoding", "upgrade",
                                     "proxy-connection", "date", "content-length"}) {
    if (equal_ignoring_case(name, hop)) return true;
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

struct Http2Session::Exchange {
  Exchange(ServerState& server, Duration now) : share(server), since(now) {}
  ~Exchange() { stop.request_stop(); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Request request;
  std::string authority;
  std::size_t head_bytes = 0;
  BodyShare share;
  std::stop_source stop;
  Duration since;
  bool is_head = false;
  bool is_dispatched = false;
  bool is_answered = false;

  std::deque<Piece> body;  // of the answer
  std::size_t offset = 0;  // into body.front()
  std::unique_ptr<Stream> stream;
  bool stream_waits = false;
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
    Exchange* exchange = session.find(frame->hd.stream_id);
    if (exchange == nullptr || exchange->is_dispatched) return 0;  // trailers are read and dropped
    const bool fits = session.add_header(*exchange, view(name, name_size), view(value, value_size));
    return fits ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* data) {
    Http2Session& session = self(data);
    Exchange* exchange = session.find(id);
    if (exchange == nullptr || exchange->is_answered) return 0;
    std::string& body = exchange->request.body;
    if (body.size() + size > session.connection_.server().options.body_bytes_max) {
      session.refuse(id, *exchange, 413, "the request's body is too large");
    } else if (!exchange->share.grow_to(body.size() + size)) {
      session.refuse(id, *exchange, 503,
                     "the server holds too many request bodies; try again shortly");
    } else {
      body.append(view(bytes, size));
    }
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    Http2Session& session = self(data);
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      if (++session.resets_ > session.completed_ + kResetsMax)
        session.go_away(NGHTTP2_ENHANCE_YOUR_CALM);
      return 0;
    }
    const bool is_message = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!is_message || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    Exchange* exchange = session.find(frame->hd.stream_id);
    if (exchange != nullptr && !exchange->is_dispatched && !exchange->is_answered) {
      session.dispatch(frame->hd.stream_id, *exchange);
    }
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* data) {
    Http2Session& session = self(data);
    session.exchanges_.erase(id);
    if (session.exchanges_.empty()) session.idle_since_ = session.connection_.thread().now();
    return 0;
  }

  static ssize_t read(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size,
                      std::uint32_t* flags, nghttp2_data_source* source, void* data) {
    bool is_end = false;
    const std::ptrdiff_t count = self(data).read_body(*static_cast<Exchange*>(source->ptr),
                                                      reinterpret_cast<char*>(into), size, is_end);
    if (is_end) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return count == 0 && !is_end ? static_cast<ssize_t>(NGHTTP2_ERR_DEFERRED) : count;
  }
};

Http2Session::Http2Session(Connection& connection)
    : connection_(connection), idle_since_(connection.thread().now()) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Callbacks::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::on_close);
  const int made = nghttp2_session_server_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  GP_CHECK(made == 0, "out of memory");

  const ServerOptions& options = connection.server().options;
  const std::array<nghttp2_settings_entry, 4> settings = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
       static_cast<std::uint32_t>(options.http2_streams_max)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(options.header_bytes_max)},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(kStreamWindow)},
      {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 0},
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
  const auto taken = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken < 0) is_ending_ = true;  // nghttp2 has queued the GOAWAY that says why
}

bool Http2Session::add_header(Exchange& exchange, std::string_view name, std::string_view value) {
  const ServerOptions& options = connection_.server().options;
  exchange.head_bytes += name.size() + value.size() + 32;  // RFC 9113, 6.5.2
  if (exchange.head_bytes > options.header_bytes_max + options.target_bytes_max) return false;
  if (exchange.request.headers.all().size() >= options.headers_max) return false;
  Request& request = exchange.request;
  if (name == ":method") {
    request.method = std::string(value);
  } else if (name == ":path") {
    request.target = std::string(value);
  } else if (name == ":authority") {
    exchange.authority = std::string(value);
  } else if (name == "cookie" && request.headers.contains("cookie")) {
    // Browsers send crumbs (RFC 9113, 8.2.3).
    request.headers.set("cookie", fmt::format("{}; {}", request.headers.get("cookie"), value));
  } else if (!name.starts_with(':')) {
    request.headers.add(name, value);
  }
  return true;
}

void Http2Session::dispatch(std::int32_t id, Exchange& exchange) {
  exchange.is_dispatched = true;
  Request& request = exchange.request;
  request.http_major = 2;
  if (!request.headers.contains("Host")) request.headers.add("Host", exchange.authority);
  if (!request.target.starts_with('/') ||
      request.target.size() > connection_.server().options.target_bytes_max) {
    return refuse(id, exchange, 400, "the request's target is not a path");
  }
  const std::size_t mark = std::min(request.target.find('?'), request.target.size());
  request.path = request.target.substr(0, mark);
  auto query = Query::parse(
      std::string_view(request.target).substr(std::min(mark + 1, request.target.size())));
  if (!query) return refuse(id, exchange, 400, query.error().message);
  request.query = std::move(*query);

  exchange.is_head = request.method == "HEAD";
  Errand errand{.stream = static_cast<std::uint32_t>(id),
                .stop = exchange.stop.get_token(),
                .share = std::move(exchange.share)};
  exchange.share = BodyShare(connection_.server());
  auto response = net::dispatch(connection_, std::move(request), std::move(errand));
  if (response) answer(id, exchange, std::move(*response));
}

void Http2Session::refuse(std::int32_t id, Exchange& exchange, int status,
                          std::string_view reason) {
  ++connection_.server().requests_refused;
  answer(id, exchange, plain_answer(status, reason));
}

void Http2Session::on_response(std::uint32_t stream, Response response) {
  const auto id = static_cast<std::int32_t>(stream);
  if (Exchange* exchange = find(id)) answer(id, *exchange, std::move(response));
}

void Http2Session::answer(std::int32_t id, Exchange& exchange, Response response) {
  if (std::exchange(exchange.is_answered, true)) return;
  ++completed_;
  if (response.websocket) response = Response::text(501, "WebSocket needs HTTP/1.1 here\n");
  const bool has_body = !exchange.is_head && status_has_body(response.status) &&
                        (response.stream || body_size(response) > 0);

  const std::string status = std::to_string(response.status);
  const std::string length =
      std::to_string(declared_length(response).value_or(body_size(response)));
  std::vector<std::string> names;
  names.reserve(response.headers.all().size());
  std::vector<nghttp2_nv> fields = {field(":status", status)};
  for (const auto& [name, value] : response.headers.all()) {
    if (is_hop_field(name)) continue;
    names.push_back(lower(name));
    fields.push_back(field(names.back(), value));
  }
  fields.push_back(field("date", connection_.thread().date()));
  if (status_has_body(response.status) && !response.stream)
    fields.push_back(field("content-length", length));

  if (!has_body) {
    nghttp2_submit_response(session_, id, fields.data(), fields.size(), nullptr);
    return;
  }
  for (Piece& piece : response.body) exchange.body.push_back(std::move(piece));
  exchange.stream = std::move(response.stream);
  if (exchange.stream) exchange.stream->on_ready(connection_.waker(static_cast<std::uint32_t>(id)));
  nghttp2_data_provider provider;
  provider.source.ptr = &exchange;
  provider.read_callback = Callbacks::read;
  nghttp2_submit_response(session_, id, fields.data(), fields.size(), &provider);
}

// Copies what is there, pulling from the stream when it runs dry. 0 without `is_end`: wait for a
// wake.
std::ptrdiff_t Http2Session::read_body(Exchange& exchange, char* into, std::size_t size,
                                       bool& is_end) {
  std::size_t filled = 0;
  while (filled < size) {
    if (exchange.body.empty()) {
      if (!exchange.stream || exchange.stream_waits) break;
      std::vector<Piece> pulled;
      const Stream::Next next = exchange.stream->pull(pulled, kPullBytes);
      for (Piece& piece : pulled) exchange.body.push_back(std::move(piece));
      if (next == Stream::Next::Wait) exchange.stream_waits = true;
      if (next == Stream::Next::End) exchange.stream.reset();
      continue;
    }
    const std::string_view rest = exchange.body.front().bytes.substr(exchange.offset);
    const std::size_t count = std::min(rest.size(), size - filled);
    std::memcpy(into + filled, rest.data(), count);
    filled += count;
    exchange.offset += count;
    if (count < rest.size()) break;
    exchange.body.pop_front();
    exchange.offset = 0;
  }
  is_end = exchange.body.empty() && !exchange.stream;
  return static_cast<std::ptrdiff_t>(filled);
}

void Http2Session::on_wake(std::uint32_t stream) {
  const auto id = static_cast<std::int32_t>(stream);
  Exchange* exchange = find(id);
  if (exchange == nullptr) return;
  exchange->stream_waits = false;
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
  const bool is_over =
      nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
  if (out.empty() && (is_over || is_ending_)) connection_.finish();
}

void Http2Session::on_end() {
  connection_.abort();
}

void Http2Session::on_time(Duration now) {
  const ServerOptions& options = connection_.server().options;
  if (exchanges_.empty() && now - idle_since_ >= options.idle_timeout)
    return go_away(NGHTTP2_NO_ERROR);
  for (const auto& [id, exchange] : exchanges_) {
    if (exchange->is_dispatched || exchange->is_answered ||
        now - exchange->since < options.body_timeout)
      continue;
    refuse(id, *exchange, 408, "the request's body took too long");
    return;  // the rest at the next tick: answering may change the map
  }
}

void Http2Session::on_stop() {
  for (const auto& [id, exchange] : exchanges_) {
    if (!exchange->stream) continue;
    exchange->stream.reset();  // watches have no end of their own
    nghttp2_session_resume_data(session_, id);
  }
  const std::int32_t last = nghttp2_session_get_last_proc_stream_id(session_);
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
  if (exchanges_.empty()) is_ending_ = true;
}

void Http2Session::go_away(std::uint32_t code) {
  nghttp2_session_terminate_session(session_, code);
}

}  // namespace gp::net
