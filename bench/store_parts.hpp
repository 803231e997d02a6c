#pragma once
// What the store's benchmark measures with: documents of a realistic size, clocks, a table.

#include <fmt/core.h>
#include <sys/resource.h>
#include <time.h>

#include <fstream>
#include <string>

#include "base/ids.hpp"
#include "platform/store/store.hpp"

namespace gp::bench {

// About 3.4 KB, like a pod: four labels, an owner, nested lists.
inline Value pod(std::string_view ns, std::string_view name, SeededRandom& random) {
  Value containers = Value::array();
  for (int i = 0; i < 3; ++i) {
    Value env = Value::array();
    for (int j = 0; j < 8; ++j) {
      env.push_back(Value::object(
          {{"name", fmt::format("SETTING_{}", j)}, {"value", random_token(random, 24)}}));
    }
    containers.push_back(Value::object(
        {{"name", fmt::format("c{}", i)},
         {"image", "registry.example/shop/web@sha256:" + random_token(random, 64)},
         {"env", env},
         {"resources", Value::object({{"limits", Value::object({{"cpu", "100m"}})}})}}));
  }
  const std::string app = fmt::format("app-{}", random.below(500));
  Value metadata = Value::object({
      {"name", name},
      {"namespace", ns},
      {"uid", format_uuid(random_uuid(random))},
      {"creationTimestamp", "2026-11-24T10:55:11Z"},
      {"labels", Value::object({{"app", app},
                                {"tier", "web"},
                                {"app.kubernetes.io/managed-by", "goldenpath"},
                                {"pod-template-hash", random_name_suffix(random, 8)}})},
      {"annotations", Value::object({{"note", random_token(random, 700)}})},
      {"ownerReferences", Value::array({Value::object({{"apiVersion", "apps/v1"},
                                                       {"kind", "ReplicaSet"},
                                                       {"name", app},
                                                       {"uid", format_uuid(random_uuid(random))},
                                                       {"controller", true}})})},
  });
  return Value::object({{"apiVersion", "v1"},
                        {"kind", "Pod"},
                        {"metadata", metadata},
                        {"spec", Value::object({{"containers", containers}})},
                        {"status", Value::object({{"phase", "Running"}})}});
}

inline store::Write create_pod(std::string_view ns, std::string_view name, SeededRandom& random) {
  auto draft = object::Draft::make("pods", pod(ns, name, random), {});
  store::Write write;
  write.op = store::Write::Op::Create;
  write.key = {"pods", std::string(ns), std::string(name)};
  write.draft = *std::move(draft);
  return write;
}

inline double seconds_on(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Wall and CPU time (of the process) since it was made.
class Stopwatch {
 public:
  double wall() const { return seconds_on(CLOCK_MONOTONIC) - wall_; }
  double cpu() const { return seconds_on(CLOCK_PROCESS_CPUTIME_ID) - cpu_; }

 private:
  double wall_ = seconds_on(CLOCK_MONOTONIC);
  double cpu_ = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
};

inline std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

inline double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

inline void row(std::string_view what, const std::string& result, const std::string& goal,
                bool is_met) {
  fmt::print("  {:<44} {:<40} {:<34} {}\n", what, result, goal, is_met ? "ok" : "MISSED");
  std::fflush(stdout);
}

inline void note(std::string_view what, const std::string& result) {
  fmt::print("  {:<44} {}\n", what, result);
  std::fflush(stdout);
}

}  // namespace gp::bench
