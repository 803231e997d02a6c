#include "engine/spdy/session.hpp"

#include <algorithm>

namespace gp::spdy {
namespace {

constexpr std::uint16_t kVersion = 3;
constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kDataAtOnce = 64U << 10U;
constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kUnidirectional = 2;
constexpr std::uint32_t kIdMask = 0x7fffffff;

enum Type : std::uint16_t {
  kSynStream = 1,
  kSynReply = 2,
  kRstStream = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kHeaders = 8,
  kWindowUpdate = 9,
};

std::uint32_t number32(std::string_view bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    out = out << 8U | static_cast<unsigned char>(bytes[at + i]);
  }
  return out;
}

void append32(std::string& out, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out += static_cast<char>(static_cast<unsigned char>(number >> shift));
  }
}

Error broken(std::string_view what) {
  return invalid_argument("SPDY: {}", what);
}

}  // namespace

Session::Session(Role role, Events events, Limits limits)
    : role_(role),
      events_(std::move(events)),
      limits_(limits),
      next_own_(role == Role::Server ? 2 : 1),
      next_ping_(role == Role::Server ? 2 : 1) {}

Result<> Session::receive(std::string_view bytes) {
  // Whole frames are read in place; only an unfinished one is kept, and grows where it is.
  const bool has_rest = !input_.empty();
  if (has_rest) input_ += bytes;
  std::string_view rest = has_rest ? std::string_view(input_) : bytes;
  Frame frame;
  while (true) {
    const bool is_whole = TRY(next_frame(rest, frame));
    if (!is_whole) break;
    TRY(handle(frame));
  }
  if (has_rest) {
    input_.erase(0, input_.size() - rest.size());
  } else {
    input_ = rest;
  }
  return {};
}

// False: the frame is not complete yet. Its length is checked as soon as it is known.
Result<bool> Session::next_frame(std::string_view& bytes, Frame& frame) {
  if (bytes.size() < kHeadBytes) return false;
  const std::uint32_t first = number32(bytes, 0);
  const std::uint32_t second = number32(bytes, 4);
  const std::size_t length = second & 0xffffffU;
  frame.is_control = (first >> 31U) != 0;
  frame.flags = static_cast<std::uint8_t>(second >> 24U);
  if (frame.is_control) {
    if ((first >> 16U & 0x7fffU) != kVersion) return fail(broken("not version 3"));
    frame.type = static_cast<std::uint16_t>(first & 0xffffU);
    frame.id = 0;
  } else {
    frame.id = first & kIdMask;
  }
  if (length > limits_.frame_bytes_max) return fail(broken("a frame is too large"));
  if (bytes.size() < kHeadBytes + length) return false;
  frame.body = bytes.substr(kHeadBytes, length);
  bytes.remove_prefix(kHeadBytes + length);
  return true;
}

Result<> Session::handle(const Frame& frame) {
  if (!frame.is_control) return handle_data(frame);
  switch (frame.type) {
    case kSynStream: return handle_open(frame);
    case kSynReply:
    case kHeaders: return handle_reply(frame);
    case kRstStream: return handle_reset(frame);
    case kPing: return handle_ping(frame);
    case kGoAway:
      if (frame.body.size() < 4) return fail(broken("a GOAWAY is cut short"));
      if (events_.on_go_away) events_.on_go_away();
      return {};
    case kWindowUpdate:
      if (frame.body.size() != 8) return fail(broken("a WINDOW_UPDATE of a wrong size"));
      return {};
    default: return {};  // SETTINGS, and what a later revision may add
  }
}

Result<> Session::handle_data(const Frame& frame) {
  if (frame.id == 0) return fail(broken("data of stream 0"));
  const auto found = streams_.find(frame.id);
  if (found == streams_.end() || found->second.is_ended) {
    // It may have been on its way when the stream was reset here.
    if (frame.id > last_of_peer_ && frame.id >= next_own_) return fail(broken("an unknown stream"));
    return {};
  }
  if (!frame.body.empty() && events_.on_data) events_.on_data(frame.id, frame.body);
  if ((frame.flags & kFin) != 0) ended(frame.id);
  return {};
}

