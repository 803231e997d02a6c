#include "adapter/net/http1_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include "adapter/net/http1_lines.hpp"
#include "adapter/net/tokens.hpp"

namespace gp::net {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {

// "GET" and " HTTP/1.1" around the longest target; methods we know of are shorter than 24.
constexpr std::size_t kRequestLineRoom = 40;
constexpr std::size_t kBodyReserveMax = 64U << 10U;  // a length is a claim until bytes come
constexpr std::string_view kLastChunk = "0\r\n\r\n";
// A chunk's size line, or all trailer fields together.
constexpr std::size_t kChunkLineMax = 16U << 10U;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

Http1Lines::Limits line_limits(const Http1Limits& limits) {
  return {.first_line_bytes_max = limits.target_bytes_max + kRequestLineRoom,
          .head_bytes_max = limits.header_bytes_max,
          .lines_max = limits.headers_max};
}

}  // namespace

// Beast calls back with the parts; they go straight into our Request.
class Http1Reader::Parser final : public bhttp::basic_parser<true> {
 public:
  explicit Parser(const Http1Limits& limits) : limits_(limits), lines_(line_limits(limits)) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    body_limit(limits.body_bytes_max);
  }

  std::size_t feed(std::string_view bytes) {
    std::size_t used = skip_empty_lines(bytes);
    if (!has_head_ && refusal_ == 0) used += feed_head(bytes.substr(used));
    if (has_head_ && refusal_ == 0) used += feed_body(bytes.substr(used));
    return refusal_ == 0 ? used : bytes.size();
  }

  bool has_begun() const { return has_begun_; }
  bool has_head() const { return has_head_; }
  bool is_complete() const { return has_head_ && is_done(); }
  int refusal() const { return refusal_; }
  std::string_view reason() const { return reason_; }
  bool expects_continue() const { return expects_continue_; }
  bool is_http10() const { return version_ == 10; }
  Request& request() { return request_; }

 private:
  // RFC 9112 2.2: an empty line or two before a request is a leftover of the one before.
  std::size_t skip_empty_lines(std::string_view bytes) {
    if (has_begun_) return 0;
    std::size_t used = 0;
    while (used < bytes.size() && (bytes[used] == '\r' || bytes[used] == '\n')) {
      const bool is_pair = bytes[used] == (empty_bytes_ % 2 == 0 ? '\r' : '\n');
      if (!is_pair || ++empty_bytes_ > 4) {
        refuse(400, "the request does not begin with a method");
        return used;
      }
      ++used;
    }
    if (used < bytes.size()) {
      has_begun_ = true;
      if (empty_bytes_ % 2 != 0) refuse(400, "a line has a bare carriage return");
    }
    return used;
  }

  std::size_t feed_head(std::string_view bytes) {
    const std::size_t before = pending_.size();
    // The usual head arrives whole and is parsed where it lies.
    if (before > 0) pending_ += bytes;
    const std::string_view head = before > 0 ? std::string_view(pending_) : bytes;
    const std::size_t end = lines_.scan(head);
    if (lines_.refusal() != 0) {
      refuse(lines_.refusal(), lines_.reason());
      return 0;
    }
    if (end == 0) {
      if (before == 0) pending_ = bytes;
      return bytes.size();
    }
    parse_head(head.substr(0, end));
    pending_ = {};
    return end - before;
  }

  void parse_head(std::string_view head) {
    beast::error_code error;
    put(boost::asio::const_buffer(head.data(), head.size()), error);
    if (refusal_ != 0) return;
    if (error && error != bhttp::error::need_more) return refuse_for(error);
    if (!is_header_done()) return refuse(400, "the request head is malformed");
    has_head_ = true;
  }

  std::size_t feed_body(std::string_view bytes) {
    if (is_done() || bytes.empty()) return 0;
    const std::size_t before = pending_.size();
    if (before > 0) pending_ += bytes;
    const std::string_view body = before > 0 ? std::string_view(pending_) : bytes;
    if (must_wait(body)) {
      if (before == 0) pending_ = bytes;
      return bytes.size();
    }
    beast::error_code error;
    const std::size_t used = put(boost::asio::const_buffer(body.data(), body.size()), error);
    if (error && error != bhttp::error::need_more) {
      refuse_for(error);
      return 0;
    }
    if (is_done()) {
      pending_ = {};
      return used - before;
    }
    pending_ = std::string(body.substr(used));
    if (pending_.size() > kChunkLineMax) refuse(400, "a chunk's size line is too long");
    return bytes.size();
  }

  // Beast 1.81 aborts when the last chunk is the first one and its line comes without the rest.
  bool must_wait(std::string_view body) const {
    return has_encoding_ && !has_chunk_ && body.size() < kLastChunk.size() && body.front() == '0' &&
           body.find("\r\n") != std::string_view::npos;
  }

  void refuse(int status, std::string_view reason) {
    if (refusal_ != 0) return;
    refusal_ = status;
    reason_ = reason;
  }

  void refuse_for(beast::error_code error) {
    if (error == bhttp::error::bad_version) return refuse(505, "only HTTP/1.0 and HTTP/1.1 here");
    if (error == bhttp::error::body_limit) return refuse(413, "the request body is too large");
    refuse_in_words(400, "the request is malformed: " + error.message());
  }
  void refuse_in_words(int status, std::string reason) {
    if (refusal_ != 0) return;
    reason_text_ = std::move(reason);
    refuse(status, reason_text_);
  }

