#pragma once
// The parts of a running platform and how each is doing: what the status board, `goldenpath status`
// and the portal's home page show. A part reports itself; nobody polls.

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/value.hpp"

namespace gp::runtime {

enum class PartState { Waiting, Starting, Ready, Degraded, Failed, Off };
std::string_view part_state_name(PartState state);  // "ready", …

struct PartStatus {
  std::string name;  // "store", "catalog"
  PartState state = PartState::Waiting;
  std::string summary;         // "412 entities from 9 locations", one line
  std::string hint;            // what to do, when degraded or failed
  std::string address;         // where it listens, if it does
  std::uint64_t count = 0;     // the number that matters most, for the board's column
  Duration took{0};            // from Starting to the first Ready
  std::uint64_t problems = 0;  // findings that a user should look at
};

class Parts {
 public:
  explicit Parts(Clock& clock) : clock_(clock) {}

  // Parts show in the order they are first named here.
  void declare(std::string name);
  // Fills `took` itself.
  void report(PartStatus status);
  // What a part counts changes without being worth a report: `now` fills in what is shown whenever
  // somebody looks. Quick, and no calls back to here; empty ends it, and waits for one under way.
  void show(const std::string& name, std::function<void(PartStatus&)> now);
  std::vector<PartStatus> all() const;
  // True when every declared part is Ready, Degraded, Failed or Off.
  bool is_settled() const;
  // Called after each report, outside the lock; returns a handle for off().
  std::uint64_t on_change(std::function<void(const PartStatus&)> listener);
  void off(std::uint64_t handle);

 private:
  Clock& clock_;
  mutable std::mutex mutex_;  // guards the fields below
  std::vector<PartStatus> parts_;
  std::map<std::string, Duration> started_;
  std::map<std::uint64_t, std::function<void(const PartStatus&)>> listeners_;
  std::uint64_t next_handle_ = 1;

  mutable std::mutex shown_mutex_;  // guards the field below; never held together with `mutex_`
  std::map<std::string, std::function<void(PartStatus&)>> shown_;
};

}  // namespace gp::runtime
