#include "adapter/http_client/exchange.hpp"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/text.hpp"

namespace gp::http {
namespace {

constexpr std::size_t kHeaderBytesMax = 256U << 10U;
constexpr long kConnectTimeoutMs = 10'000;
// A peer that is gone without a word is noticed within about a minute, idle or not.
constexpr long kKeepAliveSeconds = 30;
constexpr int kKeepAliveProbes = 3;
constexpr unsigned kUnansweredMs = 30'000;

// Credentials in a URL would reach logs and errors.
bool has_credentials(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

// A URL as errors show it: queries may hold tokens.
std::string shown(std::string_view url) {
  const auto query = url.find('?');
  return query == std::string_view::npos ? std::string(url)
                                         : std::string(url.substr(0, query)) + "?…";
}

struct Authority {
  std::string host;  // brackets kept
  std::string port;
};

Authority authority_of(std::string_view url) {
  const auto scheme = url.find("://");
  const bool is_tls = url.starts_with("https");
  std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const auto bracket = rest.rfind(']');
  const auto colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return {std::string(rest), is_tls ? "443" : "80"};
  return {std::string(rest.substr(0, colon)), std::string(rest.substr(colon + 1))};
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") ||
         host == "[::1]";
}

curl_blob blob(const std::string& text) {
  // libcurl copies (CURL_BLOB_COPY), its struct is not const.
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
}

HeaderList header_list(const ClientRequest& request) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    // A header without a value is written with a semicolon, as libcurl wants it.
    list = curl_slist_append(list,
                             value.empty() ? (name + ";").c_str() : (name + ": " + value).c_str());
  }
  if (!request.tls_server_name.empty()) {
    const Authority real = authority_of(request.url);
    list = curl_slist_append(list, ("Host: " + real.host + ":" + real.port).c_str());
  }
  return HeaderList(list);
}

int notice_dead_peers(void*, curl_socket_t socket, curlsocktype) {
  const int probes = kKeepAliveProbes;
  const unsigned unanswered = kUnansweredMs;
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered, sizeof(unanswered));
  return CURL_SOCKOPT_OK;
}

struct Failure {
  Code code;
  std::string_view cause;
  std::string reason;
};

Failure failure_of(CURLcode code, const char* details) {
  const std::string text = *details != '\0' ? details : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return {Code::DeadlineExceeded, "timeout", "no answer in time"};
    case CURLE_URL_MALFORMAT: return {Code::InvalidArgument, "exchange", text};
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Code::InvalidArgument, "exchange", "only http and https are spoken"};
    case CURLE_COULDNT_RESOLVE_HOST: return {Code::Unavailable, "name", "the host name is unknown"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Code::Unavailable, "proxy", "the proxy's host name is unknown"};
    case CURLE_PROXY: return {Code::Unavailable, "proxy", text};
    case CURLE_COULDNT_CONNECT: return {Code::Unavailable, "connect", "connection refused"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return {Code::Unavailable, "tls", text};
    default: break;
  }
  // With TLS 1.3 a refused client certificate shows only when the first answer is read.
  const bool is_tls = text.find("alert") != std::string::npos;
  const bool is_proxy = text.find("CONNECT tunnel") != std::string::npos;
  return {Code::Unavailable, is_tls ? "tls" : is_proxy ? "proxy" : "exchange", text};
}

}  // namespace

void initialise_once() {
  static const bool is_done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  GP_CHECK(is_done, "libcurl initialises");
}

Result<> check_url(const ClientRequest& request) {
  if (!has_credentials(request.url)) return {};
  return fail(invalid_argument("a URL with credentials in it is not used")
                  .with_hint("pass them in a header"));
}

std::string ClientResponse::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

// --- callbacks -----------------------------------------------------------------------------------

struct Exchange::Callbacks {
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* data) {
    return static_cast<Exchange*>(data)->on_header({bytes, size * count});
  }
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* data) {
    return static_cast<Exchange*>(data)->on_body({bytes, size * count});
  }
  static int on_progress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    Exchange& exchange = *static_cast<Exchange*>(data);
    auto going = exchange.context_.check();
    if (going) return 0;
    exchange.error_ = std::move(going).error();
    return 1;
  }
};

void FreeList::operator()(curl_slist* list) const {
  curl_slist_free_all(list);
}

