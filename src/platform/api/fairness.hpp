#pragma once
// Nobody keeps the server from the others: requests run on a bounded number of seats, by level and
// by user within it, and wait in bounded queues for a seat; beyond that they are refused (429).
//
// A user is a flow. Levels have seats of their own; a flow may take part of a level's seats and
// waiting places only, and free seats go round the flows that wait. Members of system:masters and
// health probes are exempt, and so is a watch once it has begun. Simpler than Kubernetes' priority
// and fairness: no FlowSchemas, no shuffle sharding, no borrowing between levels.
//
// Whoever waits holds a worker: all seats and waiting places together must be fewer than those.

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "platform/api/request_info.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

struct Queues;  // of one level; fairness.cpp

class Fairness {
 public:
  enum class Level { Exempt, System, Workload, CatchAll };
  static std::string_view name_of(Level level);  // "workload"
  // Which level a request belongs to: system components, everybody who signed in, strangers.
  static Level level_of(const Caller& caller, const RequestInfo& info);

  struct Limits {
    std::size_t seats, waiting, flow_seats, flow_waiting;
  };
  struct Options {
    Limits system{8, 16, 8, 16}, workload{16, 48, 12, 32}, catch_all{4, 8, 2, 4};
    Duration wait_max = std::chrono::seconds(15);
  };
  // Workers that the default limits ask for, with some left for the exempt.
  static constexpr std::size_t kWorkers = 128;

  Fairness(Options options, Clock& clock);
  ~Fairness();  // no seat is taken any more

  // A place at the server; given back when it goes.
  class Seat {
   public:
    Seat() = default;  // exempt
    Seat(Seat&& other) noexcept;
    Seat& operator=(Seat&& other) noexcept;
    ~Seat();

   private:
    friend class Fairness;
    Queues* queues_ = nullptr;
    std::string flow_;
  };
  // At once or not at all; for the I/O thread.
  std::optional<Seat> try_enter(const Caller& caller, const RequestInfo& info);
  // Waits for a free seat; nothing when the queue is full or the wait was too long.
  std::optional<Seat> enter(const Caller& caller, const RequestInfo& info);

  struct Stats {
    std::size_t running = 0, waiting = 0;
    std::uint64_t dispatched = 0, rejected_full = 0, rejected_late = 0;
  };
  Stats stats(Level level) const;
  std::string metrics() const;  // in the text form of Prometheus

 private:
  Queues* queues_of(Level level) const;

  std::array<std::unique_ptr<Queues>, 3> levels_;
};

}  // namespace gp::api
