#include "adapter/net/io_thread.hpp"

#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

namespace gp::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kInputRoom = 64U << 10U;
constexpr std::size_t kOutputRoom = 16U << 10U;  // one TLS record

}  // namespace

bool Inbox::post(Task task) {
  const std::lock_guard lock(mutex_);
  if (!wake_) return false;
  tasks_.push_back(std::move(task));
  if (tasks_.size() == 1) wake_();
  return true;
}

void Inbox::run() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (Task& task : tasks) {
    task();
    task = nullptr;
  }
}

void Inbox::close() {
  std::vector<Task> dropped;  // destroyed without the lock: what they hold may post
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  tasks_.swap(dropped);
}

struct IoThread::Loop {
  asio::io_context io{1};  // one thread runs it
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
};

IoThread::IoThread(Clock& clock, std::string name)
    : clock_(clock),
      name_(std::move(name)),
      loop_(std::make_unique<Loop>()),
      input_room_(kInputRoom),
      output_room_(kOutputRoom) {
  asio::io_context& io = loop_->io;
  inbox_ = std::make_shared<Inbox>([this, &io] { asio::post(io, [this] { inbox_->run(); }); });
}

IoThread::~IoThread() {
  stop();
}

void IoThread::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    loop_->io.run();
  });
}

void IoThread::stop() {
  inbox_->close();
  loop_->work.reset();
  loop_->io.stop();
  if (thread_.joinable()) thread_.join();
  members_.clear();
}

std::string_view IoThread::date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now().time_since_epoch());
  if (second != date_second_) {
    date_second_ = second;
    date_ = http_date(TimePoint(second));
  }
  return date_;
}

void IoThread::add(const std::shared_ptr<IoMember>& member) {
  members_.emplace(member.get(), member);
}

void IoThread::remove(IoMember* member) {
  members_.erase(member);
}

void IoThread::for_each(const std::function<void(IoMember&)>& action) {
  std::vector<std::shared_ptr<IoMember>> all;  // an action may remove its member
  all.reserve(members_.size());
  for (const auto& [key, member] : members_) all.push_back(member);
  for (const auto& member : all) action(*member);
}

struct FdWatch::Impl {
  using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;
  enum class Direction { Read, Write };

  Impl(asio::io_context& io, int fd) : descriptor(io, fd) {}

  void await(Direction direction, std::shared_ptr<IoMember> member) {
    bool& is_waiting = direction == Direction::Read ? is_reading : is_writing;
    if (is_waiting || !descriptor.is_open()) return;
    is_waiting = true;
    const auto event =
        direction == Direction::Read ? Descriptor::wait_read : Descriptor::wait_write;
    descriptor.async_wait(event, [this, direction, member = std::move(member)](
                                     const boost::system::error_code& error) {
      // Closed: the member may be half gone. The wait itself kept it, and so this, alive.
      if (error == asio::error::operation_aborted) return;
      if (direction == Direction::Read) {
        is_reading = false;
        member->on_readable();
      } else {
        is_writing = false;
        member->on_writable();
      }
    });
  }

  Descriptor descriptor;
  bool is_reading = false;
  bool is_writing = false;
};

FdWatch::FdWatch(IoThread& thread, Fd fd)
    : impl_(std::make_unique<Impl>(thread.loop_->io, fd.release())) {}

FdWatch::~FdWatch() = default;

void FdWatch::await_readable(std::shared_ptr<IoMember> member) {
  impl_->await(Impl::Direction::Read, std::move(member));
}

void FdWatch::await_writable(std::shared_ptr<IoMember> member) {
  impl_->await(Impl::Direction::Write, std::move(member));
}

void FdWatch::close() {
  boost::system::error_code ignored;
  impl_->descriptor.close(ignored);
}

}  // namespace gp::net
