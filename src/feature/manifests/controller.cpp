#include "feature/manifests/controller.hpp"

#include "base/log.hpp"
#include "feature/manifests/applier.hpp"

namespace gp::manifests {

namespace {

using runtime::Next;
using runtime::PartState;

constexpr std::size_t kProblemsShownMax = 500;
// Refusals may pass without a file changing: a namespace that was being deleted, a kind that is
// installed later.
constexpr Duration kRetry = std::chrono::minutes(1);

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string summary_of(std::size_t objects, std::size_t files, std::size_t problems) {
  std::string text = fmt::format("{} from {}", counted(objects, "object", "objects"),
                                 counted(files, "file", "files"));
  if (problems > 0) text += ", " + counted(problems, "problem", "problems");
  return text;
}

Value shown(const std::vector<Problem>& problems) {
  Value list = Value::array();
  for (const Problem& problem : problems) {
    if (list.size() == kProblemsShownMax) break;
    list.push_back(problem.to_value());
  }
  return list;
}

void append(std::vector<Problem>& to, std::vector<Problem> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

ManifestController::ManifestController(Settings settings, const object::KindRegistry& kinds,
                                       runtime::Parts& parts, Clock& clock,
                                       std::function<void()> on_files_changed)
    : settings_(std::move(settings)),
      kinds_(kinds),
      parts_(parts),
      clock_(clock),
      on_files_changed_(std::move(on_files_changed)) {}

Result<Next> ManifestController::reconcile(runtime::Reconcile& run) {
  if (run.key().name != settings_.source || run.object()->is_deleting()) return Next::done();

  // Watched before it is read, so that a change in between is not missed.
  watch_files();
  Collected collected = collect(settings_.root, settings_.paths, settings_.origin);
  Plan plan = make_plan(std::move(collected.documents), kinds_, settings_.source);
  const PruneRules rules{collected.is_complete, collected.unread_files};
  const auto find_place = [this](const std::string& origin, const Value& entity) {
    return place_in_catalog(settings_.root, origin, entity);
  };
  Applied applied =
      TRY(apply(run.context(), run.cluster(), kinds_, plan, settings_.source, rules, find_place));

  const bool may_pass =
      !plan.problems.empty() || !applied.problems.empty() || !collected.is_complete;
  std::vector<Problem> problems = std::move(collected.problems);
  append(problems, std::move(plan.problems));
  append(problems, std::move(applied.problems));

  const std::size_t objects = applied.unchanged + applied.written;
  const std::string summary = summary_of(objects, collected.files, problems.size());
  run.status("files", collected.files);
  run.status("objects", objects);
  run.status("problemCount", problems.size());
  run.status("problems", shown(problems));
  run.condition("Ready", problems.empty() ? "True" : "False",
                problems.empty() ? "Applied" : "Problems", summary);
  if (applied.written + applied.removed > 0) {
    run.event("Normal", "Applied",
              fmt::format("wrote {}, removed {}", counted(applied.written, "object", "objects"),
                          counted(applied.removed, "object", "objects")));
  }

  runtime::PartStatus part;
  part.name = kPartName;
  part.state = problems.empty() ? PartState::Ready : PartState::Degraded;
  part.summary = summary;
  part.count = objects;
  part.problems = problems.size();
  if (!problems.empty()) {
    part.hint = fmt::format("see `kubectl get manifestsource {} -o yaml`", settings_.source);
  }
  parts_.report(std::move(part));
  return may_pass ? Next::in(kRetry) : Next::done();
}

void ManifestController::watch_files() {
  for (const std::string& folder : watched_folders(settings_.root, settings_.paths)) {
    if (std::ranges::find(watched_, folder) != watched_.end()) continue;
    auto watcher = files::FileWatcher::watch(folder, clock_,
                                             [changed = on_files_changed_](auto) { changed(); });
    if (!watcher) {
      log::warn(kControllerName, "cannot watch a folder; its changes are seen at the next start",
                {{"folder", folder}, {"error", watcher.error().message}});
    } else {
      watchers_.push_back(std::move(*watcher));
    }
    watched_.push_back(folder);
  }
}

}  // namespace gp::manifests
