#include "adapter/net/io_thread.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace gp::net {
namespace {

constexpr std::size_t kInputRoom = 64U << 10U;
constexpr std::size_t kOutputRoom = 16U << 10U;  // one TLS record
constexpr std::size_t kEventsAtOnce = 256;
constexpr Duration kIdleMin = std::chrono::seconds(1);

}  // namespace

bool Inbox::post(Task task) {
  const std::lock_guard lock(mutex_);
  if (!wake_) return false;
  tasks_.push_back(std::move(task));
  if (std::exchange(is_dozing_, false)) wake_();
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

bool Inbox::doze() {
  const std::lock_guard lock(mutex_);
  is_dozing_ = tasks_.empty();
  return is_dozing_;
}

void Inbox::awaken() {
  const std::lock_guard lock(mutex_);
  is_dozing_ = false;
}

void Inbox::close() {
  std::vector<Task> dropped;  // destroyed without the lock: what they hold may post
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  tasks_.swap(dropped);
}

IoThread::IoThread(Clock& clock, std::string name)
    : clock_(clock),
      name_(std::move(name)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      input_room_(kInputRoom),
      output_room_(kOutputRoom) {
  GP_CHECK(epoll_.get() >= 0 && wake_.get() >= 0, "a server starts with descriptors to spare");
  // Edge-triggered, so the counter need not be read back.
  epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.ptr = nullptr}};
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
  inbox_ = std::make_shared<Inbox>([fd = wake_.get()] {
    const std::uint64_t one = 1;
    (void)!::write(fd, &one, sizeof(one));
  });
}

IoThread::~IoThread() {
  stop();
}

void IoThread::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    while (is_running_) turn(-1);
  });
}

void IoThread::stop() {
  inbox_->post([this] { is_running_ = false; });
  if (thread_.joinable()) thread_.join();
  inbox_->close();
  members_.clear();
  removed_.clear();
}

void IoThread::turn(int wait_ms) {
  inbox_->run();
  removed_.clear();
  if (!inbox_->doze() || !is_running_) wait_ms = 0;
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsAtOnce, wait_ms);
  inbox_->awaken();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr) continue;  // woken for the inbox
    auto& member = *static_cast<IoMember*>(event.data.ptr);
    const bool is_lost = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    const bool is_readable = (event.events & EPOLLIN) != 0;
    const bool is_writable = (event.events & EPOLLOUT) != 0;
    if (is_readable) member.on_readable();
    if (is_writable) member.on_writable();
    if (is_lost && !is_readable && !is_writable) member.shut();
  }
  removed_.clear();
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
  auto node = members_.extract(member);
  if (node) removed_.push_back(std::move(node.mapped()));
}

void IoThread::for_each(const std::function<void(IoMember&)>& action) {
  std::vector<std::shared_ptr<IoMember>> all;  // an action may remove its member
  all.reserve(members_.size());
  for (const auto& [key, member] : members_) all.push_back(member);
  for (const auto& member : all) action(*member);
}

void IoThread::shed_idle(std::size_t count) {
  std::vector<std::pair<Duration, IoMember*>> idle;
  for (const auto& [key, member] : members_) {
    const auto since = member->idle_since();
    if (since && now() - *since >= kIdleMin) idle.emplace_back(*since, key);
  }
  count = std::min(count, idle.size());
  std::ranges::partial_sort(idle, idle.begin() + static_cast<std::ptrdiff_t>(count));
  for (const auto& [since, member] : std::span(idle).first(count)) member->shut();
}

FdWatch::FdWatch(IoThread& thread, Fd fd, IoMember& member)
    : thread_(thread), fd_(std::move(fd)), member_(member) {}

bool FdWatch::watch(bool for_reading, bool for_writing) {
  if (fd_.get() < 0) return false;
  const std::uint32_t wanted =
      (for_reading ? EPOLLIN : std::uint32_t{}) | (for_writing ? EPOLLOUT : std::uint32_t{});
  if (is_added_ && wanted == events_) return true;
  epoll_event event{.events = wanted, .data = {.ptr = &member_}};
  const int action = is_added_ ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (::epoll_ctl(thread_.epoll_.get(), action, fd_.get(), &event) != 0) return false;
  is_added_ = true;
  events_ = wanted;
  return true;
}

void FdWatch::close() {
  // A child between fork and exec holds the descriptor, too: closing alone would leave it watched.
  if (std::exchange(is_added_, false)) {
    ::epoll_ctl(thread_.epoll_.get(), EPOLL_CTL_DEL, fd_.get(), nullptr);
  }
  const Fd gone = std::exchange(fd_, Fd());
}

}  // namespace gp::net
