#include "feature/lifecycle/namespace_defaults.hpp"

namespace gp::lifecycle {

namespace {

using object::Key;
using runtime::Next;

constexpr std::string_view kManager = "goldenpath-namespace-defaults";
constexpr std::string_view kAccount = "default";
constexpr std::string_view kCertificateMap = "kube-root-ca.crt";

Value named(std::string_view kind, std::string_view ns, std::string_view name) {
  return Value::object({{"apiVersion", "v1"},
                        {"kind", kind},
                        {"metadata", Value::object({{"name", name}, {"namespace", ns}})}});
}

// Others may create it first, or the namespace may end meanwhile: then there is nothing left to do.
Result<> ensure(runtime::Reconcile& run, const Value& document) {
  const auto created = run.cluster().create(run.context(), document, kManager);
  if (created) return {};
  switch (created.error().code) {
    case Code::AlreadyExists:
    case Code::NotFound:
    case Code::Forbidden: return {};
    default: return fail(created.error());
  }
}

class NamespaceDefaults final : public runtime::Controller {
 public:
  explicit NamespaceDefaults(std::string root_certificate)
      : root_certificate_(std::move(root_certificate)) {}

  Result<Next> reconcile(runtime::Reconcile& run) override {
    if (run.object()->is_deleting()) return Next::done();
    TRY(ensure_account(run));
    if (!root_certificate_.empty()) TRY(ensure_certificate(run));
    return Next::done();
  }

 private:
  static Result<> ensure_account(runtime::Reconcile& run) {
    const std::string& ns = run.key().name;
    const auto present =
        run.cluster().get(run.context(), Key{"serviceaccounts", ns, std::string(kAccount)});
    if (present) return {};
    if (present.error().code != Code::NotFound) return fail(present.error());
    return ensure(run, named("ServiceAccount", ns, kAccount));
  }

  Result<> ensure_certificate(runtime::Reconcile& run) const {
    const std::string& ns = run.key().name;
    const Key key{"configmaps", ns, std::string(kCertificateMap)};
    const Value data = Value::object({{"ca.crt", root_certificate_}});
    const auto present = run.cluster().get(run.context(), key);
    if (!present && present.error().code != Code::NotFound) return fail(present.error());
    if (!present) {
      Value map = named("ConfigMap", ns, kCertificateMap);
      map.edit("metadata")
          .set("annotations",
               Value::object(
                   {{"kubernetes.io/description",
                     "Contains a CA bundle that can be used to verify the kube-apiserver when "
                     "using internal endpoints such as the internal service IP or "
                     "kubernetes.default.svc. No other usage is guaranteed across "
                     "distributions of Kubernetes clusters."}}));
      map.set("data", data);
      return ensure(run, map);
    }

    Value map = (*present)->parse();
    if (map["data"] == data) return {};
    map.set("data", data);
    TRY(run.cluster().update(run.context(), map, kManager));
    return {};
  }

  const std::string root_certificate_;
};

bool is_default(const object::Object& object) {
  return (object.resource() == "serviceaccounts" && object.name() == kAccount) ||
         (object.resource() == "configmaps" && object.name() == kCertificateMap);
}

}  // namespace

Result<> ensure_system_namespaces(cluster::Cluster& cluster, Clock& clock) {
  const Context context(clock);
  for (const char* name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    if (cluster.get(context, Key{"namespaces", "", name})) continue;
    const auto created =
        cluster.create(context,
                       Value::object({{"apiVersion", "v1"},
                                      {"kind", "Namespace"},
                                      {"metadata", Value::object({{"name", name}})}}),
                       kManager);
    if (!created && created.error().code != Code::AlreadyExists) return fail(created.error());
  }
  return {};
}

void add_namespace_defaults(runtime::Manager& manager, std::string root_certificate) {
  runtime::ControllerOptions options;
  options.name = "namespace-defaults";
  options.resource = "namespaces";
  options.reports_ready = false;
  options.watches.push_back({.resource = "",
                             .keys = [](const store::Event& event) -> std::vector<Key> {
                               const bool is_new = event.type == store::Event::Type::Added;
                               if (is_new || !is_default(*event.object)) return {};
                               return {Key{"namespaces", "", std::string(event.object->ns())}};
                             },
                             .all_keys = {}});  // at start every namespace is looked at anyway
  manager.add(std::move(options), std::make_unique<NamespaceDefaults>(std::move(root_certificate)));
}

}  // namespace gp::lifecycle
