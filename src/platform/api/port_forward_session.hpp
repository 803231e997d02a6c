#pragma once
// One kubectl port-forward: SPDY streams on one side, connections to a listener on the other.
// Private to this folder.
//
// Every forwarded connection is two streams with the same "requestid": an error stream, on which we
// say what went wrong, and a data stream. Both directions hold back instead of growing: a client
// that does not read stops the reading from the listener; a listener that does not read stops the
// reading from the client, and is given up after a while.

#include <condition_variable>

#include "engine/spdy/session.hpp"
#include "platform/api/port_forward.hpp"

namespace gp::api {

class ForwardSession : public std::enable_shared_from_this<ForwardSession> {
 public:
  // `relay` must outlive the session. `on_gone` is called once, when nothing is left.
  ForwardSession(ForwardTarget target, std::shared_ptr<net::WebSocket> socket, tcp::Relay& relay,
                 std::function<void()> on_gone);
  ~ForwardSession();

  void start();

 private:
  struct Forward {
    std::string request;
    spdy::StreamId error = 0, data = 0;  // 0: not opened yet
    std::shared_ptr<tcp::Connection> connection;
    bool is_target_done = false, is_client_done = false;
  };
  using ForwardPtr = std::shared_ptr<Forward>;

  void on_message(const std::string& bytes);
  void on_stream(spdy::StreamId id, const spdy::Headers& headers);
  void on_data(spdy::StreamId id, std::string_view data);
  void on_end(spdy::StreamId id);
  void on_reset(spdy::StreamId id);
  void connect(const ForwardPtr& forward);
  void on_target_data(const ForwardPtr& forward, std::string_view data);
  void on_target_end(const ForwardPtr& forward, Result<> outcome);
  void fail_forward(const ForwardPtr& forward, const std::string& why);
  void finish_if_done(const ForwardPtr& forward);
  void wait_for_targets(std::unique_lock<std::mutex>& lock);
  void flush();
  void give_up();
  void on_gone();

  const ForwardTarget target_;
  const std::shared_ptr<net::WebSocket> socket_;
  tcp::Relay& relay_;

  std::mutex mutex_;  // guards the fields below
  std::condition_variable drained_;
  std::function<void()> on_gone_;
  spdy::Session spdy_;
  std::map<std::string, ForwardPtr, std::less<>>
      waiting_;                                    // one of two streams is open; by request
  std::map<spdy::StreamId, ForwardPtr> forwards_;  // by data stream
  std::map<spdy::StreamId, std::uint16_t> ports_;  // asked for, by data stream
  std::string held_;                               // what the socket had no room for
  bool is_over_ = false;
};

}  // namespace gp::api
