#include "adapter/net/connection.hpp"

#include "adapter/net/http1_session.hpp"
#include "adapter/net/http2_session.hpp"

namespace gp::net {
namespace {

// Per event, so that one busy connection does not starve the others of its thread.
constexpr int kReadsAtOnce = 4;
constexpr int kWritesAtOnce = 32;
constexpr Duration kLinger = std::chrono::seconds(2);
// A peer that asks on without reading the answers is held back.
constexpr std::size_t kUnsentMax = 1U << 20U;
constexpr std::size_t kDiscardMax = 64U << 20U;

}  // namespace

Connection::Connection(ServerState& server, IoThread& thread,
                       std::shared_ptr<ListenerState> listener, Fd fd, std::string peer)
    : server_(server),
      thread_(thread),
      listener_(std::move(listener)),
      peer_(std::move(peer)),
      socket_(fd.get(), listener_->current_tls()),
      watch_(thread, std::move(fd), *this),
      due_(thread.now() + server.options.header_timeout),
      progress_(thread.now()) {}

Connection::~Connection() = default;

void Connection::start() {
  thread_.add(shared_from_this());
  if (server_.is_draining) return close();
  continue_handshake();
}

void Connection::continue_handshake() {
  switch (socket_.handshake()) {
    case Socket::Outcome::Done: return open();
    case Socket::Outcome::WantsRead: return await(true, false);
    case Socket::Outcome::WantsWrite: return await(false, true);
    default: break;
  }
  if (socket_.met_plain_http()) socket_.refuse_plain_http();
  close();
}

void Connection::open() {
  state_ = State::Open;
  certificate_ = socket_.peer_certificate();
  if (socket_.chose_http2()) {
    session_ = std::make_unique<Http2Session>(*this);
  } else {
    session_ = std::make_unique<Http1Session>(*this);
  }
  settle();
}

void Connection::describe(Request& request) const {
  request.peer = peer_;
  request.certificate = certificate_;
  request.is_tls = socket_.is_tls();
}

void Connection::finish() {
  is_finishing_ = true;
}

void Connection::abort() {
  is_aborted_ = true;
}

void Connection::reset() {
  is_aborted_ = true;
  is_reset_ = true;
}

void Connection::switch_to(std::unique_ptr<Session> session, std::string leftover) {
  next_session_ = std::move(session);
  leftover_ = std::move(leftover);
}

std::function<void()> Connection::waker(std::uint32_t stream) {
  struct Wake {
    std::weak_ptr<Connection> connection;
    std::shared_ptr<Inbox> inbox;
    std::uint32_t stream;
    std::atomic<bool> is_pending = false;
  };
  auto shared = std::make_shared<Wake>();
  shared->connection = weak_from_this();
  shared->inbox = thread_.inbox();
  shared->stream = stream;
  return [shared = std::move(shared)] {
    if (shared->is_pending.exchange(true)) return;
    shared->inbox->post([shared] {
      shared->is_pending = false;  // before the pull: what comes during it asks for another
      if (const auto connection = shared->connection.lock()) connection->wake(shared->stream);
    });
  };
}

void Connection::respond(std::uint32_t stream, Response response) {
  if (state_ != State::Open || !session_) return;
  session_->on_response(stream, std::move(response));
  settle();
}

void Connection::wake(std::uint32_t stream) {
  if (state_ != State::Open) return;
  session_->on_wake(stream);
  settle();
}

void Connection::on_readable() {
  is_input_dry_ = false;
  switch (state_) {
    case State::Handshake: return continue_handshake();
    case State::Open: return read_some();
    case State::Lingering: return discard_input();
    case State::Closed: return;
  }
}

void Connection::on_writable() {
  if (state_ == State::Handshake) return continue_handshake();
  if (state_ != State::Open) return;
  wants_write_ = false;
  if (std::exchange(reads_when_writable_, false)) return read_some();
  settle();
}

void Connection::read_some() {
  for (int reads = 0; reads < kReadsAtOnce && may_read(); ++reads) {
    const std::span<char> room = thread_.input_room();
    const Socket::Io io = socket_.read(room);
    if (io.outcome == Socket::Outcome::Done) {
      session_->on_bytes({room.data(), io.bytes});
      adopt_session();
      if (!socket_.has_buffered_input()) break;
    } else if (io.outcome == Socket::Outcome::End) {
      is_at_end_ = true;
      session_->on_end();
      break;
    } else if (io.outcome == Socket::Outcome::Failed) {
      abort();
      break;
    } else {
      is_input_dry_ = true;
      reads_when_writable_ = io.outcome == Socket::Outcome::WantsWrite;
      break;
    }
  }
  settle();
}

// After every call of the session: send, then end or wait.
void Connection::settle() {
  adopt_session();
  if (!is_aborted_ && !wants_write_) flush();
  if (is_aborted_) return close();
  if (is_finishing_ && out_.empty()) return linger();
  arm();
}

void Connection::flush() {
  for (int writes = 0; refill(); ++writes) {
    if (writes == kWritesAtOnce) {
      wants_write_ = true;  // writable at once: goes on after the others had their turn
      return;
    }
    const Socket::Io io = socket_.write(out_, thread_.output_room());
    if (io.outcome == Socket::Outcome::Done) {
      if (io.bytes > 0) progress_ = thread_.now();
    } else if (io.outcome == Socket::Outcome::WantsWrite) {
      wants_write_ = true;
      return;
    } else {
      return abort();
    }
  }
}

// Whether there is something to write, after asking the session for more.
bool Connection::refill() {
  if (out_.empty() && !is_finishing_) {
    session_->on_sent();
    adopt_session();
    if (!out_.empty()) progress_ = thread_.now();
  }
  return !out_.empty() && !is_aborted_;
}

void Connection::adopt_session() {
  if (!next_session_) return;
  session_ = std::move(next_session_);
  const std::string leftover = std::exchange(leftover_, {});
  if (!leftover.empty()) session_->on_bytes(leftover);
}

void Connection::arm() {
  const bool wants_read = !is_at_end_ && may_read();
  await(wants_read && !reads_when_writable_, wants_write_ || reads_when_writable_);
  // The kernel will not announce what is already in OpenSSL's buffer.
  const bool has_more = wants_read && !is_input_dry_ && socket_.has_buffered_input();
  if (!has_more || std::exchange(has_read_task_, true)) return;
  thread_.inbox()->post([self = shared_from_this()] {
    self->has_read_task_ = false;
    if (self->state_ == State::Open) self->read_some();
  });
}

void Connection::await(bool for_reading, bool for_writing) {
  if (!watch_.watch(for_reading, for_writing)) close();
}

bool Connection::may_read() const {
  return !is_finishing_ && !is_aborted_ && out_.bytes() < kUnsentMax && session_->wants_input();
}

void Connection::linger() {
  session_.reset();
  socket_.shutdown_writing();
  if (is_at_end_ || server_.is_draining) return close();
  state_ = State::Lingering;
  due_ = thread_.now() + kLinger;
  discard_input();
}

void Connection::discard_input() {
  const std::span<char> room = thread_.input_room();
  for (int reads = 0; reads < kReadsAtOnce; ++reads) {
    const Socket::Io io = socket_.read(room);
    if (io.outcome == Socket::Outcome::WantsRead) break;
    discarded_ += io.bytes;
    if (io.outcome != Socket::Outcome::Done || discarded_ > kDiscardMax) return close();
  }
  await(true, false);
}

std::optional<Duration> Connection::idle_since() const {
  return state_ == State::Open ? session_->idle_since() : std::nullopt;
}

void Connection::on_time(Duration now) {
  if (state_ == State::Closed) return;
  if (state_ == State::Handshake || state_ == State::Lingering) {
    if (now >= due_) close();
    return;
  }
  if (!out_.empty() && now - progress_ >= server_.options.write_timeout) return close();
  session_->on_time(now);
  settle();
}

void Connection::on_stop() {
  if (state_ != State::Open) return close();
  session_->on_stop();
  settle();
}

void Connection::shut() {
  close();
}

void Connection::close() {
  if (state_ == State::Closed) return;
  state_ = State::Closed;
  is_closed_ = true;
  session_.reset();
  next_session_.reset();
  out_.clear();
  if (is_reset_) socket_.reset_when_closed();
  watch_.close();
  thread_.remove(this);
  {
    const std::lock_guard lock(server_.mutex);
    --server_.connections_open;
    if (server_.connections_open == 0) server_.connection_closed.notify_all();
  }
}

}  // namespace gp::net
