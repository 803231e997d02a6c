#include "feature/gitops/controller.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "feature/gitops/project.hpp"
#include "feature/gitops/refresh.hpp"
#include "feature/gitops/removal.hpp"

namespace gp::gitops {
namespace {

using runtime::Next;

constexpr Duration kPollRemote = std::chrono::seconds(30);
constexpr Duration kPollSources = std::chrono::minutes(3);

// "…/background" and "…/foreground" of it, too.
bool has_cascade_finalizer(const Value& document, std::string_view suffix = {}) {
  for (const Value& finalizer : document["metadata"]["finalizers"].items()) {
    if (finalizer.text().starts_with(kFinalizer) && finalizer.text().ends_with(suffix)) return true;
  }
  return false;
}

}  // namespace

ApplicationController::ApplicationController(FindCluster find_cluster,
                                             const object::KindRegistry& kinds,
                                             Repositories& repositories,
                                             std::shared_ptr<Watched> watched,
                                             std::shared_ptr<Comparisons> comparisons,
                                             runtime::Parts& parts, Clock& clock)
    : find_cluster_(std::move(find_cluster)),
      repositories_(repositories),
      renderer_(repositories, kinds),
      watched_(std::move(watched)),
      comparisons_(std::move(comparisons)),
      parts_(parts),
      clock_(clock) {
  // Ended by who has mounted us, before anybody else goes.
  parts_.show(std::string(kPartName), [this](runtime::PartStatus& part) { count(part); });
}

Result<Next> ApplicationController::reconcile(runtime::Reconcile& run) {
  if (run.object()->is_deleting()) return delete_cascading(run);
  Refresh refresh(*this, run);
  refresh.before = run.document()["status"];
  refresh.status = refresh.before.is_object() ? refresh.before : Value::object();
  const std::string asked = run.document()["metadata"]["annotations"][kRefreshAnnotation].string();

  auto judged = refresh.judge_specification();
  if (!judged) {
    refresh.notices.push_back({"InvalidSpecError", judged.error().message});
    refresh.fill_status();
    TRY(refresh.write_status());
    return Next::done();
  }
  Next next = Next::done();
  auto made = refresh.render(asked == "hard");
  if (made) made = refresh.compare();
  if (!made) {
    if (made.error().code == Code::Unavailable || made.error().code == Code::DeadlineExceeded)
      next = Next::in(kPollRemote);
    refresh.notices.push_back(
        {"ComparisonError",
         fmt::format("Failed to load target state: {}{}", made.error().message,
                     made.error().hint.empty() ? "" : " (" + made.error().hint + ")")});
  } else {
    refresh.maybe_sync_automatically();
    next = TRY(refresh.work_on_operation());
  }
  refresh.fill_status();
  TRY(refresh.write_status());
  if (next.kind == Next::Kind::After) return next;
  if (!refresh.is_local()) return Next::in(kPollRemote);
  return is_polled(refresh.app) ? Next::in(kPollSources) : next;
}

bool ApplicationController::is_polled(const Application& app) const {
  return std::ranges::any_of(
      app.sources, [&](const Source& source) { return repositories_.is_polled(source.repo_url); });
}

Result<> ApplicationController::reconcile_deleted(const Context& /*context*/,
                                                  cluster::Cluster& /*cluster*/,
                                                  const object::Key& key) {
  watched_->forget(key);
  comparisons_->forget(key);
  {
    const std::lock_guard lock(mutex_);
    renders_.erase(key);
    shown_.erase(key);
  }
  report({}, {}, {}, 0);
  return {};
}

// Everything that the application has put there goes first, if its finalizer says so.
Result<Next> ApplicationController::delete_cascading(runtime::Reconcile& run) {
  const Value& document = run.document();
  if (!has_cascade_finalizer(document)) return Next::done();
  Refresh refresh(*this, run);
  refresh.before = document["status"];
  refresh.app = TRY(Application::parse(document));
  refresh.find_cluster();
  // With a cluster that is no longer known its objects are out of reach for good.
  if (refresh.cluster) {
    refresh.comparison = TRY(comparer_.compare(run.context(), *refresh.cluster, refresh.app, {},
                                               owned_of(document["status"])));
    const Propagation propagation = has_cascade_finalizer(document, "/background")
                                        ? Propagation::Background
                                        : Propagation::Foreground;
    bool is_empty = true;
    for (const ResourceState& state : refresh.comparison.resources) {
      if (SyncOptions::of_annotation(state.live).has("Delete=false")) continue;
      is_empty = false;
      const bool is_on_its_way = !state.live["metadata"]["deletionTimestamp"].is_null();
      if (is_on_its_way) continue;
      TRY(remove_object(run.context(), *refresh.cluster, state.store_key, propagation,
                        state.live["metadata"]["uid"].string()));
    }
    if (!is_empty) return Next::in(std::chrono::seconds(1));
  }
  Value left = Value::array();
  for (const Value& finalizer : document["metadata"]["finalizers"].items()) {
    if (!finalizer.text().starts_with(kFinalizer)) left.push_back(finalizer);
  }
  TRY(run.cluster().patch(
      run.context(), run.key(), cluster::PatchType::Merge,
      Value::object({{"metadata", Value::object({{"finalizers", std::move(left)}})}}), kManager));
  return Next::done();
}

Result<Value> ApplicationController::project_of(runtime::Reconcile& run, const Application& app) {
  auto found = run.cluster().get(run.context(), {std::string(kProjects), app.ns, app.project});
  if (found) return (*found)->parse();
  if (found.error().code != Code::NotFound) return fail(std::move(found).error());
  if (app.project != "default") {
    return fail(not_found("Application referencing project {} which does not exist", app.project));
  }
  // As Argo CD makes it at its first start.
  const Value any = Value::array({Value::object({{"group", "*"}, {"kind", "*"}})});
  const Value anywhere = Value::object({{"server", "*"}, {"namespace", "*"}});
  return Value::object({{"metadata", Value::object({{"name", "default"}, {"namespace", app.ns}})},
                        {"spec", Value::object({{"sourceRepos", Value::array({"*"})},
                                                {"destinations", Value::array({anywhere})},
                                                {"clusterResourceWhitelist", any}})}});
}

Result<std::shared_ptr<const Rendered>> ApplicationController::rendered(
    const Context& context, const object::Key& key, const RenderRequest& request) {
  const std::vector<Checkout> checkouts = TRY(renderer_.checkouts(context, request));
  std::string identity;
  for (std::size_t i = 0; i < checkouts.size(); ++i)
    identity += to_json(request.app.sources[i].value) + "\n" + checkouts[i].revision + "\n";
  identity = sha1_hex(fmt::format("{}{}\n{}\n{}", identity, request.app.name,
                                  request.app.destination.ns, renderer_.generation()));
  {
    const std::lock_guard lock(mutex_);
    const auto found = renders_.find(key);
    if (found != renders_.end() && found->second.identity == identity && !request.is_hard)
      return found->second.rendered;
  }
  Rendered made = TRY(renderer_.render(request, checkouts));
  auto shared = std::make_shared<const Rendered>(std::move(made));
  const std::lock_guard lock(mutex_);
  renders_[key] = {identity, shared};
  return shared;
}

void ApplicationController::count(runtime::PartStatus& part) {
  std::size_t synced = 0, healthy = 0, troubled = 0;
  const std::lock_guard lock(mutex_);
  for (const auto& [app, shown] : shown_) {
    if (shown.sync == "Synced") ++synced;
    if (shown.health == "Healthy") ++healthy;
    if (shown.problems > 0) ++troubled;
  }
  part.summary = shown_.empty() ? "no applications"
                                : fmt::format("{} of {} applications synced, {} healthy", synced,
                                              shown_.size(), healthy);
  part.count = shown_.size();
  part.problems = troubled;
}

// Said when something breaks or is well again; the numbers are there for who looks.
void ApplicationController::report(const object::Key& key, std::string_view sync,
                                   std::string_view health, std::size_t problems) {
  if (!key.name.empty()) {
    const std::lock_guard lock(mutex_);
    shown_[key] = {std::string(sync), std::string(health), problems};
  }
  runtime::PartStatus part;
  part.name = kPartName;
  count(part);
  part.state = part.problems == 0 ? runtime::PartState::Ready : runtime::PartState::Degraded;
  if (is_degraded_.exchange(part.problems > 0) == (part.problems > 0)) return;
  if (part.problems > 0) part.hint = "see `kubectl get applications -A` and their conditions";
  parts_.report(std::move(part));
}

}  // namespace gp::gitops
