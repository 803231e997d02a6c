// HTTP/2 frame by frame: clients that flood, break the protocol or do without TLS.

#include <doctest/doctest.h>
#include <nghttp2/nghttp2.h>

#include "adapter/net/lone_server.hpp"
#include "adapter/net/stream_fixture.hpp"

using namespace gp;
using namespace gp::net;

namespace {

std::string big_endian(std::uint32_t number, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((number >> (8 * i)) & 0xffU);
  return out;
}

std::string frame(int type, unsigned flags, std::uint32_t stream, std::string_view payload = {}) {
  return big_endian(static_cast<std::uint32_t>(payload.size()), 3) + static_cast<char>(type) +
         static_cast<char>(flags) + big_endian(stream, 4) + std::string(payload);
}

constexpr unsigned kEndStream = NGHTTP2_FLAG_END_STREAM;
constexpr unsigned kEndHeaders = NGHTTP2_FLAG_END_HEADERS;
const std::string kBegin = std::string(NGHTTP2_CLIENT_MAGIC) + frame(NGHTTP2_SETTINGS, 0, 0);
// GET or POST, https, "/", authority "h", in HPACK.
const std::string kGetHead = "\x82\x87\x84\x41\x01h";
const std::string kPostHead = "\x83\x87\x84\x41\x01h";

std::string get(std::uint32_t stream, unsigned flags = kEndStream | kEndHeaders) {
  return frame(NGHTTP2_HEADERS, flags, stream, kGetHead);
}

struct Frame {
  int type = 0;
  unsigned flags = 0;
  std::uint32_t stream = 0;
  std::string payload;
};

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(at, size)) number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

std::vector<Frame> frames_of(std::string_view bytes) {
  std::vector<Frame> frames;
  while (bytes.size() >= 9) {
    const std::size_t size = number_at(bytes, 0, 3);
    frames.push_back({bytes[3], static_cast<unsigned char>(bytes[4]), number_at(bytes, 5, 4),
                      std::string(bytes.substr(9, size))});
    bytes.remove_prefix(std::min(9 + size, bytes.size()));
  }
  return frames;
}

// The code of the first GOAWAY; -1: none.
int goaway_of(std::string_view bytes) {
  for (const Frame& frame : frames_of(bytes)) {
    if (frame.type == NGHTTP2_GOAWAY) return static_cast<int>(number_at(frame.payload, 4, 4));
  }
  return -1;
}

int reset_of(std::string_view bytes, std::uint32_t stream) {
  for (const Frame& frame : frames_of(bytes)) {
    if (frame.type == NGHTTP2_RST_STREAM && frame.stream == stream) {
      return static_cast<int>(number_at(frame.payload, 0, 4));
    }
  }
  return -1;
}

std::string data_of(std::string_view bytes, std::uint32_t stream) {
  std::string data;
  for (const Frame& frame : frames_of(bytes)) {
    if (frame.type == NGHTTP2_DATA && frame.stream == stream) data += frame.payload;
  }
  return data;
}

struct AbuseFixture {
  AbuseFixture() { server.connect(); }

  Response answer(Request& request) {
    ++requests;
    Response response = Response::empty(200);
    if (request.method == "POST") {
      response.body.push_back(Piece::own(request.body));
    } else {
      // The test's source feeds the first watch.
      const auto quiet = std::make_shared<StreamSource>();
      response.stream = StreamSource::stream_of(requests == 1 ? source : quiet);
    }
    return response;
  }
  // The server ends the connection once its client does.
  bool is_given_up() {
    server.end_sending();
    return !server.is_open();
  }

