#pragma once
// Header fields of HTTP/2: a request's head as nghttp2 hands it over, field by field, and a
// response's head as nghttp2 takes it.

#include <nghttp2/nghttp2.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/net/http.hpp"

namespace gp::net {

// The result points into the texts. nghttp2 copies them when it is given the field.
nghttp2_nv http2_field(std::string_view name, std::string_view value);

class Http2Head {
 public:
  struct Limits {
    std::size_t header_bytes_max;
    std::size_t headers_max;
    std::size_t target_bytes_max;
  };
  void add(std::string_view name, std::string_view value, const Limits& limits);
  void finish();  // after the last field

  int refusal() const { return refusal_; }  // 0: the head is fine
  std::string_view refusal_reason() const { return reason_; }
  bool is_head() const { return is_head_; }  // the method
  bool expects_continue() const;
  Request take_request();

 private:
  void refuse(int status, std::string reason);

  Request request_;
  std::string authority_;
  std::string cookie_;
  std::size_t bytes_ = 0;
  bool is_head_ = false;
  int refusal_ = 0;
  std::string reason_;
};

// The fields of a response: names in lower case, nothing that belongs to HTTP/1's hops.
class Http2Fields {
 public:
  // `response` and `date` outlive this.
  Http2Fields(const Response& response, std::string_view date);
  const nghttp2_nv* data() const { return fields_.data(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::string_view keep(std::string text);

  std::deque<std::string> texts_;  // stay where they are
  std::vector<nghttp2_nv> fields_;
};

}  // namespace gp::net
