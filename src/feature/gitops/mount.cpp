#include "feature/gitops/appset_controller.hpp"
#include "feature/gitops/controller.hpp"
#include "feature/gitops/credentials.hpp"
#include "feature/gitops/gitops.hpp"

namespace gp::gitops {
namespace {

constexpr std::string_view kControllerName = "gitops";
constexpr std::string_view kSetControllerName = "applicationsets";
constexpr std::string_view kPartName = "gitops";

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

net::Response show(const Comparisons& comparisons, const net::Request& request) {
  const object::Key key{std::string(kApplications), std::string(request.path_part("namespace")),
                        std::string(request.path_part("name"))};
  const auto found = comparisons.find(key);
  if (found) return net::Response::json(200, *found);
  // Backstage's shape, as everything below /api answers.
  return net::Response::json(
      404,
      Value::object({{"error", Value::object({{"name", "NotFoundError"},
                                              {"message", fmt::format("no application \"{}/{}\" "
                                                                      "has been compared yet",
                                                                      key.ns, key.name)}})}}));
}

class Mounted final : public GitOps {
 public:
  Mounted(runtime::Mount& mount, FindCluster find_cluster)
      : parts_(mount.parts),
        git_(mount.data_dir + "/git", mount.clock,
             [&local = mount.local](const Context& context, const std::string& url) {
               return credentials_of(context, local, url);
             }),
        charts_(mount.data_dir + "/charts", mount.clock,
                [&local = mount.local](const Context& context, const std::string& url) {
                  return credentials_of(context, local, url);
                }),
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
    mount.portal.add("GET", "/api/gitops/applications/{namespace}/{name}",
                     [comparisons = comparisons_](net::Request& request) {
                       return show(*comparisons, request);
                     });
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
    options.watches.push_back({.resource = "clusters.goldenpath.dev",
                               .keys = [sets = sets_](const store::Event&) { return sets->all(); },
                               .all_keys = {}});
    options.watches.push_back(
        {.resource = std::string(kApplications),
         .keys = [sets = sets_](const store::Event& event) -> std::vector<object::Key> {
           // One of a set's that was deleted comes again.
           if (event.type != store::Event::Type::Deleted) return {};
           const auto set = event.object->label("goldenpath.dev/applicationset");
           if (!set) return {};
           return {
               {std::string(kApplicationSets), std::string(event.object->ns()), std::string(*set)}};
         },
         .all_keys = {}});
    mount.controllers.add(std::move(options),
                          std::make_unique<ApplicationSetController>(repositories_, mount.clock));
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