  std::shared_ptr<StreamSource> source = std::make_shared<StreamSource>();
  int requests = 0;
  LoneServer server{[this](Request& request) { return answer(request); }};
};

}  // namespace

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: without TLS a client may begin with the preface") {
  std::string answer;
  const std::string all = kBegin + frame(NGHTTP2_HEADERS, kEndHeaders, 1, kPostHead) +
                          frame(NGHTTP2_DATA, kEndStream, 1, "hello");
  for (const char c : all) answer += server.exchange({&c, 1});

  CHECK(data_of(answer, 1) == "hello");
  CHECK(goaway_of(answer) == -1);
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: half a preface is given up after ten seconds") {
  server.exchange("PRI * HTTP/2.0\r\n");
  server.pass(std::chrono::seconds(9));
  CHECK(server.is_open());

  server.pass(std::chrono::seconds(4));

  CHECK_FALSE(server.is_open());
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: pings are answered, a flood of them unread is not") {
  const std::string ping = frame(NGHTTP2_PING, 0, 0, "12345678");
  const std::string one = server.exchange(kBegin + ping);
  CHECK(std::ranges::any_of(frames_of(one), [](const Frame& answer) {
    return answer.type == NGHTTP2_PING && answer.payload == "12345678";
  }));
  std::string flood;
  for (int i = 0; i < 100'000; ++i) flood += ping;

  const std::string answers = server.exchange(flood);

  // At once: the client would have to read a thousand answers in one piece.
  CHECK(goaway_of(answers) == NGHTTP2_ENHANCE_YOUR_CALM);
  CHECK(is_given_up());
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: a flood of settings is stopped") {
  std::string flood;
  for (int i = 0; i < 5000; ++i) flood += frame(NGHTTP2_SETTINGS, 0, 0);

  CHECK(goaway_of(server.exchange(kBegin + flood)) == NGHTTP2_ENHANCE_YOUR_CALM);
  CHECK(is_given_up());
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: settings with too many entries are refused") {
  std::string entries;
  for (int i = 0; i < 100; ++i) entries += big_endian(0x99, 2) + big_endian(1, 4);

  CHECK(goaway_of(server.exchange(kBegin + frame(NGHTTP2_SETTINGS, 0, 0, entries))) > 0);
  CHECK(is_given_up());
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: a head in endless continuations is stopped") {
  std::string flood = get(1, kEndStream);
  for (int i = 0; i < 1000; ++i) flood += frame(NGHTTP2_CONTINUATION, 0, 1);

  CHECK(goaway_of(server.exchange(kBegin + flood)) > 0);
  CHECK(requests == 0);
  CHECK(is_given_up());
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: half a head does not block the connection for ever") {
  server.exchange(kBegin + get(1, kEndStream));
  server.pass(std::chrono::seconds(9));
  CHECK(server.is_open());

  CHECK(goaway_of(server.pass(std::chrono::seconds(2))) == NGHTTP2_PROTOCOL_ERROR);
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: a head too large to read ends its stream or all") {
  std::string fields = kGetHead;
  for (int i = 0; i < 400; ++i) {
    fields += std::string("\x00\x03x-y\x7f\x49", 7) + std::string(200, 'v');
  }
  std::string flood =
      frame(NGHTTP2_HEADERS, kEndStream, 1, std::string_view(fields).substr(0, 16'000));
  for (std::size_t at = 16'000; at < fields.size(); at += 16'000) {
    flood += frame(NGHTTP2_CONTINUATION, 0, 1, std::string_view(fields).substr(at, 16'000));
  }

  const std::string answer = server.exchange(kBegin + flood + frame(9, kEndHeaders, 1));

  CHECK(requests == 0);
  CHECK((goaway_of(answer) > 0 || reset_of(answer, 1) > 0 || answer.contains("431")));
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: windows can neither overflow nor grow by nothing") {
  const std::string most = big_endian(0x7fffffff, 4);
  server.exchange(kBegin + get(1) + get(3));

  const std::string nothing = server.exchange(frame(NGHTTP2_WINDOW_UPDATE, 0, 1, big_endian(0, 4)));
  CHECK((reset_of(nothing, 1) == NGHTTP2_PROTOCOL_ERROR ||
         goaway_of(nothing) == NGHTTP2_PROTOCOL_ERROR));
  server.disconnect();
  server.connect();
  server.exchange(kBegin + get(1) + get(3));
  CHECK(reset_of(server.exchange(frame(NGHTTP2_WINDOW_UPDATE, 0, 3, most)), 3) ==
        NGHTTP2_FLOW_CONTROL_ERROR);
  CHECK(goaway_of(server.exchange(frame(NGHTTP2_WINDOW_UPDATE, 0, 0, most))) ==
        NGHTTP2_FLOW_CONTROL_ERROR);
}

TEST_CASE_FIXTURE(AbuseFixture,
                  "http2 abuse: making the server reset streams is no way around the limit") {
  server.exchange(kBegin);
  int goaway = -1;
  std::uint32_t stream = 1;
  for (; stream < 2000 && goaway < 0; stream += 2) {
    // A body for a request that has none to come: the server has to reset the stream.
    goaway = goaway_of(server.exchange(frame(NGHTTP2_HEADERS, kEndHeaders, stream, kPostHead) +
                                       frame(NGHTTP2_WINDOW_UPDATE, 0, stream, big_endian(0, 4))));
  }

  CHECK(goaway >= 0);
  CHECK(stream < 500);
  CHECK(requests == 0);
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: priorities are read and ignored") {
  const std::string priority = big_endian(3, 4) + '\x10';
  const std::string with_priority = priority + kPostHead;

  const std::string answer = server.exchange(
      kBegin + frame(NGHTTP2_PRIORITY, 0, 5, priority) +
      frame(NGHTTP2_HEADERS, kEndHeaders | NGHTTP2_FLAG_PRIORITY, 1, with_priority) +
      frame(NGHTTP2_DATA, kEndStream, 1, "first"));

  CHECK(data_of(answer, 1) == "first");
  CHECK(goaway_of(answer) == -1);
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: trailers end a body and are dropped") {
  const std::string answer = server.exchange(
      kBegin + frame(NGHTTP2_HEADERS, kEndHeaders, 1, kPostHead) +
      frame(NGHTTP2_DATA, 0, 1, "body") +
      frame(NGHTTP2_HEADERS, kEndHeaders | kEndStream, 1, std::string("\x00\x01t\x01v", 5)));

  CHECK(data_of(answer, 1) == "body");
  CHECK(requests == 1);
}

TEST_CASE_FIXTURE(AbuseFixture,
                  "http2 abuse: data beyond the end, and pushes, break the protocol") {
  server.exchange(kBegin + get(1));
  const std::string answer = server.exchange(frame(NGHTTP2_DATA, 0, 1, "more"));
  CHECK((reset_of(answer, 1) == NGHTTP2_STREAM_CLOSED || goaway_of(answer) > 0));
  server.exchange(frame(NGHTTP2_PUSH_PROMISE, kEndHeaders, 1, big_endian(2, 4) + kGetHead));
  CHECK(is_given_up());
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: a watch that is reset is let go, the others live") {
  server.exchange(kBegin + get(1) + get(3));
  CHECK(requests == 2);
  source->say("event");
  CHECK(data_of(server.exchange(""), 1) == "event");

  server.exchange(frame(NGHTTP2_RST_STREAM, 0, 1, big_endian(NGHTTP2_CANCEL, 4)));

  CHECK(source->is_gone());
  CHECK(server.is_open());
  server.pass(std::chrono::hours(1));
  CHECK(server.is_open());
}

TEST_CASE_FIXTURE(AbuseFixture, "http2 abuse: a client that ends its side of the socket has left") {
  server.exchange(kBegin + get(1));

  server.end_sending();

  CHECK_FALSE(server.is_open());
  CHECK(source->is_gone());
}
