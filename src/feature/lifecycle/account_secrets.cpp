#include "feature/lifecycle/account_secrets.hpp"

#include "base/encoding.hpp"

namespace gp::lifecycle {

namespace {

using object::Key;
using object::ObjectRef;
using runtime::Next;

constexpr std::string_view kManager = "goldenpath-account-secrets";
constexpr std::string_view kAccount = "kubernetes.io/service-account.name";
constexpr std::string_view kAccountUid = "kubernetes.io/service-account.uid";

// Looked for in the text, which is cheap; reconcile() asks the document.
bool may_hold_token(const object::Object& secret) {
  return secret.json().find(api::kTokenSecretType) != std::string_view::npos;
}

std::vector<Key> secrets_in(const store::Store& store, std::string_view ns) {
  store::ListOptions options;
  options.resource = "secrets";
  options.ns = ns;
  std::vector<Key> keys;
  const auto listed = store.list(options);
  if (!listed) return keys;
  for (const ObjectRef& secret : listed->objects) {
    if (may_hold_token(*secret)) keys.push_back(secret->key());
  }
  return keys;
}

class AccountSecrets final : public runtime::Controller {
 public:
  AccountSecrets(const api::ServiceAccountTokens& tokens, std::string root_certificate)
      : tokens_(tokens), root_certificate_(std::move(root_certificate)) {}

  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& secret = run.document();
    const bool is_ours = secret["type"].text() == api::kTokenSecretType;
    if (run.object()->is_deleting() || !is_ours) return Next::done();

    const Value& annotations = secret["metadata"]["annotations"];
    auto account = run.cluster().get(
        run.context(), Key{"serviceaccounts", run.key().ns, annotations[kAccount].string()});
    if (!account && account.error().code != Code::NotFound) return fail(account.error());
    const std::string_view wanted = annotations[kAccountUid].text();
    if (!account || (!wanted.empty() && wanted != format_uuid((*account)->uid()))) {
      return remove(run);
    }
    return fill(run, **account);
  }

 private:
  static Result<Next> remove(runtime::Reconcile& run) {
    cluster::DeleteOptions options;
    options.caller = api::Caller::system(kManager);
    options.precondition_uid = format_uuid(run.object()->uid());
    const auto removed = run.cluster().remove(run.context(), run.key(), options);
    if (!removed && removed.error().code != Code::NotFound) return fail(removed.error());
    return Next::done();
  }

  Result<Next> fill(runtime::Reconcile& run, const object::Object& account) const {
    Value secret = run.document();
    Value data = secret["data"];
    if (data["token"].empty()) {
      const std::string token = TRY(tokens_.issue_for_secret(account, run.key().name));
      data.set("token", base64_encode(token));
    }
    data.set("namespace", base64_encode(run.key().ns));
    if (!root_certificate_.empty()) data.set("ca.crt", base64_encode(root_certificate_));

    Value& annotations = secret.edit("metadata").edit("annotations");
    annotations.set(kAccountUid, format_uuid(account.uid()));
    secret.set("data", std::move(data));
    if (secret == run.document()) return Next::done();
    TRY(run.cluster().update(run.context(), secret, kManager));
    return Next::done();
  }

  const api::ServiceAccountTokens& tokens_;
  const std::string root_certificate_;
};

}  // namespace

void add_account_secrets(runtime::Manager& manager, const api::ServiceAccountTokens& tokens,
                         store::Store& store, std::string root_certificate) {
  runtime::ControllerOptions options;
  options.name = "account-secrets";
  options.resource = "secrets";
  options.reports_ready = false;
  options.wants = [](const store::Event& event) { return may_hold_token(*event.object); };
  options.watches.push_back({.resource = "serviceaccounts",
                             .keys = [&store](const store::Event& event) -> std::vector<Key> {
                               if (event.type == store::Event::Type::Modified) return {};
                               return secrets_in(store, event.object->ns());
                             },
                             .all_keys = {}});
  manager.add(std::move(options),
              std::make_unique<AccountSecrets>(tokens, std::move(root_certificate)));
}

}  // namespace gp::lifecycle
