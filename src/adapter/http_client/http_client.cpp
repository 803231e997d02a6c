#include "adapter/http_client/http_client.hpp"

#include <curl/curl.h>

#include <mutex>

#include "adapter/http_client/exchange.hpp"

namespace gp::http {
namespace {

constexpr std::size_t kIdleHandlesMax = 8;

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

Client::Client() : impl_(std::make_unique<Impl>()) {
  initialise_once();
}
Client::~Client() = default;

Result<ClientResponse> Client::send(const Context& context, const ClientRequest& request) {
  TRY(check_url(request));
  TRY(context.check());
  CURL* handle = impl_->take();
  Exchange exchange(context, request);
  exchange.set_options(handle);
  const CURLcode code = curl_easy_perform(handle);
  auto answer = exchange.finish(handle, code);
  impl_->give_back(handle);
  return answer;
}

Result<std::vector<std::string>> presented_certificates(const Context& context,
                                                        const ClientRequest& where) {
  initialise_once();
  TRY(check_url(where));
  TRY(context.check());
  ClientRequest request = where;
  request.method = "HEAD";
  request.verify_tls = false;
  request.headers.clear();
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  Exchange exchange(context, request);
  exchange.set_options(handle.get());
  curl_easy_setopt(handle.get(), CURLOPT_CERTINFO, 1L);
  const CURLcode code = curl_easy_perform(handle.get());

  curl_certinfo* info = nullptr;
  curl_easy_getinfo(handle.get(), CURLINFO_CERTINFO, &info);
  std::vector<std::string> certificates;
  for (int i = 0; info != nullptr && i < info->num_of_certs; ++i) {
    for (const curl_slist* entry = info->certinfo[i]; entry != nullptr; entry = entry->next) {
      const std::string_view text(entry->data);
      if (text.starts_with("Cert:")) certificates.emplace_back(text.substr(5));
    }
  }
  if (certificates.empty()) {
    TRY(exchange.finish(handle.get(), code));
    return fail(unavailable("{} presents no certificate", where.url));
  }
  return certificates;
}

}  // namespace gp::http
