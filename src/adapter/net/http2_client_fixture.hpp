#pragma once
// An HTTP/2 client for tests: nghttp2's client session over a TestClient.

#include <nghttp2/nghttp2.h>

#include <map>
#include <string>
#include <vector>

#include "adapter/net/http2_fields.hpp"
#include "adapter/net/test_client.hpp"

namespace gp::net {

class Http2Client {
 public:
  struct Answer {
    int status = 0;
    int early_status = 0;  // of a 1xx before it
    Headers headers;
    std::string body;
    bool is_closed = false;
    std::uint32_t error = 0;
  };
  using Fields = std::vector<std::pair<std::string, std::string>>;

  explicit Http2Client(std::unique_ptr<TestClient> client, std::int32_t window = 65'535);
  ~Http2Client() { nghttp2_session_del(session_); }
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  // Returns the stream. A body without an end is sent open: the stream stays half-open.
  std::int32_t request(std::string_view method, std::string_view path, const Fields& more = {},
                       std::string body = {}, bool is_open = false);
  void reset(std::int32_t stream, std::uint32_t code = NGHTTP2_CANCEL);
  void open_window(std::int32_t stream, std::int32_t bytes);
  void send();  // what is queued
  bool read();  // false at the end of the connection
  // Sends and reads until it is so; false when the connection ended before.
  bool run_until(const std::function<bool()>& is_so);
  Answer& wait_for(std::int32_t stream) {
    run_until([&] { return answers[stream].is_closed; });
    return answers[stream];
  }

  std::map<std::int32_t, Answer> answers;
  bool has_goaway = false;
  std::uint32_t goaway_code = 0;
  TestClient& raw() { return *client_; }

 private:
  struct Callbacks;
  struct Body {
    std::string text;
    bool is_open = false;
  };

  std::unique_ptr<TestClient> client_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Body> bodies_;
};

}  // namespace gp::net
