#include "feature/clusters/controller.hpp"

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace gp::clusters {
namespace {

using cluster::Check;
using cluster::CheckState;
using cluster::Preflight;
using runtime::Next;

constexpr Duration kAgain = std::chrono::minutes(1);
constexpr Duration kAgainSoon = std::chrono::seconds(20);
constexpr Duration kLookTimeout = std::chrono::seconds(20);

// The first failed check of these names, or null.
const Check* failure(const Preflight& found, std::initializer_list<std::string_view> names) {
  for (const Check& check : found.checks) {
    if (check.state == CheckState::Failed && std::ranges::find(names, check.name) != names.end())
      return &check;
  }
  return nullptr;
}

std::string words(const Check& check) {
  return check.fix.empty() ? check.text : fmt::format("{} ({})", check.text, check.fix);
}

void report_conditions(runtime::Reconcile& run, const Preflight& found) {
  const Check* away = failure(found, {"reachable", "certificate"});
  const Check* nobody = failure(found, {"identity", "client certificate"});
  const Check* other = failure(found, {"clock", "kinds"});
  if (away != nullptr) {
    const bool is_tls = away->name == "certificate";
    run.condition("Reachable", "False", is_tls ? "CertificateProblem" : "NotReachable",
                  words(*away));
    run.condition("Authorized", "Unknown", "NotReachable", "the cluster cannot be asked");
    return run.condition("Ready", "False", is_tls ? "CertificateProblem" : "NotReachable",
                         words(*away));
  }
  run.condition("Reachable", "True", "Answers", found.version);
  if (nobody != nullptr) {
    run.condition("Authorized", "False", "Refused", words(*nobody));
    return run.condition("Ready", "False", "Refused", words(*nobody));
  }
  run.condition(
      "Authorized", "True", "Accepted",
      found.user.empty() ? "the credentials are accepted" : fmt::format("as \"{}\"", found.user));
  if (other != nullptr)
    return run.condition("Ready", "False", "Degraded",
                         fmt::format("{}: {}", other->name, words(*other)));
  run.condition("Ready", "True", "Ready", fmt::format("{} kinds are served", found.kinds));
}

// Counts are of value only while they can be had cheaply.
void report_count(runtime::Reconcile& run, cluster::RemoteCluster& there, const Context& context,
                  const char* resource) {
  cluster::ListOptions options;
  options.resource = resource;
  const auto listed = there.list(context, options);
  if (listed) run.status(resource, std::uint64_t{listed->objects.size()});
}

}  // namespace

// --- which Secret is whose -----------------------------------------------------------------------

void SecretUses::use(const std::string& name, const std::string& secret) {
  const std::lock_guard lock(mutex_);
  secret_of_[name] = secret;
}

void SecretUses::forget(const std::string& name) {
  const std::lock_guard lock(mutex_);
  secret_of_.erase(name);
}

std::vector<object::Key> SecretUses::keys(const store::Event& event) const {
  const std::string changed = fmt::format("{}/{}", event.object->ns(), event.object->name());
  const std::lock_guard lock(mutex_);
  std::vector<object::Key> keys;
  for (const auto& [name, secret] : secret_of_) {
    if (secret == changed) keys.push_back({"clusters.goldenpath.dev", "", name});
  }
  return keys;
}

// --- the controller ------------------------------------------------------------------------------

Result<std::shared_ptr<cluster::RemoteCluster>> ClusterController::connect(
    runtime::Reconcile& run) {
  const Value& spec = run.document()["spec"];
  const Value& reference = spec["kubeconfig"];
  const std::string ns = reference["namespace"].string(kSystemNamespace);
  const std::string name = reference["name"].string();
  const std::string key = reference["key"].string(kDefaultKey);
  if (name.empty()) {
    return fail(invalid_argument("spec.kubeconfig.name is missing")
                    .with_hint("name the Secret with the kubeconfig; `goldenpath cluster add` "
                               "makes both"));
  }
  uses_->use(run.key().name, ns + "/" + name);
  const auto secret = run.cluster().get(run.context(), {"secrets", ns, name});
  if (!secret && secret.error().code == Code::NotFound) {
    return fail(not_found("Secret \"{}/{}\" does not exist", ns, name)
                    .with_hint("create it, or correct spec.kubeconfig"));
  }
  const object::ObjectRef object = TRY(Result<object::ObjectRef>(secret));
  const std::string where = fmt::format("Secret \"{}/{}\" key \"{}\"", ns, name, key);
  const Value document = object->parse();
  const Value& data = document["data"][key];
  if (data.is_null()) {
    return fail(not_found("Secret \"{}/{}\" has no key \"{}\"", ns, name, key)
                    .with_hint("put the kubeconfig there, or set spec.kubeconfig.key"));
  }
  const auto text = base64_decode(data.text());
  if (!text) return fail(invalid_argument("{} is not base64", where));
  const kubeconfig::Config config = TRY(kubeconfig::parse(*text, where));
  kubeconfig::Connection connection =
      TRY(kubeconfig::connection_of(config, spec["context"].string()));
  const kubeconfig::Trust trust{.may_read_files = false,
                                .may_run_programs = ns == kSystemNamespace};
  const std::string identity = sha256_hex(where + "\n" + spec["context"].string() + "\n" + *text);
  return set_.put(run.key().name, identity, std::move(connection), trust);
}

Result<Next> ClusterController::reconcile(runtime::Reconcile& run) {
  const std::string name = run.key().name;
  const auto settle = [&](bool is_ready) {
    {
      const std::lock_guard lock(mutex_);
      is_ready_[name] = is_ready;
    }
    report_part();
  };

  // Observe.
  const auto there = connect(run);
  if (!there) {
    set_.erase(name);
    settle(false);
    run.condition("Reachable", "Unknown", "NoConnection", there.error().to_string());
    return fail(Error(there.error()));
  }
  const Context looking(run.context().clock(), kLookTimeout, run.context().stop());
  const Preflight found = run_preflight(looking, **there, cluster::Depth::Identity);

  // Report.
  run.status("server", found.server);
  if (!found.version.empty()) run.status("version", found.version);
  if (!found.user.empty()) run.status("user", found.user);
  if (found.kinds != 0) run.status("kinds", std::uint64_t{found.kinds});
  if (found.is_authorized()) {
    report_count(run, **there, looking, "nodes");
    report_count(run, **there, looking, "namespaces");
  }
  report_conditions(run, found);
  settle(found.is_fine());
  return Next::in(found.is_fine() ? kAgain : kAgainSoon);
}

Result<> ClusterController::reconcile_deleted(const Context&, cluster::Cluster&,
                                              const object::Key& key) {
  set_.erase(key.name);
  uses_->forget(key.name);
  {
    const std::lock_guard lock(mutex_);
    is_ready_.erase(key.name);
  }
  report_part();
  return {};
}

void ClusterController::report_part() {
  std::size_t ready = 0, all = 0;
  {
    const std::lock_guard lock(mutex_);
    all = is_ready_.size();
    for (const auto& [name, is_ready] : is_ready_) ready += is_ready ? 1U : 0U;
  }
  runtime::PartStatus part;
  part.name = "clusters";
  part.count = all;
  part.problems = all - ready;
  part.state = all == 0       ? runtime::PartState::Off
               : ready == all ? runtime::PartState::Ready
                              : runtime::PartState::Degraded;
  part.summary = all == 0 ? "none but this one" : fmt::format("{} of {} answer", ready, all);
  if (ready != all) part.hint = "`goldenpath cluster list` says which and why";
  parts_.report(std::move(part));
}

}  // namespace gp::clusters
