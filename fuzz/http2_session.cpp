// A whole connection over a pair of sockets: HTTP/1 or, after its preface, HTTP/2. Whatever a
// client sends, slowly or at once, the server answers or gives up, and lets everything go when the
// client leaves.
//
// The first byte: bit 0 puts HTTP/2's preface and an empty SETTINGS before the bytes, bit 1 cuts
// them in halves, bit 2 ends sending after them, bit 3 lets time pass.

#include "adapter/net/lone_server.hpp"
#include "base/log.hpp"
#include "fuzz_input.hpp"

namespace {

using namespace gp;
using namespace gp::net;

constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

// Says a few things and then waits for ever.
class FewWords final : public Stream {
 public:
  explicit FewWords(bool is_endless) : is_endless_(is_endless) {}
  Next pull(std::vector<Piece>& out, std::size_t) override {
    if (left_ == 0) return is_endless_ ? Next::Wait : Next::End;
    --left_;
    out.push_back(Piece::own(std::string(700, 'w')));
    return Next::Data;
  }
  void on_ready(std::function<void()>) override {}
  bool is_endless() const override { return is_endless_; }

 private:
  bool is_endless_;
  int left_ = 3;
};

Response answer(Request& request) {
  Response response = Response::empty(200);
  if (request.path == "/w" || request.path == "/s") {
    response.stream = std::make_unique<FewWords>(request.path == "/w");
    if (request.query.contains("n")) response.headers.add("Content-Length", request.query.get("n"));
  } else if (request.path == "/b") {
    static const auto big = std::make_shared<const std::string>(100'000, 'b');
    response.body.push_back({*big, big});
  } else {
    response.body.push_back(Piece::own(request.method + request.body));
  }
  return response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static LoneServer server(answer, {.worker_threads = 1,
                                    .header_bytes_max = 4000,
                                    .headers_max = 40,
                                    .target_bytes_max = 500,
                                    .body_bytes_max = 20'000});
  log::set_sink([](const log::Entry&) {});
  if (size == 0) return 0;
  const unsigned how = data[0];
  std::string bytes((how & 1U) != 0 ? kPreface : "");
  bytes += fuzz::text_of(data + 1, size - 1);
  server.connect();
  const std::size_t half = (how & 2U) != 0 ? bytes.size() / 2 : bytes.size();
  server.exchange(std::string_view(bytes).substr(0, half));
  server.exchange(std::string_view(bytes).substr(half));
  if ((how & 4U) != 0) server.end_sending();
  if ((how & 8U) != 0) server.pass(std::chrono::seconds(130));
  server.disconnect();
  GP_CHECK(server.state().body_bytes_held == 0, "bodies are let go");
  return 0;
}
