#include "feature/gitops/chart_download.hpp"

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace gp::gitops {
namespace {

constexpr Duration kTimeout = std::chrono::minutes(2);
constexpr std::string_view kUserAgent = "goldenpath";

// Queries may hold tokens.
std::string_view shown(std::string_view url) {
  return url.substr(0, url.find('?'));
}

}  // namespace

std::string basic_authorization(const git::Credentials& credentials) {
  if (credentials.user.empty() && credentials.password.empty()) return {};
  return "Basic " + base64_encode(credentials.user + ":" + credentials.password);
}

Result<http::ClientResponse> ask(const Context& context, http::Client& client,
                                 const Download& download) {
  http::ClientRequest request;
  request.url = download.url;
  request.body_bytes_max = download.bytes_max;
  request.timeout = kTimeout;
  request.verify_tls = !download.skips_tls_verify;
  request.headers.emplace_back("User-Agent", kUserAgent);
  // libcurl leaves it out when a redirect leads to another host, port or scheme.
  if (!download.authorization.empty())
    request.headers.emplace_back("Authorization", download.authorization);
  if (!download.accept.empty()) request.headers.emplace_back("Accept", download.accept);
  return client.send(context, request);
}

Result<> check_answer(const Download& download, const http::ClientResponse& answer) {
  if (answer.status == 200) return {};
  const std::string_view url = shown(download.url);
  if (answer.status == 401 || answer.status == 403) {
    const bool has_some = !download.authorization.empty();
    return fail(unauthenticated("GET {}: {} ({})", url,
                                has_some ? "the credentials are refused" : "credentials are wanted",
                                answer.status)
                    .with_hint("put user and password into a Secret labelled "
                               "argocd.argoproj.io/secret-type: repository"));
  }
  if (answer.status == 404) return fail(not_found("GET {}: not found (404)", url));
  return fail(unavailable("GET {}: status {}", url, answer.status));
}

Result<std::string> fetch(const Context& context, http::Client& client, const Download& download) {
  http::ClientResponse answer = TRY(ask(context, client, download));
  TRY(check_answer(download, answer));
  return std::move(answer.body);
}

Result<> check_digest(std::string_view what, std::string_view bytes, std::string_view digest) {
  const std::string found = sha256_hex(bytes);
  if (found == lower(digest)) return {};
  return fail(Error{
      Code::DataLoss,
      fmt::format("{}: its digest is sha256:{}, expected sha256:{}", shown(what), found, digest),
      "somebody has replaced the file: have the repository's index made anew",
      {},
      {}});
}

}  // namespace gp::gitops
