// What a small request and an event of a watch cost the server, in CPU time.
//
// The client runs on the measuring thread; what every other thread of the process uses is the
// server's. The peer is the least that can answer (http_peer.hpp), asked by the same client in the
// same run.

#include <fmt/core.h>
#include <openssl/pem.h>

#include <algorithm>

#include "adapter/net/server.hpp"
#include "adapter/net/tls_context.hpp"
#include "adapter/tls/authority.hpp"
#include "bench/http_load.hpp"
#include "bench/http_peer.hpp"

using namespace gp;
using namespace gp::bench;

namespace {

constexpr std::string_view kBody = "{\"ok\":true}";
constexpr int kRounds = 3;

net::Response small(net::Request&) {
  return net::Response::json_text(200, std::string(kBody));
}

struct Tls {
  net::TlsOptions options;
  std::shared_ptr<SSL_CTX> client{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  std::shared_ptr<SSL_CTX> client2{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};

  Tls() {
    const TimePoint now = system_clock().now();
    const auto root = tls::make_authority("bench", now, std::chrono::hours(1));
    const auto pair = tls::issue_server_certificate(*root, "bench", {.dns_names = {"localhost"}},
                                                    now, std::chrono::hours(1));
    options.certificate_chain_pem = pair->certificate_pem;
    options.private_key_pem = pair->private_key_pem;
    static constexpr unsigned char kHttp2[] = "\x02h2";
    SSL_CTX_set_alpn_protos(client2.get(), kHttp2, 3);
  }
};

std::uint16_t listen(net::Server& server, const Tls* tls, bool is_quick) {
  net::ListenOptions options;
  options.name = "bench";
  options.handler = small;
  if (is_quick) options.quick = small;
  if (tls != nullptr) options.tls = tls->options;
  const auto listener = server.listen(std::move(options));
  GP_CHECK(listener.has_value(), "a port is free");
  return listener->port;
}

// Microseconds of the server's CPU for one request: the best of a few rounds.
template <typename Asker>
double measure(std::uint16_t port, SSL_CTX* tls, int connections, int requests, int per_ask) {
  std::vector<std::unique_ptr<Asker>> askers;
  for (int i = 0; i < connections; ++i) askers.push_back(std::make_unique<Asker>(port, tls));
  const auto run = [&](int count) {
    for (int done = 0; done < count; done += connections * per_ask) {
      for (const auto& asker : askers) asker->ask();
      for (const auto& asker : askers) asker->await();
    }
  };
  run(requests / 10);
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const OthersCpu cpu;
    run(requests);
    best = std::min(best, cpu.seconds() * 1e6 / requests);
  }
  return best;
}

void print_row(std::string_view what, int connections, double ours, double peer,
               std::string_view goal = {}) {
  fmt::print("{:<34} {:>5} {:>10.1f} {:>10.1f} {:>7.1f}x  {}\n", what, connections, ours, peer,
             ours / peer, goal);
}

void small_requests(const Tls& tls) {
  fmt::print("{:<34} {:>5} {:>10} {:>10} {:>8}\n", "server CPU per small GET", "conns", "ours, us",
             "raw, us", "ratio");
  const std::string answer = fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
      "Date: Tue, 24 Nov 2026 10:55:11 GMT\r\n\r\n{}",
      kBody.size(), kBody);
  const auto peer_context = net::make_tls_context(tls.options);
  const RawResponder raw(nullptr, answer);
  const RawResponder raw_tls(peer_context->get(), answer);
  net::Server server;
  const std::uint16_t quick = listen(server, nullptr, true);
  const std::uint16_t worker = listen(server, nullptr, false);
  const std::uint16_t tls_quick = listen(server, &tls, true);
  const std::uint16_t tls_worker = listen(server, &tls, false);
  constexpr int kRequests = 40'000;
  constexpr int kAtOnce = Http2Asker::kAtOnce;
  SSL_CTX* const client = tls.client.get();
  SSL_CTX* const client2 = tls.client2.get();
  for (const int n : {1, 64}) {
    const double plain = measure<Http1Asker>(raw.port(), nullptr, n, kRequests, 1);
    const double secure = measure<Http1Asker>(raw_tls.port(), client, n, kRequests, 1);
    print_row("HTTP/1.1", n, measure<Http1Asker>(quick, nullptr, n, kRequests, 1), plain,
              "goal: 8");
    print_row("HTTP/1.1 TLS", n, measure<Http1Asker>(tls_quick, client, n, kRequests, 1), secure,
              "goal: 14");
    print_row("HTTP/2, 10 at once", n, measure<Http2Asker>(quick, nullptr, n, kRequests, kAtOnce),
              plain);
    print_row("HTTP/2 TLS, 10 at once", n,
              measure<Http2Asker>(tls_quick, client2, n, kRequests, kAtOnce), secure);
    print_row("HTTP/1.1 by a worker", n, measure<Http1Asker>(worker, nullptr, n, kRequests, 1),
              plain);
    print_row("HTTP/1.1 TLS by a worker", n,
              measure<Http1Asker>(tls_worker, client, n, kRequests, 1), secure);
  }
}

