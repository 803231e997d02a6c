#pragma once
// An Argo CD Application as it is written (argoproj.io/v1alpha1), read into what the steps of a
// refresh and a sync ask for. Unknown fields are left alone.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::gitops {

inline constexpr std::string_view kApplications = "applications.argoproj.io";
inline constexpr std::string_view kProjects = "appprojects.argoproj.io";
inline constexpr std::string_view kRefreshAnnotation = "argocd.argoproj.io/refresh";
inline constexpr std::string_view kFinalizer = "resources-finalizer.argocd.argoproj.io";
inline constexpr std::string_view kInClusterServer = "https://kubernetes.default.svc";
inline constexpr std::string_view kHomeNamespace = "argocd";
inline constexpr std::string_view kManager = "argocd-controller";

struct Source {
  std::string repo_url, path, target_revision, chart, ref;
  Value helm, kustomize, directory, plugin;
  Value value;  // as it was written, for status

  static Source of(const Value& value);
};

struct Destination {
  std::string server, name, ns;
  Value value;
};

// syncOptions, of the application or of one object's annotation.
class SyncOptions {
 public:
  SyncOptions() = default;
  static SyncOptions of_list(const Value& list);
  // "Prune=false,ServerSideApply=true"
  static SyncOptions of_annotation(const Value& object);
  bool has(std::string_view option) const;  // "CreateNamespace=true"

 private:
  std::vector<std::string> options_;
};

struct Automated {
  bool prune = false, self_heal = false, allow_empty = false;
};

struct Retry {
  std::int64_t limit = 0;  // below 0: no limit
  Duration duration = std::chrono::seconds(5);
  Duration duration_max = std::chrono::minutes(3);
  std::int64_t factor = 2;

  static Retry of(const Value& value);         // an operation's `retry`
  Duration delay(std::int64_t retries) const;  // before the next try
};

struct Application {
  std::string name, ns, project;
  // What it is called on its objects: "web", or "team_web" outside Argo CD's own namespace.
  std::string instance_name() const;
  std::vector<Source> sources;
  bool has_many_sources = false;  // written as `sources`: status speaks in lists, too
  Destination destination;
  std::optional<Automated> automated;
  SyncOptions options;
  Value retry;  // of the policy, for automatic syncs
  Value ignore_differences;
  Value managed_namespace_metadata;
  std::int64_t history_limit = 10;

  // InvalidArgument: the specification cannot mean anything.
  static Result<Application> parse(const Value& document);
};

// "3m", "5s", "1h30m": Go's durations; the fallback when it is something else.
Duration duration_of(const Value& text, Duration fallback);

}  // namespace gp::gitops
