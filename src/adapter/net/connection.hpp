#pragma once
// One client's connection: moves bytes between the socket and a session, and ends what makes no
// progress.
//
// Life: handshake (TLS only), open, lingering (our side has ended; what the peer still sends is
// read and dropped, so that it gets to see our last answer), closed. All on one I/O thread.

#include <memory>
#include <string>

#include "adapter/net/io_thread.hpp"
#include "adapter/net/out_queue.hpp"
#include "adapter/net/server_state.hpp"
#include "adapter/net/session.hpp"
#include "adapter/net/socket.hpp"

namespace gp::net {

class Connection final : public IoMember, public std::enable_shared_from_this<Connection> {
 public:
  Connection(ServerState& server, IoThread& thread, std::shared_ptr<ListenerState> listener, Fd fd,
             std::string peer);
  ~Connection() override;
  void start();

  // What a session may use.
  ServerState& server() { return server_; }
  IoThread& thread() { return thread_; }
  const std::shared_ptr<ListenerState>& listener() const { return listener_; }
  OutQueue& out() { return out_; }
  void finish();  // end once everything queued is sent
  void abort();   // end now: the peer is gone, or what it gets is seen to be cut
  void reset();   // end now, so that the peer takes nothing for whole
  // Another protocol takes over when the current call returns, beginning with `leftover`.
  void switch_to(std::unique_ptr<Session> session, std::string leftover);
  // A function for Stream::on_ready: may be called anywhere, any number of times, at any time.
  std::function<void()> waker(std::uint32_t stream);
  // Sets the connection's facts in a request.
  void describe(Request& request) const;

  bool is_closed() const { return is_closed_; }  // any thread

  // Called by tasks that come back from workers, on the I/O thread.
  void respond(std::uint32_t stream, Response response);
  void wake(std::uint32_t stream);

  void on_readable() override;
  void on_writable() override;
  void on_time(Duration now) override;
  void on_stop() override;
  void shut() override;
  std::optional<Duration> idle_since() const override;

 private:
  enum class State { Handshake, Open, Lingering, Closed };

  void continue_handshake();
  void open();
  void read_some();
  void discard_input();
  void settle();
  void flush();
  bool refill();
  void adopt_session();
  void arm();
  void await(bool for_reading, bool for_writing);
  bool may_read() const;
  void linger();
  void close();

  ServerState& server_;
  IoThread& thread_;
  std::shared_ptr<ListenerState> listener_;
  std::string peer_;
  std::optional<PeerCertificate> certificate_;
  Socket socket_;
  FdWatch watch_;
  OutQueue out_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Session> next_session_;
  std::string leftover_;
  State state_ = State::Handshake;
  std::atomic<bool> is_closed_ = false;
  bool is_finishing_ = false;
  bool is_aborted_ = false;
  bool is_reset_ = false;
  bool is_at_end_ = false;     // the peer will send no more
  bool is_input_dry_ = false;  // the last read found nothing whole
  bool wants_write_ = false;
  bool reads_when_writable_ = false;  // TLS has to answer before it can read on
  bool has_read_task_ = false;
  std::size_t discarded_ = 0;
  Duration due_;       // of the handshake or of lingering
  Duration progress_;  // when writing last got on
};

}  // namespace gp::net
