#include "feature/gitops/appset_controller.hpp"

#include <algorithm>
#include <set>

#include "base/contains.hpp"
#include "base/encoding.hpp"
#include "base/yaml.hpp"
#include "engine/patch/patch.hpp"
#include "feature/gitops/application.hpp"
#include "feature/gitops/appset_template.hpp"

namespace gp::gitops {
namespace {

using runtime::Next;

constexpr Duration kPoll = std::chrono::minutes(3);
constexpr std::string_view kSetManager = "argocd-applicationset-controller";

class Sources final : public GeneratorSources {
 public:
  Sources(runtime::Reconcile& run, Repositories& repositories)
      : run_(run), repositories_(repositories) {}

  Result<std::vector<Cluster>> clusters() override {
    std::vector<Cluster> all = {{"in-cluster", std::string(kInClusterServer), {}, {}}};
    cluster::ListOptions options;
    options.resource = kClusters;
    const auto listed = TRY(run_.cluster().list(run_.context(), options));
    for (const auto& object : listed.objects) {
      const Value document = object->parse();
      all.push_back({document["metadata"]["name"].string(), document["status"]["server"].string(),
                     document["metadata"]["labels"], document["metadata"]["annotations"]});
    }
    return all;
  }
  Result<Checkout> checkout(const std::string& url, const std::string& revision) override {
    return repositories_.checkout(run_.context(), url, revision, false);
  }