// An event stream that is told of each event by the bench.
struct Feed {
  std::mutex mutex;  // guards the fields below
  std::vector<std::function<void()>> wakes;
  std::vector<std::shared_ptr<const std::string>> events;
};

class FeedStream final : public net::Stream {
 public:
  explicit FeedStream(Feed& feed) : feed_(feed) {}
  Next pull(std::vector<net::Piece>& out, std::size_t) override {
    const std::lock_guard lock(feed_.mutex);
    if (next_ == feed_.events.size()) return Next::Wait;
    for (; next_ < feed_.events.size(); ++next_) {
      const auto& event = feed_.events[next_];
      out.push_back({*event, event});
    }
    return Next::Data;
  }
  void on_ready(std::function<void()> wake) override {
    const std::lock_guard lock(feed_.mutex);
    feed_.wakes.push_back(std::move(wake));
  }
  bool is_endless() const override { return true; }

 private:
  Feed& feed_;
  std::size_t next_ = 0;
};

void read_to(Line& line, std::size_t bytes) {
  for (std::size_t have = 0; have < bytes;) have += line.receive().size();
}

// Microseconds per event and watcher, `burst` events between two wakes.
double fan_out(const Tls* tls, int watchers, int rounds, int burst, std::size_t event_bytes) {
  Feed feed;
  net::Server server;
  net::ListenOptions options;
  options.name = "bench";
  options.handler = [&feed](net::Request&) {
    net::Response response = net::Response::empty(200);
    response.stream = std::make_unique<FeedStream>(feed);
    return response;
  };
  options.quick = options.handler;
  if (tls != nullptr) options.tls = tls->options;
  const std::uint16_t port = server.listen(std::move(options))->port;
  std::vector<std::unique_ptr<Line>> lines;
  for (int i = 0; i < watchers; ++i) {
    lines.push_back(std::make_unique<Line>(port, tls != nullptr ? tls->client.get() : nullptr));
    lines.back()->send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    lines.back()->receive();
  }
  const auto event = std::make_shared<const std::string>(event_bytes, 'x');
  const std::size_t data = event_bytes * static_cast<std::size_t>(burst);
  const std::size_t bytes = data + fmt::format("{:x}", data).size() + 4;
  const OthersCpu cpu;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::function<void()>> wakes;
    {
      const std::lock_guard lock(feed.mutex);
      for (int i = 0; i < burst; ++i) feed.events.push_back(event);
      wakes = feed.wakes;
    }
    for (const auto& wake : wakes) wake();
    for (const auto& line : lines) read_to(*line, bytes);
  }
  const double used = cpu.seconds() * 1e6 / (double(rounds) * burst * watchers);
  lines.clear();
  server.stop();
  return used;
}

void write_all(int fd, std::vector<iovec>& pieces) {
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  GP_CHECK(::sendmsg(fd, &message, 0) > 0, "the socket has room");
}

// Both ends of a connection over loopback.
std::array<int, 2> connected_pair() {
  sockaddr_in address{};
  const int listener = listen_on_loopback(1, address);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  GP_CHECK(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0,
           "it listens");
  const int server = ::accept(listener, nullptr, nullptr);
  const int one = 1;
  ::setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  ::close(listener);
  return {server, client};
}

// The peer: one writev to each of as many sockets.
double raw_fan_out(int watchers, int rounds, int burst, std::size_t event_bytes) {
  std::vector<std::array<int, 2>> pairs(static_cast<std::size_t>(watchers));
  for (auto& pair : pairs) pair = connected_pair();
  const std::string event(event_bytes, 'x');
  std::vector<iovec> pieces(static_cast<std::size_t>(burst),
                            {const_cast<char*>(event.data()), event.size()});
  std::vector<char> room(64U << 10U);
  double used = 0;
  for (int round = 0; round < rounds; ++round) {
    const double begin = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    for (const auto& pair : pairs) write_all(pair[0], pieces);
    used += cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - begin;
    for (const auto& pair : pairs) {
      for (std::size_t have = 0; have < event_bytes * static_cast<std::size_t>(burst);) {
        have += static_cast<std::size_t>(::read(pair[1], room.data(), room.size()));
      }
    }
  }
  for (const auto& pair : pairs) {
    ::close(pair[0]);
    ::close(pair[1]);
  }
  return used * 1e6 / (double(rounds) * burst * watchers);
}

void watches(const Tls& tls) {
  constexpr int kWatchers = 1000;
  constexpr std::size_t kEventBytes = 1500;
  fmt::print("\n{:<34} {:>5} {:>10} {:>10} {:>8}\n", "server CPU per event and watcher", "conns",
             "ours, us", "raw, us", "ratio");
  for (const int burst : {1, 10}) {
    const double raw = raw_fan_out(kWatchers, 20, burst, kEventBytes);
    print_row(fmt::format("1,500-byte events, {} at once", burst), kWatchers,
              fan_out(nullptr, kWatchers, 20, burst, kEventBytes), raw);
    print_row(fmt::format("the same over TLS"), kWatchers,
              fan_out(&tls, kWatchers, 20, burst, kEventBytes), raw);
  }
}

}  // namespace

int main() {
  const Tls tls;
  small_requests(tls);
  watches(tls);
  return 0;
}
