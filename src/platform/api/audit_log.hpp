#pragma once
// The audit log: lines of JSON, each an Event of audit.k8s.io/v1, written by a thread of its own.
//
// A request never waits for the disk: what does not fit into the queue is dropped and counted, and
// the log of the program says so.

#include <atomic>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "platform/api/audit_policy.hpp"

namespace gp::api {

struct AuditOptions {
  std::string path;
  std::size_t bytes_max = 100U << 20U;  // of one file; then it is put aside
  std::size_t backups_max = 10;         // 0: all are kept
  std::size_t queue_bytes_max = 32U << 20U;
};

class AuditLog {
 public:
  // Opens the file at once, so that a wrong path is told at the start.
  static Result<std::unique_ptr<AuditLog>> open(audit::Policy policy, AuditOptions options,
                                                Clock& clock);
  ~AuditLog();  // writes what is queued
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  const audit::Policy& policy() const;
  Clock& clock() const;

  void write(std::string line);  // without its newline
  void flush();                  // returns once all that was given before is in the file
  std::uint64_t events() const;
  std::uint64_t dropped() const;

 private:
  struct Impl;
  explicit AuditLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::api
