#pragma once
// One request under way: what libcurl's callbacks write to, and the options that make an easy
// handle perform it. Private to this folder; shared by Client (one at a time) and Network (many).

#include <array>
#include <memory>
#include <optional>

#include "adapter/http_client/http_client.hpp"

struct curl_slist;  // libcurl's

namespace gp::http {

using Easy = void*;  // libcurl's CURL*, without its header

struct FreeList {
  void operator()(curl_slist* list) const;
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// Must not move while its handle performs. Neither the request nor the context is copied.
class Exchange {
 public:
  Exchange(const Context& context, const ClientRequest& request)
      : context_(context), request_(request) {}
  virtual ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void set_options(Easy handle);
  // What became of it, once libcurl is done with the handle.
  Result<ClientResponse> finish(Easy handle, int curl_code);

  const ClientRequest& request() const { return request_; }

 protected:
  // The head is complete. Body bytes follow; the number taken, or CURL_WRITEFUNC_PAUSE, or fail().
  virtual void on_head() {}
  virtual std::size_t on_body(std::string_view chunk);
  std::size_t refuse(Error error);  // ends the exchange with this error

  ClientResponse response_;

 private:
  struct Callbacks;
  std::size_t on_header(std::string_view line);
  void set_limits(Easy handle);
  void set_route(Easy handle);
  void set_body(Easy handle);
  void set_tls(Easy handle);

  const Context& context_;
  const ClientRequest& request_;
  HeaderList headers_, connect_to_;
  std::size_t header_bytes_ = 0;
  std::optional<Error> error_;
  std::array<char, 256> details_{};
};

void initialise_once();
// Refuses URLs that are not to be used, before anything is sent.
Result<> check_url(const ClientRequest& request);

}  // namespace gp::http
