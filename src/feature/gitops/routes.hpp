#pragma once
// GET /api/gitops/applications/{namespace}/{name}: every object of an application with its state
// and, where it differs, what is there and what a sync would make of it. For `goldenpath diff` and
// the portal. Values of Secrets are not told, only whether they differ.

#include <map>
#include <mutex>
#include <optional>

#include "feature/gitops/comparison.hpp"
#include "platform/web/router.hpp"

namespace gp::gitops {

// {"resources": [{group, version, kind, namespace, name, status, health, live, expected, …}]}
Value comparison_document(const Comparison& comparison, const Value& ignore_differences);

// The last comparison of each application, for those who look. Any thread.
class Comparisons {
 public:
  void set(const object::Key& app, Value document);
  void forget(const object::Key& app);
  std::optional<Value> find(const object::Key& app) const;

 private:
  mutable std::mutex mutex_;  // guards the field below
  std::map<object::Key, Value> documents_;
};

void add_routes(web::Router& router, std::shared_ptr<const Comparisons> comparisons);

}  // namespace gp::gitops