Result<> Session::handle_open(const Frame& frame) {
  constexpr std::size_t kFixed = 10;
  if (frame.body.size() < kFixed) return fail(broken("a SYN_STREAM is cut short"));
  const StreamId id = number32(frame.body, 0) & kIdMask;
  const bool is_of_peer = (id % 2 == 1) == (role_ == Role::Server);
  if (id == 0 || !is_of_peer || id <= last_of_peer_) return fail(broken("a wrong stream id"));
  last_of_peer_ = id;
  const Headers headers = TRY(header_reader_.read(frame.body.substr(kFixed)));
  if (streams_.size() >= limits_.streams_max) {
    reset(id, ResetStatus::RefusedStream);
    return {};
  }
  Stream stream;
  stream.is_ended_here = (frame.flags & kUnidirectional) != 0;
  streams_.emplace(id, stream);
  if (events_.on_stream) events_.on_stream(id, headers);
  if ((frame.flags & kFin) != 0) ended(id);
  return {};
}

Result<> Session::handle_reply(const Frame& frame) {
  if (frame.body.size() < 4) return fail(broken("a SYN_REPLY is cut short"));
  const StreamId id = number32(frame.body, 0) & kIdMask;
  // Read whatever becomes of it: the compression goes over all blocks.
  const Headers headers = TRY(header_reader_.read(frame.body.substr(4)));
  if (!streams_.contains(id)) return {};
  if (frame.type == kSynReply && events_.on_reply) events_.on_reply(id, headers);
  if ((frame.flags & kFin) != 0) ended(id);
  return {};
}

Result<> Session::handle_reset(const Frame& frame) {
  if (frame.body.size() != 8) return fail(broken("a RST_STREAM of a wrong size"));
  const StreamId id = number32(frame.body, 0) & kIdMask;
  if (streams_.erase(id) > 0 && events_.on_reset) events_.on_reset(id);
  return {};
}

Result<> Session::handle_ping(const Frame& frame) {
  if (frame.body.size() != 4) return fail(broken("a PING of a wrong size"));
  const bool is_of_peer = (number32(frame.body, 0) % 2 == 1) == (role_ == Role::Server);
  if (is_of_peer) append_control(kPing, 0, frame.body);
  return {};
}

void Session::ended(StreamId id) {
  const auto found = streams_.find(id);
  if (found == streams_.end() || found->second.is_ended) return;
  found->second.is_ended = true;
  if (events_.on_end) events_.on_end(id);
  forget_if_done(id);
}

void Session::forget_if_done(StreamId id) {
  const auto found = streams_.find(id);
  if (found != streams_.end() && found->second.is_ended && found->second.is_ended_here) {
    streams_.erase(found);
  }
}

StreamId Session::open(const Headers& headers, bool is_last) {
  const StreamId id = next_own_;
  next_own_ += 2;
  Stream stream;
  stream.is_ended_here = is_last;
  streams_.emplace(id, stream);
  std::string body;
  append32(body, id);
  append32(body, 0);
  body += std::string(2, '\0');
  body += header_writer_.write(headers);
  append_control(kSynStream, is_last ? kFin : 0, body);
  return id;
}

void Session::reply(StreamId id, const Headers& headers) {
  if (!streams_.contains(id)) return;
  std::string body;
  append32(body, id);
  body += header_writer_.write(headers);
  append_control(kSynReply, 0, body);
}

void Session::send(StreamId id, std::string_view data) {
  const auto found = streams_.find(id);
  if (found == streams_.end() || found->second.is_ended_here) return;
  for (; !data.empty(); data.remove_prefix(std::min(data.size(), kDataAtOnce))) {
    append_data(id, 0, data.substr(0, kDataAtOnce));
  }
}

void Session::end(StreamId id) {
  const auto found = streams_.find(id);
  if (found == streams_.end() || found->second.is_ended_here) return;
  found->second.is_ended_here = true;
  append_data(id, kFin, {});
  forget_if_done(id);
}

void Session::reset(StreamId id, ResetStatus status) {
  streams_.erase(id);
  std::string body;
  append32(body, id);
  append32(body, static_cast<std::uint32_t>(status));
  append_control(kRstStream, 0, body);
}

void Session::ping() {
  std::string body;
  append32(body, next_ping_);
  next_ping_ += 2;
  append_control(kPing, 0, body);
}

void Session::go_away() {
  std::string body;
  append32(body, last_of_peer_);
  append32(body, 0);
  append_control(kGoAway, 0, body);
}

void Session::append_control(std::uint16_t type, std::uint8_t flags, std::string_view body) {
  append32(output_, 0x80000000U | std::uint32_t{kVersion} << 16U | type);
  append32(output_, std::uint32_t{flags} << 24U | static_cast<std::uint32_t>(body.size()));
  output_ += body;
}

void Session::append_data(StreamId id, std::uint8_t flags, std::string_view data) {
  append32(output_, id);
  append32(output_, std::uint32_t{flags} << 24U | static_cast<std::uint32_t>(data.size()));
  output_ += data;
}

}  // namespace gp::spdy
