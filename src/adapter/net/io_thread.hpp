#pragma once
// One I/O thread: an epoll loop, the connections that live on it, and a box for tasks from other
// threads.
//
// A connection belongs to one thread for life and is touched by no other, so sessions need no
// locks. Nothing here is a coroutine, and nothing waits but the loop itself.

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "adapter/net/socket.hpp"
#include "base/clock.hpp"

namespace gp::net {

// Tasks for an I/O thread from any thread, in order. Outlives the thread: what is posted after its
// end is dropped. Only a thread that sleeps is woken, and only once.
class Inbox {
 public:
  using Task = std::move_only_function<void()>;
  explicit Inbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  bool post(Task task);  // false: the thread has ended
  void close();          // drops what is left

  // The thread's side.
  void run();     // everything posted so far
  bool doze();    // false: there are tasks, do not sleep
  void awaken();  // after doze()

 private:
  std::mutex mutex_;  // guards the fields below
  std::vector<Task> tasks_;
  std::function<void()> wake_;  // empty when closed
  bool is_dozing_ = false;
};

// Something that lives on an I/O thread and is told of time passing and of the server's end.
class IoMember {
 public:
  virtual ~IoMember() = default;
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;
  virtual void on_time(Duration now) = 0;  // about once a second, more often with short time-outs
  virtual void on_stop() = 0;              // finish what is under way
  virtual void shut() = 0;                 // end now
  // Since when nothing is under way, for a member that may be let go when room is needed.
  virtual std::optional<Duration> idle_since() const { return std::nullopt; }
};

class IoThread {
 public:
  IoThread(Clock& clock, std::string name);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();
  void stop();  // joins
  // What the thread does again and again: tasks, then events, waiting for them at most so long
  // (-1: until something comes). Tests and fuzz targets call it instead of start().
  void turn(int wait_ms);

  Clock& clock() { return clock_; }
  Duration now() const { return clock_.monotonic(); }
  std::string_view date();  // for the Date header, made once a second
  const std::shared_ptr<Inbox>& inbox() const { return inbox_; }
  // Scratch memory, free to use between two events.
  std::span<char> input_room() { return input_room_; }
  std::span<char> output_room() { return output_room_; }

  void add(const std::shared_ptr<IoMember>& member);
  void remove(IoMember* member);  // kept alive to the end of the turn
  void for_each(const std::function<void(IoMember&)>& action);
  // Shuts the members that are idle for longest, at most so many; who has just come may still
  // speak.
  void shed_idle(std::size_t count);

 private:
  friend class FdWatch;

  Clock& clock_;
  std::string name_;
  Fd epoll_;
  Fd wake_;
  std::shared_ptr<Inbox> inbox_;
  std::unordered_map<IoMember*, std::shared_ptr<IoMember>> members_;
  std::vector<std::shared_ptr<IoMember>> removed_;  // events of this turn may still name them
  std::vector<char> input_room_;
  std::vector<char> output_room_;
  std::chrono::seconds date_second_{-1};
  std::string date_;
  bool is_running_ = true;
  std::thread thread_;
};

// Owns a descriptor and tells its member when it can be read or written, for as long as that is
// wanted. A peer that is gone for both directions shuts a member that wants neither.
class FdWatch {
 public:
  FdWatch(IoThread& thread, Fd fd, IoMember& member);
  ~FdWatch() { close(); }
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  // On the thread. False: the kernel has no room for another watch.
  [[nodiscard]] bool watch(bool for_reading, bool for_writing);
  void close();

 private:
  IoThread& thread_;
  Fd fd_;
  IoMember& member_;
  std::uint32_t events_ = 0;
  bool is_added_ = false;
};

}  // namespace gp::net
