#include "adapter/http_client/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

namespace gp::http {
namespace {

constexpr std::size_t kIdleHandlesMax = 8;
constexpr std::size_t kHeaderBytesMax = 256U << 10U;
constexpr long kConnectTimeoutMs = 10'000;

void initialise_once() {
  static const bool is_done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  GP_CHECK(is_done, "libcurl initialises");
}

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

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// One request under way: what libcurl's callbacks write to.
struct Exchange {
  const Context& context;
  const ClientRequest& request;
  ClientResponse response;
  std::size_t header_bytes = 0;
  std::optional<Error> error;
};

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* data) {
  Exchange& exchange = *static_cast<Exchange*>(data);
  std::string_view line(bytes, size * count);
  exchange.header_bytes += line.size();
  if (exchange.header_bytes > kHeaderBytesMax) {
    exchange.error = too_large("the answer's head is larger than {} bytes", kHeaderBytesMax);
    return 0;
  }
  if (line.starts_with("HTTP/"))
    exchange.response.headers.clear();  // of a redirect, or of 100 Continue
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size * count;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' '))
    value.remove_suffix(1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  exchange.response.headers.emplace_back(lower(line.substr(0, colon)), std::string(value));
  return size * count;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* data) {
  Exchange& exchange = *static_cast<Exchange*>(data);
  const std::string_view chunk(bytes, size * count);
  if (exchange.request.on_data) {
    if (exchange.request.on_data(chunk)) return chunk.size();
    exchange.error = cancelled("stopped by the reader");
    return 0;
  }
  if (exchange.response.body.size() + chunk.size() > exchange.request.body_bytes_max) {
    exchange.error =
        too_large("the answer is larger than {} bytes", exchange.request.body_bytes_max);
    return 0;
  }
  exchange.response.body.append(chunk);
  return chunk.size();
}

int on_progress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  Exchange& exchange = *static_cast<Exchange*>(data);
  auto going = exchange.context.check();
  if (going) return 0;
  exchange.error = std::move(going).error();
  return 1;
}

curl_blob blob(const std::string& text) {
  // libcurl copies (CURL_BLOB_COPY), its struct is not const.
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

HeaderList header_list(const ClientRequest& request) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    // A header without a value is written with a semicolon, as libcurl wants it.
    list = curl_slist_append(list,
                             value.empty() ? (name + ";").c_str() : (name + ": " + value).c_str());
  }
  return HeaderList(list);
}

Code code_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return Code::DeadlineExceeded;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return Code::InvalidArgument;
    default: return Code::Unavailable;
  }
}

std::string reason_of(CURLcode code, const char* details) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "the host name is unknown";
    case CURLE_COULDNT_CONNECT: return "connection refused";
    case CURLE_OPERATION_TIMEDOUT: return "no answer in time";
    case CURLE_UNSUPPORTED_PROTOCOL: return "only http and https are spoken";
    default: return *details != '\0' ? details : curl_easy_strerror(code);
  }
}

}  // namespace

struct Client::Impl {
  ~Impl() {
    for (CURL* handle : idle) curl_easy_cleanup(handle);
  }

  CURL* take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        CURL* handle = idle.back();
        idle.pop_back();
        return handle;
      }
    }
    CURL* handle = curl_easy_init();
    GP_CHECK(handle != nullptr, "libcurl gives handles");
    return handle;
  }

  // A handle keeps its connections; its options go.
  void give_back(CURL* handle) {
    curl_easy_reset(handle);
    const std::lock_guard lock(mutex);
    if (idle.size() < kIdleHandlesMax) {
      idle.push_back(handle);
    } else {
      curl_easy_cleanup(handle);
    }
  }

  std::mutex mutex;  // guards idle
  std::vector<CURL*> idle;
};

namespace {

void set_options(CURL* handle, Exchange& exchange, curl_slist* headers, char* details) {
  const ClientRequest& request = exchange.request;
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, details);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, request.redirects_max > 0 ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, static_cast<long>(request.redirects_max));
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
  if (exchange.context.has_deadline()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(exchange.context.remaining()).count();
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, std::max<long>(1, static_cast<long>(left)));
  }

  if (request.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" ||
      request.method == "PATCH") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST,
                   request.method == "HEAD" ? nullptr : request.method.c_str());
}

void set_tls(CURL* handle, const ClientRequest& request) {
  if (!request.verify_tls) {
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!request.authority_pem.empty()) {
    curl_blob authority = blob(request.authority_pem);
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &authority);
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  if (request.client_certificate_pem.empty()) return;
  curl_blob certificate = blob(request.client_certificate_pem);
  curl_blob key = blob(request.client_key_pem);
  curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
}

}  // namespace

std::string ClientResponse::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

Client::Client() : impl_(std::make_unique<Impl>()) {
  initialise_once();
}
Client::~Client() = default;

Result<ClientResponse> Client::send(const Context& context, const ClientRequest& request) {
  if (has_credentials(request.url)) {
    return fail(invalid_argument("a URL with credentials in it is not used")
                    .with_hint("pass them in a header"));
  }
  TRY(context.check());
  CURL* handle = impl_->take();
  Exchange exchange{context, request, {}, 0, {}};
  std::array<char, CURL_ERROR_SIZE> details{};
  const HeaderList headers = header_list(request);
  set_options(handle, exchange, headers.get(), details.data());
  set_tls(handle, request);

  const CURLcode code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  impl_->give_back(handle);

  const std::string what = fmt::format("{} {}", request.method, shown(request.url));
  if (exchange.error) return fail(std::move(*exchange.error).with_context(what));
  if (code != CURLE_OK) {
    return fail(Error{
        code_of(code), fmt::format("{}: {}", what, reason_of(code, details.data())), {}, {}, {}});
  }
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

}  // namespace gp::http