  void on_request_impl(bhttp::verb, beast::string_view method, beast::string_view target,
                       int version, beast::error_code&) override {
    request_.method = view(method);
    request_.target = view(target);
    version_ = version;
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}

  void on_field_impl(bhttp::field name, beast::string_view name_text, beast::string_view value,
                     beast::error_code&) override {
    if (has_head_) return;  // a trailer
    switch (name) {
      case bhttp::field::content_length:
        if (has_length_) refuse(400, "Content-Length is repeated");
        if (view(value).find(',') != std::string_view::npos) {
          refuse(400, "Content-Length is a list");
        }
        has_length_ = true;
        break;
      case bhttp::field::transfer_encoding:
        if (has_encoding_) refuse(400, "Transfer-Encoding is repeated");
        if (!equal_ignoring_case(view(value), "chunked")) {
          refuse(501, "the only Transfer-Encoding here is \"chunked\"");
        }
        has_encoding_ = true;
        break;
      case bhttp::field::host: ++hosts_; break;
      case bhttp::field::expect: expect(view(value)); break;
      default: break;
    }
    request_.headers.add(view(name_text), view(value));
  }

  void expect(std::string_view value) {
    if (equal_ignoring_case(value, "100-continue")) {
      expects_continue_ = true;
    } else {
      refuse(417, "the only expectation met here is \"100-continue\"");
    }
  }

  void on_header_impl(beast::error_code&) override {
    if (has_length_ && has_encoding_) {
      refuse(400, "Content-Length and Transfer-Encoding exclude each other");
    }
    if (has_encoding_ && version_ == 10) refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    if (hosts_ > 1) refuse(400, "Host is repeated");
    if (hosts_ == 0 && version_ == 11) refuse(400, "Host is missing");
    if (request_.method == "CONNECT") refuse(501, "CONNECT is not supported");
    set_path();
  }

  void set_path() {
    std::string_view target = request_.target;
    if (target.find('#') != std::string_view::npos) {
      return refuse(400, "the request target has a fragment");
    }
    if (target.front() != '/' && target != "*") {
      // RFC 9112 3.2.2: the absolute form, as sent to proxies. Its authority stands for Host.
      const std::size_t colon = target.find("://");
      const std::string_view scheme = target.substr(0, colon);
      if (colon == std::string_view::npos ||
          !(equal_ignoring_case(scheme, "http") || equal_ignoring_case(scheme, "https"))) {
        return refuse(400, "the request target is neither a path nor an http URL");
      }
      target.remove_prefix(colon + 3);
      const std::size_t end = std::min(target.find_first_of("/?"), target.size());
      request_.headers.set("Host", target.substr(0, end));
      target.remove_prefix(end);
    }
    const std::size_t question = std::min(target.find('?'), target.size());
    request_.path = question == 0 ? "/" : target.substr(0, question);
    if (question == target.size()) return;
    auto query = Query::parse(target.substr(question + 1));
    if (!query) return refuse_in_words(400, query.error().message);
    request_.query = std::move(*query);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                         beast::error_code&) override {
    if (length) request_.body.reserve(std::min<std::size_t>(*length, kBodyReserveMax));
  }
  std::size_t on_body_impl(beast::string_view body, beast::error_code&) override {
    request_.body += view(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {
    has_chunk_ = true;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body,
                                 beast::error_code&) override {
    request_.body += view(body);
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}

  Http1Limits limits_;
  Http1Lines lines_;
  Request request_;
  std::string pending_;  // a head or a chunk line that is not whole yet
  std::string_view reason_;
  std::string reason_text_;  // what reason_ refers to when it is no literal
  int refusal_ = 0;
  int version_ = 11;
  int hosts_ = 0;
  unsigned empty_bytes_ = 0;
  bool has_begun_ = false;
  bool has_head_ = false;
  bool has_length_ = false;
  bool has_encoding_ = false;
  bool has_chunk_ = false;
  bool expects_continue_ = false;
};

Http1Reader::Http1Reader(const Http1Limits& limits) : parser_(std::make_unique<Parser>(limits)) {}
Http1Reader::~Http1Reader() = default;

std::size_t Http1Reader::feed(std::string_view bytes) {
  return parser_->feed(bytes);
}
bool Http1Reader::has_begun() const {
  return parser_->has_begun();
}
bool Http1Reader::has_head() const {
  return parser_->has_head();
}
bool Http1Reader::is_complete() const {
  return parser_->is_complete();
}
int Http1Reader::refusal() const {
  return parser_->refusal();
}
std::string_view Http1Reader::refusal_reason() const {
  return parser_->reason();
}
Request& Http1Reader::request() {
  return parser_->request();
}
bool Http1Reader::keeps_alive() const {
  return parser_->keep_alive();
}
bool Http1Reader::expects_continue() const {
  return parser_->expects_continue();
}
bool Http1Reader::is_http10() const {
  return parser_->is_http10();
}
std::size_t Http1Reader::body_bytes() const {
  return parser_->request().body.size();
}

}  // namespace gp::net
