#pragma once
// One end of a SPDY/3.1 connection without any I/O: bytes in, events and bytes out.
//
// What Kubernetes' tools speak for port-forward, exec and attach. Those peers (moby/spdystream)
// neither send nor heed window updates, so none are sent and what comes is only checked; whoever
// owns the session bounds what it holds. Not safe for several threads.

#include <functional>
#include <map>
#include <optional>

#include "engine/spdy/headers.hpp"

namespace gp::spdy {

using StreamId = std::uint32_t;

enum class Role { Server, Client };

enum class ResetStatus : std::uint32_t {
  ProtocolError = 1,
  InvalidStream = 2,
  RefusedStream = 3,
  Cancel = 5,
  InternalError = 6,
  StreamAlreadyClosed = 9,
};

struct Limits {
  std::size_t frame_bytes_max = 1U << 20U;
  std::size_t streams_max = 512;  // open at a time; more are refused
};

// Called while receive() runs. Must not call receive().
struct Events {
  std::function<void(StreamId, const Headers&)> on_stream;  // the peer opens one
  std::function<void(StreamId, const Headers&)> on_reply;   // to one of ours
  std::function<void(StreamId, std::string_view)> on_data;  // of a stream that is open
  std::function<void(StreamId)> on_end;                     // no more data will come
  std::function<void(StreamId)> on_reset;                   // the stream is gone
  std::function<void()> on_go_away;
};

class Session {
 public:
  Session(Role role, Events events, Limits limits = {});

  // An error means that the peer does not speak the protocol: close the connection.
  Result<> receive(std::string_view bytes);

  // What is to be sent, in order; taken by take_output().
  StreamId open(const Headers& headers, bool is_last);
  void reply(StreamId id, const Headers& headers);
  void send(StreamId id, std::string_view data);  // in frames of at most 64 KiB
  void end(StreamId id);                          // no more data from us
  void reset(StreamId id, ResetStatus status);
  void ping();
  void go_away();
  std::string take_output() { return std::exchange(output_, {}); }

  bool is_open(StreamId id) const { return streams_.contains(id); }
  std::size_t streams() const { return streams_.size(); }

 private:
  struct Stream {
    bool is_ended = false;       // by the peer
    bool is_ended_here = false;  // by us
  };
  struct Frame {
    bool is_control = false;
    std::uint16_t type = 0;
    StreamId id = 0;
    std::uint8_t flags = 0;
    std::string_view body;
  };

  Result<bool> next_frame(std::string_view& bytes, Frame& frame);
  Result<> handle(const Frame& frame);
  Result<> handle_data(const Frame& frame);
  Result<> handle_open(const Frame& frame);
  Result<> handle_reply(const Frame& frame);
  Result<> handle_reset(const Frame& frame);
  Result<> handle_ping(const Frame& frame);
  void ended(StreamId id);
  void forget_if_done(StreamId id);
  void append_control(std::uint16_t type, std::uint8_t flags, std::string_view body);
  void append_data(StreamId id, std::uint8_t flags, std::string_view data);

  Role role_;
  Events events_;
  Limits limits_;
  HeaderReader header_reader_;
  HeaderWriter header_writer_;
  std::string input_;  // an unfinished frame
  std::string output_;
  std::map<StreamId, Stream> streams_;
  StreamId last_of_peer_ = 0;
  StreamId next_own_;
  std::uint32_t next_ping_;
};

}  // namespace gp::spdy
