#include "feature/gitops/appset_controller.hpp"
#include "feature/gitops/controller.hpp"
#include "feature/gitops/credentials.hpp"
#include "feature/gitops/gitops.hpp"

namespace gp::gitops {
namespace {

constexpr std::string_view kControllerName = "gitops";
constexpr std::string_view kSetControllerName = "applicationsets";

// What a person or another tool has changed: not the status, which is ours.
bool is_of_interest(const store::Event& event) {
  if (event.type != store::Event::Type::Modified || !event.previous) return true;
  const Value now = event.object->parse();
  const Value before = event.previous->parse();
  const auto part = [](const Value& document, const char* field) -> const Value& {
    return document["metadata"][field];
  };
  for (const char* field :
       {"generation", "annotations", "labels", "finalizers", "deletionTimestamp"}) {
    if (!(part(now, field) == part(before, field))) return true;
  }
  return !(now["operation"] == before["operation"]);
}

FindCredentials credentials_in(cluster::Cluster& local) {
  return [&local](const Context& context, const std::string& url) {
    return credentials_of(context, local, url);
  };
}

class Mounted final : public GitOps {
 public:
  Mounted(runtime::Mount& mount, FindCluster find_cluster)
      : parts_(mount.parts),
        git_(mount.data_dir + "/git", mount.clock, credentials_in(mount.local)),
        charts_(mount.data_dir + "/charts", mount.clock, credentials_in(mount.local)),
        repositories_(
            mount.platform, mount.clock,
            [this, &mount](const std::string&) {
              for (const object::Key& key : watched_->all())
                mount.controllers.enqueue(kControllerName, key);
              for (const object::Key& key : sets_->all())
                mount.controllers.enqueue(kSetControllerName, key);
            },
            git_, charts_) {
    runtime::ControllerOptions options;
    options.name = kControllerName;
    options.component = "argocd-application-controller";
    options.resource = kApplications;
    options.wants = is_of_interest;
    options.workers = 2;
    options.reports_ready = false;
    options.sees_deleted = true;
    options.deadline = std::chrono::minutes(5);
    options.watches.push_back({.resource = std::string(kProjects),
                               .keys =
                                   [watched = watched_](const store::Event& event) {
                                     return watched->of_project(event.object->name());
                                   },
                               .all_keys = {}});
    // A chart may ask whether the cluster serves a kind.
    options.watches.push_back(
        {.resource = "customresourcedefinitions.apiextensions.k8s.io",
         .keys = [watched = watched_](const store::Event& event) -> std::vector<object::Key> {
           if (event.type == store::Event::Type::Modified) return {};
           return watched->all();
         },
         .all_keys = {}});
    options.watches.push_back(
        {.resource = "",
         .keys = [watched = watched_](
                     const store::Event& event) { return watched->of_object(event.object->key()); },
         .all_keys = [watched = watched_] { return watched->all(); }});
    mount.controllers.add(
        std::move(options),
        std::make_unique<ApplicationController>(std::move(find_cluster), mount.kinds, repositories_,
                                                watched_, comparisons_, mount.parts, mount.clock));
    add_sets(mount);
    add_routes(mount.portal, comparisons_);
  }

  ~Mounted() override { parts_.show(std::string(kPartName), {}); }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;

 private:
  // Sets are generated anew when they, a cluster, or a file of a mapped repository changes.
  void add_sets(runtime::Mount& mount) {
    runtime::ControllerOptions options;
    options.name = kSetControllerName;
    options.component = "argocd-applicationset-controller";
    options.resource = kApplicationSets;
    options.wants = [sets = sets_](const store::Event& event) {
      if (event.type == store::Event::Type::Deleted) {
        sets->forget(event.object->key());
      } else {
        sets->set(event.object->key(), {}, {});
      }
      return is_of_interest(event);
    };
    options.reports_ready = false;
    options.deadline = std::chrono::minutes(5);
    options.watches.push_back({.resource = std::string(kClusters),
                               .keys = [sets = sets_](const store::Event&) { return sets->all(); },
                               .all_keys = {}});
    options.watches.push_back(
        {.resource = std::string(kApplications),
         .keys = [sets = sets_](const store::Event& event) -> std::vector<object::Key> {
           // One of a set's that was deleted comes again.
           if (event.type != store::Event::Type::Deleted) return {};
           const auto set = event.object->label(kSetLabel);
           if (!set) return {};
           return {
               {std::string(kApplicationSets), std::string(event.object->ns()), std::string(*set)}};
         },
         .all_keys = {}});
    mount.controllers.add(std::move(options),
                          std::make_unique<ApplicationSetController>(repositories_));
  }

  runtime::Parts& parts_;
  std::shared_ptr<Watched> sets_ = std::make_shared<Watched>();
  std::shared_ptr<Watched> watched_ = std::make_shared<Watched>();
  std::shared_ptr<Comparisons> comparisons_ = std::make_shared<Comparisons>();
  GitRepositories git_;
  ChartRepositories charts_;
  Repositories repositories_;
};

}  // namespace

std::unique_ptr<GitOps> mount(runtime::Mount& mount, FindCluster find_cluster) {
  mount.parts.declare(std::string(kPartName));
  runtime::PartStatus part;
  part.name = kPartName;
  part.state = runtime::PartState::Ready;
  part.summary = "no applications";
  mount.parts.report(std::move(part));
  return std::make_unique<Mounted>(mount, std::move(find_cluster));
}

}  // namespace gp::gitops
