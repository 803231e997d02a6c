#pragma once
// One I/O thread: an event loop, the connections that live on it, and a box for tasks from other
// threads.
//
// A connection belongs to one thread for life and is touched by no other, so sessions need no
// locks. The only .cpp that includes Asio is io_thread.cpp; nothing here is a coroutine.

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
// end is dropped. A burst of tasks wakes the thread once.
class Inbox {
 public:
  using Task = std::move_only_function<void()>;
  explicit Inbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  bool post(Task task);  // false: the thread has ended
  void run();            // on the thread: everything posted so far
  void close();          // drops what is left

 private:
  std::mutex mutex_;  // guards the fields below
  std::vector<Task> tasks_;
  std::function<void()> wake_;  // empty when closed
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
};

class IoThread {
 public:
  IoThread(Clock& clock, std::string name);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();
  void stop();  // joins

  Clock& clock() { return clock_; }
  Duration now() const { return clock_.monotonic(); }
  std::string_view date();  // for the Date header, made once a second
  const std::shared_ptr<Inbox>& inbox() const { return inbox_; }
  // Scratch memory, free to use between two events.
  std::span<char> input_room() { return input_room_; }
  std::span<char> output_room() { return output_room_; }

  void add(const std::shared_ptr<IoMember>& member);
  void remove(IoMember* member);
  void for_each(const std::function<void(IoMember&)>& action);

 private:
  friend class FdWatch;
  struct Loop;

  Clock& clock_;
  std::string name_;
  std::unique_ptr<Loop> loop_;
  std::shared_ptr<Inbox> inbox_;
  std::unordered_map<IoMember*, std::shared_ptr<IoMember>> members_;
  std::vector<char> input_room_;
  std::vector<char> output_room_;
  std::chrono::seconds date_second_{-1};
  std::string date_;
  std::thread thread_;
};

// Owns a descriptor and tells its member, once per wait, when it can be read or written.
class FdWatch {
 public:
  FdWatch(IoThread& thread, Fd fd);
  ~FdWatch();
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  // Nothing happens when such a wait is already under way. The member is kept alive meanwhile.
  void await_readable(std::shared_ptr<IoMember> member);
  void await_writable(std::shared_ptr<IoMember> member);
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::net