 private:
  runtime::Reconcile& run_;
  Repositories& repositories_;
};

// Policies of spec.syncPolicy.applicationsSync.
bool may_update(const Value& spec) {
  const std::string_view policy = spec["syncPolicy"]["applicationsSync"].text();
  return policy != "create-only" && policy != "create-delete";
}
bool may_delete(const Value& spec) {
  const std::string_view policy = spec["syncPolicy"]["applicationsSync"].text();
  return policy != "create-only" && policy != "create-update";
}

}  // namespace

Result<std::vector<Value>> fill_applications(const Value& document,
                                             const std::vector<Value>& sets) {
  const Value& spec = document["spec"];
  const bool go_template = spec["goTemplate"].boolean();
  const TemplateMode mode{go_template,
                          contains(spec["goTemplateOptions"].items(), Value("missingkey=error"))};
  std::vector<Value> applications;
  std::set<std::string> names;
  for (const Value& set : sets) {
    Value app = TRY(fill(spec["template"], set, mode));
    if (!spec["templatePatch"].empty()) {
      if (!go_template) return fail(invalid_argument("templatePatch needs goTemplate: true"));
      const std::string text = TRY(fill_text(spec["templatePatch"].text(), set, mode));
      const Value change = TRY(parse_yaml(text));
      app = patch::apply_merge_patch(app, change);
    }
    const std::string name = app["metadata"]["name"].string();
    if (name.empty())
      return fail(invalid_argument("the template gives an Application without a name"));
    if (!names.insert(name).second) {
      return fail(already_exists("ApplicationSet {} contains applications with duplicate name: {}",
                                 document["metadata"]["name"].text(), name));
    }
    app.set("apiVersion", "argoproj.io/v1alpha1");
    app.set("kind", "Application");
    Value& metadata = app.edit("metadata");
    metadata.set("namespace", document["metadata"]["namespace"]);
    metadata.edit("labels").set(kSetLabel, document["metadata"]["name"]);
    metadata.set("ownerReferences",
                 Value::array({Value::object({{"apiVersion", "argoproj.io/v1alpha1"},
                                              {"kind", "ApplicationSet"},
                                              {"name", document["metadata"]["name"]},
                                              {"uid", document["metadata"]["uid"]},
                                              {"controller", true},
                                              {"blockOwnerDeletion", true}})}));
    if (!app["spec"]["project"].is_string()) app.edit("spec").set("project", "");
    applications.push_back(std::move(app));
  }
  return applications;
}

Result<std::vector<Value>> ApplicationSetController::applications_of(runtime::Reconcile& run) {
  const Value& spec = run.document()["spec"];
  Sources sources(run, repositories_);
  const std::vector<Value> sets =
      TRY(generate_parameters(sources, spec["generators"], spec["goTemplate"].boolean()));
  return fill_applications(run.document(), sets);
}

ApplicationSetController::Outcome ApplicationSetController::write(
    runtime::Reconcile& run, const std::vector<Value>& wanted) {
  Outcome outcome;
  const bool updates = may_update(run.document()["spec"]);
  for (const Value& app : wanted) {
    const object::Key key{std::string(kApplications), app["metadata"]["namespace"].string(),
                          app["metadata"]["name"].string()};
    const auto live = run.cluster().get(run.context(), key);
    if (live && !updates) {
      ++outcome.applications;
      continue;
    }
    if (live && (*live)->label(kSetLabel) != run.key().name) {
      outcome.problems.push_back(fmt::format(
          "Application \"{}\" is there already and belongs to somebody else", key.name));
      continue;
    }
    const auto written =
        run.cluster().patch(run.context(), key, cluster::PatchType::Apply, app, kSetManager);
    if (written) {
      ++outcome.applications;
    } else {
      outcome.problems.push_back(fmt::format("{}: {}", key.name, written.error().message));
    }
  }
  return outcome;
}

Result<> ApplicationSetController::remove_others(runtime::Reconcile& run,
                                                 const std::vector<Value>& wanted) {
  if (!may_delete(run.document()["spec"])) return {};
  std::set<std::string_view> names;
  for (const Value& app : wanted) names.insert(app["metadata"]["name"].text());
  cluster::ListOptions options;
  options.resource = kApplications;
  options.ns = run.key().ns;
  options.labels =
      TRY(selector::LabelSelector::parse(fmt::format("{}={}", kSetLabel, run.key().name)));
  const auto listed = TRY(run.cluster().list(run.context(), options));
  for (const auto& object : listed.objects) {
    if (names.contains(object->name())) continue;
    cluster::DeleteOptions how;
    how.caller = api::Caller::system(kSetManager);
    auto removed = run.cluster().remove(run.context(), object->key(), how);
    if (!removed && removed.error().code != Code::NotFound) return fail(std::move(removed).error());
    run.event("Normal", "Deleted", fmt::format("Deleted Application \"{}\"", object->name()));
  }
  return {};
}

void ApplicationSetController::report(runtime::Reconcile& run, const Result<Outcome>& outcome) {
  const bool is_fine = outcome && outcome->problems.empty();
  std::string message = "All applications have been generated successfully";
  if (!outcome) {
    message = outcome.error().to_string();
  } else if (!is_fine) {
    message = outcome->problems.front();
  }
  const auto reason = is_fine ? "ApplicationSetUpToDate" : "ApplicationGenerationError";
  run.condition("ErrorOccurred", is_fine ? "False" : "True", reason, message);
  run.condition("ParametersGenerated", outcome ? "True" : "False",
                outcome ? "ParametersGenerated" : "ErrorOccurred",
                outcome ? "Successfully generated parameters for all Applications" : message);
  run.condition("ResourcesUpToDate", is_fine ? "True" : "False", reason, message);
  if (outcome) run.status("resourcesCount", outcome->applications);
}

Result<Next> ApplicationSetController::reconcile(runtime::Reconcile& run) {
  if (run.object()->is_deleting()) return Next::done();
  auto wanted = applications_of(run);
  if (!wanted) {
    // What is there stays: a generator that fails is no reason to delete anything.
    report(run, fail(wanted.error()));
    return Next::in(kPoll);
  }
  const Outcome outcome = write(run, *wanted);
  TRY(remove_others(run, *wanted));
  report(run, outcome);
  return Next::in(kPoll);
}

}  // namespace gp::gitops
