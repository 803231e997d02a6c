#include "feature/gitops/credentials.hpp"

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace gp::gitops {
namespace {

constexpr std::string_view kTypeLabel = "argocd.argoproj.io/secret-type";

std::string plain(std::string_view url) {
  std::string text = lower(url);
  if (text.starts_with("oci://")) text.erase(0, 6);  // registries are written without it, too
  if (text.ends_with(".git")) text.resize(text.size() - 4);
  while (text.ends_with('/')) text.pop_back();
  return text;
}

std::string decoded(const Value& secret, const char* field) {
  return base64_decode(secret["data"][field].text()).value_or(std::string());
}

}  // namespace

git::Credentials credentials_of(const Context& context, cluster::Cluster& cluster,
                                const std::string& url) {
  cluster::ListOptions options;
  options.resource = "secrets";
  const auto selector =
      selector::LabelSelector::parse(fmt::format("{} in (repository,repo-creds)", kTypeLabel));
  GP_CHECK(selector, "the selector is ours");
  options.labels = *selector;
  const auto listed = cluster.list(context, options);
  if (!listed) {
    log::warn("gitops", "credentials of repositories cannot be listed",
              {{"error", listed.error().message}});
    return {};
  }
  const std::string wanted = plain(url);
  std::size_t best = 0;
  git::Credentials found;
  for (const auto& object : listed->objects) {
    const Value secret = object->parse();
    const std::string of = plain(decoded(secret, "url"));
    const bool is_prefix = object->label(kTypeLabel) == "repo-creds";
    const bool fits = !of.empty() && (is_prefix ? wanted.starts_with(of) : wanted == of);
    if (!fits || of.size() < best) continue;
    best = of.size();
    found = {decoded(secret, "username"), decoded(secret, "password"),
             decoded(secret, "sshPrivateKey"), decoded(secret, "insecure") == "true"};
  }
  return found;
}

}  // namespace gp::gitops