std::size_t Exchange::refuse(Error error) {
  error_ = std::move(error);
  return 0;
}

std::size_t Exchange::on_header(std::string_view line) {
  const std::size_t taken = line.size();
  header_bytes_ += taken;
  if (header_bytes_ > kHeaderBytesMax) {
    return refuse(too_large("the answer's head is larger than {} bytes", kHeaderBytesMax));
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' '))
    line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();  // of a redirect, or of 100 Continue
    const auto space = line.find(' ');
    const std::string number(space == std::string_view::npos ? "" : line.substr(space + 1, 3));
    response_.status = static_cast<int>(std::strtol(number.c_str(), nullptr, 10));
    return taken;
  }
  if (line.empty()) {
    if (response_.status >= 200) on_head();
    return taken;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return taken;
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  response_.headers.emplace_back(lower(line.substr(0, colon)), std::string(value));
  return taken;
}

std::size_t Exchange::on_body(std::string_view chunk) {
  if (request_.on_data) {
    if (request_.on_data(chunk)) return chunk.size();
    return refuse(cancelled("stopped by the reader"));
  }
  if (response_.body.size() + chunk.size() > request_.body_bytes_max) {
    return refuse(too_large("the answer is larger than {} bytes", request_.body_bytes_max));
  }
  response_.body.append(chunk);
  return chunk.size();
}

// --- options -------------------------------------------------------------------------------------

void Exchange::set_options(Easy handle) {
  headers_ = header_list(request_);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, details_.data());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, request_.redirects_max > 0 ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, static_cast<long>(request_.redirects_max));
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, Callbacks::on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Callbacks::on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  set_limits(handle);
  set_route(handle);
  set_body(handle);
  set_tls(handle);
}

void Exchange::set_limits(Easy handle) {
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds / 3);
  curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, notice_dead_peers);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, Callbacks::on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
  Duration left = context_.has_deadline() ? context_.remaining() : Duration::max();
  if (request_.timeout > Duration::zero()) left = std::min(left, request_.timeout);
  if (left == Duration::max()) return;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, std::max<long>(1, static_cast<long>(ms)));
}

void Exchange::set_route(Easy handle) {
  std::string url = request_.url;
  const Authority real = authority_of(url);
  if (!request_.tls_server_name.empty()) {
    // The URL names whom the certificate must be of; the connection goes to the real host.
    const std::size_t host_at = url.find("://") + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", host_at), url.size());
    url.replace(host_at, end - host_at, request_.tls_server_name + ":" + real.port);
    connect_to_.reset(curl_slist_append(nullptr, ("::" + real.host + ":" + real.port).c_str()));
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to_.get());
  }
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!request_.proxy.empty()) {
    curl_easy_setopt(handle, CURLOPT_PROXY, request_.proxy.c_str());
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "");
  } else if (is_loopback(real.host)) {
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
  }
}

void Exchange::set_body(Easy handle) {
  const bool writes =
      request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH";
  if (request_.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else if (!request_.body.empty() || writes) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.data());
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST,
                   request_.method == "HEAD" ? nullptr : request_.method.c_str());
}

void Exchange::set_tls(Easy handle) {
  if (!request_.verify_tls) {
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!request_.authority_pem.empty()) {
    curl_blob authority = blob(request_.authority_pem);
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &authority);
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  if (request_.client_certificate_pem.empty()) return;
  curl_blob certificate = blob(request_.client_certificate_pem);
  curl_blob key = blob(request_.client_key_pem);
  curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
}

Result<ClientResponse> Exchange::finish(Easy handle, int curl_code) {
  static_assert(CURL_ERROR_SIZE <= 256 && std::is_same_v<CURL*, Easy>);
  const auto code = static_cast<CURLcode>(curl_code);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  const std::string what = fmt::format("{} {}", request_.method, shown(request_.url));
  if (error_) return fail(std::move(*error_).with_context(what));
  if (code != CURLE_OK) {
    const Failure failure = failure_of(code, details_.data());
    return fail(Error{failure.code,
                      fmt::format("{}: {}", what, failure.reason),
                      {},
                      {},
                      Value::object({{"cause", failure.cause}, {"reason", failure.reason}})});
  }
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

}  // namespace gp::http
