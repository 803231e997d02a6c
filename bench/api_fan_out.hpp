#pragma once
// How long an event takes to all who watch: from the store's news to the client that has read it.
//
// One thread reads for all watchers, so that for many of them its own work is part of the delay;
// the peer shows how much: one thread that writes the same bytes to as many plain sockets, and the
// same reader.

#include <sys/epoll.h>

#include <atomic>
#include <thread>

#include "bench/api_documents.hpp"
#include "bench/api_world.hpp"
#include "bench/http_peer.hpp"

namespace gp::bench {

struct Delays {
  double p50_ms = 0, p99_ms = 0;
  double cpu_us = 0;  // of the server, an event and watcher
};

// Reads events, lines of text, for many connections.
class EventReader {
 public:
  explicit EventReader(std::vector<std::unique_ptr<Line>>& lines)
      : lines_(lines), epoll_(::epoll_create1(0)), seen_(lines.size(), 0) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i]->stop_waiting();
      epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, lines[i]->fd(), &event);
    }
  }
  ~EventReader() { ::close(epoll_); }
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;

  // Until every connection has read one more event; the time at which each had it.
  std::vector<double> await_one() {
    ++wanted_;
    std::vector<double> times;
    while (times.size() < lines_.size()) {
      std::array<epoll_event, 64> ready{};
      const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 10'000);
      GP_CHECK(count > 0, "events come within ten seconds");
      for (int i = 0; i < count; ++i) read(ready[static_cast<std::size_t>(i)].data.u64, times);
    }
    return times;
  }

 private:
  void read(std::size_t i, std::vector<double>& times) {
    const std::size_t before = seen_[i];
    for (auto bytes = lines_[i]->try_receive(); !bytes.empty(); bytes = lines_[i]->try_receive()) {
      // An event ends with a line feed that follows its closing brace; chunk heads do not.
      for (std::size_t at = bytes.find("}\n"); at != std::string_view::npos;
           at = bytes.find("}\n", at + 1)) {
        ++seen_[i];
      }
    }
    if (before < wanted_ && seen_[i] >= wanted_) times.push_back(cpu_seconds(CLOCK_MONOTONIC));
  }

  std::vector<std::unique_ptr<Line>>& lines_;
  const int epoll_;
  std::vector<std::size_t> seen_;
  std::size_t wanted_ = 0;
};

inline Delays delays_of(std::vector<double> seconds, double cpu) {
  std::ranges::sort(seconds);
  const auto at = [&](std::size_t percent) {
    return seconds[(seconds.size() - 1) * percent / 100] * 1e3;
  };
  return {at(50), at(99), cpu * 1e6 / static_cast<double>(seconds.size())};
}

class FanOut {
 public:
  FanOut(World& world, std::size_t watchers) : world_(world) {
    const auto now = world_.store->revision();
    for (std::size_t i = 0; i < watchers; ++i) {
      lines_.push_back(std::make_unique<Line>(world_.port, world_.tls1.get()));
      lines_.back()->send(
          fmt::format("GET {}?watch=true&resourceVersion={} HTTP/1.1\r\nHost: localhost\r\n"
                      "Authorization: Bearer admin\r\n\r\n",
                      kMaps, now));
      lines_.back()->receive();
    }
    watcher_ = *world_.store->watch({.resource = "configmaps", .ns = "bench"});
    watcher_->on_ready([this] { news_ = cpu_seconds(CLOCK_MONOTONIC); });
    poll();
  }

  // Changes one object as often.
  Delays measure(std::size_t rounds) {
    EventReader reader(lines_);
    std::vector<double> delays;
    const double begin = cpu();
    for (std::size_t round = 0; round < rounds; ++round) {
      change(round);
      const std::vector<double> times = reader.await_one();
      for (const double time : times) delays.push_back(time - news_);
      poll();
    }
    return delays_of(std::move(delays), cpu() - begin);
  }
  std::size_t event_bytes() const {
    return world_.store->get("configmaps", "bench", map_name(0))->json().size();
  }

 private:
  static double cpu() {
    return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
  }
  void poll() {
    std::vector<store::Event> events;
    GP_CHECK(watcher_->poll(events, 1000), "the history holds the last events");
  }
  void change(std::size_t round) {
    Value document = world_.store->get("configmaps", "bench", map_name(0))->parse();
    document.edit("data").set("round", std::to_string(round));
    store::Transaction transaction;
    transaction.writes.push_back({store::Write::Op::Update,
                                  {"configmaps", "bench", map_name(0)},
                                  *object::Draft::make("configmaps", document, {}),
                                  0});
    world_.store->commit_async(std::move(transaction), [](const Result<store::Committed>& done) {
      GP_CHECK(done, "the store takes writes");
    });
  }

  World& world_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::unique_ptr<store::Watcher> watcher_;
  std::atomic<double> news_ = 0;  // when the store told of the last event
};

// The peer.
inline Delays raw_fan_out(std::size_t watchers, std::size_t rounds, std::size_t event_bytes) {
  sockaddr_in address{};
  const int listener = listen_on_loopback(static_cast<int>(watchers), address);
  std::vector<std::unique_ptr<Line>> lines;
  std::vector<int> sockets;
  for (std::size_t i = 0; i < watchers; ++i) {
    lines.push_back(std::make_unique<Line>(ntohs(address.sin_port), nullptr));
    sockets.push_back(::accept(listener, nullptr, nullptr));
  }
  ::close(listener);
  EventReader reader(lines);
  const std::string event = std::string(event_bytes, 'x') + "}\n";
  std::vector<double> delays;
  for (std::size_t round = 0; round < rounds; ++round) {
    const double begin = cpu_seconds(CLOCK_MONOTONIC);
    std::thread writer([&] {
      for (const int socket : sockets) {
        GP_CHECK(::send(socket, event.data(), event.size(), 0) > 0, "the socket has room");
      }
    });
    for (const double time : reader.await_one()) delays.push_back(time - begin);
    writer.join();
  }
  for (const int socket : sockets) ::close(socket);
  return delays_of(std::move(delays), 0);
}

}  // namespace gp::bench
