#pragma once
// One listening socket: accepts connections and hands them to the I/O threads in turn.
//
// When the process has no descriptors left, or the server as many connections as it may have, those
// that are idle for longest are let go. Without descriptors accepting also pauses: a listening
// socket stays readable then, and trying again at once would only burn a processor. Lives on one
// I/O thread.

#include <memory>
#include <span>

#include "adapter/net/io_thread.hpp"
#include "adapter/net/server_state.hpp"

namespace gp::net {

// Binds and listens; the real address comes back in `bound`.
Result<Fd> open_listening_socket(const ListenOptions& options, Listener& bound);

class Acceptor final : public IoMember, public std::enable_shared_from_this<Acceptor> {
 public:
  using Threads = std::span<const std::unique_ptr<IoThread>>;
  // The threads outlive the acceptor; it lives on the first.
  Acceptor(ServerState& server, Threads threads, std::shared_ptr<ListenerState> listener, Fd fd);

  void start();  // on its thread
  void on_readable() override;
  void on_writable() override {}
  void on_time(Duration now) override;
  void on_stop() override;
  void shut() override { on_stop(); }

 private:
  void accept_one();
  bool take_place();
  void pause(int error);
  void relieve();
  void hand_over(Fd fd, std::string peer);

  ServerState& server_;
  Threads threads_;
  std::shared_ptr<ListenerState> listener_;
  int fd_;
  FdWatch watch_;
  std::size_t next_thread_ = 0;
  bool is_paused_ = false;
  bool is_stopped_ = false;
  Duration relieved_until_{};
};

}  // namespace gp::net
