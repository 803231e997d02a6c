#include "feature/gitops/hooks.hpp"

#include "base/text.hpp"

namespace gp::gitops {
namespace {

bool lists(std::string_view text, std::string_view word) {
  for (const std::string_view part : split(text, ',')) {
    if (trimmed(part) == word) return true;
  }
  return false;
}

struct Named {
  std::string_view argo, helm;
  Phase phase;
};
constexpr Named kPhases[] = {
    {"PreSync", "pre-install", Phase::PreSync},
    {"", "pre-upgrade", Phase::PreSync},
    {"Sync", "", Phase::Sync},
    {"PostSync", "post-install", Phase::PostSync},
    {"", "post-upgrade", Phase::PostSync},
    {"SyncFail", "", Phase::SyncFail},
};

}  // namespace

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::PreSync: return "PreSync";
    case Phase::Sync: return "Sync";
    case Phase::PostSync: return "PostSync";
    case Phase::SyncFail: return "SyncFail";
  }
  return {};
}

std::vector<Phase> hook_phases(const Value& object) {
  const Value& annotations = object["metadata"]["annotations"];
  const std::string_view argo = annotations["argocd.argoproj.io/hook"].text();
  const std::string_view helm = annotations["helm.sh/hook"].text();
  std::vector<Phase> phases;
  for (const Named& it : kPhases) {
    const bool is_it = argo.empty() ? !it.helm.empty() && lists(helm, it.helm)
                                    : !it.argo.empty() && lists(argo, it.argo);
    const bool is_new = phases.empty() || phases.back() != it.phase;
    if (is_it && is_new) phases.push_back(it.phase);
  }
  return phases;
}

bool deletes_hook(const Value& object, HookDelete when) {
  const Value& annotations = object["metadata"]["annotations"];
  const std::string_view argo = annotations["argocd.argoproj.io/hook-delete-policy"].text();
  const std::string_view helm = annotations["helm.sh/hook-delete-policy"].text();
  const bool says_nothing = argo.empty() && helm.empty();
  switch (when) {
    case HookDelete::BeforeCreation:
      return says_nothing || lists(argo, "BeforeHookCreation") ||
             lists(helm, "before-hook-creation");
    case HookDelete::Succeeded:
      return lists(argo, "HookSucceeded") || lists(helm, "hook-succeeded");
    case HookDelete::Failed: return lists(argo, "HookFailed") || lists(helm, "hook-failed");
  }
  return false;
}

}  // namespace gp::gitops
