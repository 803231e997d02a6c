#include "feature/gitops/oci_registry.hpp"

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "feature/gitops/chart_index.hpp"

namespace gp::gitops {
namespace {

constexpr std::string_view kScheme = "oci://";
constexpr std::string_view kManifestTypes = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kChartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
constexpr std::string_view kOldChartLayer = "application/tar+gzip";
constexpr std::size_t kDocumentBytesMax = std::size_t{4} << 20U;
constexpr int kPagesMax = 100;

bool is_loopback(std::string_view host) {
  const std::string_view name =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  return name == "localhost" || name == "[::1]" || name.starts_with("127.");
}

// Names of the Distribution Specification, so that no part of a URL can be smuggled in.
bool is_repository_name(std::string_view name) {
  const bool has_odd =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-/") != std::string_view::npos;
  return !name.empty() && !has_odd && !name.contains("//") && !name.contains("..");
}

// Parameters of `Bearer realm="…",service="…"` (RFC 9110, 11.6.1).
std::map<std::string, std::string> parameters_of(std::string_view text) {
  std::map<std::string, std::string> found;
  while (!text.empty()) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) break;
    const std::string name = lower(trimmed(text.substr(0, equals)));
    text.remove_prefix(equals + 1);
    std::size_t end = 0;
    if (text.starts_with('"')) {
      text.remove_prefix(1);
      end = std::min(text.find('"'), text.size());
      found[name] = text.substr(0, end);
      end = text.find(',', end);
    } else {
      end = text.find(',');
      found[name] = trimmed(text.substr(0, end));
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return found;
}

// The path of `Link: </v2/…>; rel="next"`; empty when there is none, or when it leads elsewhere.
std::string next_page(std::string_view link) {
  if (!link.starts_with("</v2/") || !link.contains("rel=\"next\"")) return {};
  return std::string(link.substr(1, std::min(link.find('>'), link.size()) - 1));
}

}  // namespace

Result<OciRegistry> OciRegistry::open(const Context& context, http::Client& client,
                                      std::string_view repository, git::Credentials credentials) {
  if (repository.starts_with(kScheme)) repository.remove_prefix(kScheme.size());
  while (repository.ends_with('/')) repository.remove_suffix(1);
  const std::size_t slash = repository.find('/');
  const std::string_view host = repository.substr(0, slash);
  OciRegistry registry(context, client, std::move(credentials));
  if (slash != std::string_view::npos) registry.name_ = repository.substr(slash + 1);
  if (host.empty() || host.contains('@') || !is_repository_name(registry.name_)) {
    return fail(invalid_argument("\"{}\" is no repository of a registry", repository)
                    .with_hint("write it as registry.example/charts, in lower case"));
  }
  registry.origin_ = fmt::format("{}://{}", is_loopback(host) ? "http" : "https", host);
  return registry;
}

Result<http::ClientResponse> OciRegistry::get(const std::string& path, std::string_view accept,
                                              std::size_t bytes_max) {
  Download download{origin_ + path, bytes_max, authorization_, std::string(accept),
                    credentials_.skips_tls_verify};
  http::ClientResponse answer = TRY(ask(context_, client_, download));
  if (answer.status == 401 && authorization_.empty()) {
    TRY(authorize(answer.header("www-authenticate")));
    download.authorization = authorization_;
    answer = TRY(ask(context_, client_, download));
  }
  TRY(check_answer(download, answer));
  return answer;
}

Result<> OciRegistry::authorize(std::string_view challenge) {
  const std::string scheme = lower(challenge.substr(0, challenge.find(' ')));
  if (scheme == "basic") {
    authorization_ = basic_authorization(credentials_);
    return {};
  }
  if (scheme != "bearer") return {};
  const auto parameters = parameters_of(challenge.substr(scheme.size()));
  const auto value = [&](const char* name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
  };
  const std::string realm = value("realm");
  // Credentials never go over an open line because an answer says so.
  const bool is_safe = realm.starts_with("https://") ||
                       (origin_.starts_with("http://") && origin_of(realm).starts_with("http://"));
  if (!is_safe) {
    return fail(forbidden("registry {} sends to \"{}\" for a token, which is no https address",
                          origin_, realm));
  }
  const std::string scope =
      value("scope").empty() ? fmt::format("repository:{}:pull", name_) : value("scope");
  const std::string url =
      fmt::format("{}{}service={}&scope={}", realm, realm.contains('?') ? '&' : '?',
                  percent_encode(value("service")), percent_encode(scope));
  const Download download{
      url, kDocumentBytesMax, basic_authorization(credentials_), {}, credentials_.skips_tls_verify};
  const std::string text = TRY(fetch(context_, client_, download));
  const Value answer = TRY(parse_json(text));
  const std::string token =
      answer["token"].empty() ? answer["access_token"].string() : answer["token"].string();
  if (token.empty()) return fail(unauthenticated("GET {}: no token in the answer", realm));
  authorization_ = "Bearer " + token;
  return {};
}

Result<std::vector<std::string>> OciRegistry::versions() {
  std::vector<std::string> versions;
  std::string path = fmt::format("/v2/{}/tags/list?n=1000", name_);
  for (int page = 0; page < kPagesMax && !path.empty(); ++page) {
    const http::ClientResponse answer = TRY(get(path, {}, kDocumentBytesMax));
    const Value document = TRY(parse_json(answer.body));
    for (const Value& tag : document["tags"].items()) {
      std::string version = tag.string();
      std::ranges::replace(version, '_', '+');
      versions.push_back(std::move(version));
    }
    path = next_page(answer.header("link"));
  }
  return versions;
}

Result<std::string> OciRegistry::pull(std::string_view version) {
  std::string tag(version);
  std::ranges::replace(tag, '+', '_');
  const http::ClientResponse answer =
      TRY(get(fmt::format("/v2/{}/manifests/{}", name_, percent_encode(tag)), kManifestTypes,
              kDocumentBytesMax));
  const Value manifest = TRY(parse_json(answer.body));
  for (const Value& layer : manifest["layers"].items()) {
    const std::string_view type = layer["mediaType"].text();
    if (type != kChartLayer && type != kOldChartLayer) continue;
    std::string_view digest = layer["digest"].text();
    if (!digest.starts_with("sha256:"))
      return fail(
          unimplemented("{}/{}:{}: digest \"{}\" is not sha256", origin_, name_, tag, digest));
    const std::string path = fmt::format("/v2/{}/blobs/{}", name_, digest);
    http::ClientResponse blob = TRY(get(path, {}, kChartBytesMax));
    TRY(check_digest(origin_ + path, blob.body, digest.substr(7)));
    return std::move(blob.body);
  }
  return fail(invalid_argument("{}/{}:{} is no chart: it has no layer {}", origin_, name_, tag,
                               kChartLayer));
}

}  // namespace gp::gitops
