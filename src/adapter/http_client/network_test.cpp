#include "adapter/http_client/network.hpp"

#include <doctest/doctest.h>

#include <condition_variable>

#include "adapter/net/stream_fixture.hpp"
#include "adapter/net/tls_fixture.hpp"

namespace gp::http {
namespace {

using namespace std::chrono_literals;

// Within 20 seconds.
bool eventually(const std::function<bool()>& is_so) {
  const auto end = system_clock().monotonic() + 20s;
  while (!is_so()) {
    if (system_clock().monotonic() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// What came of a stream, for a test to wait on.
class Heard final : public Receiver {
 public:
  void on_head(const ClientResponse& head) override {
    change([&] { status_ = head.status; });
  }
  Flow on_data(std::string_view bytes) override {
    Flow flow = Flow::Continue;
    change([&] {
      flow = next_flow_;
      if (flow == Flow::Continue) text_ += bytes;
      if (flow == Flow::Pause) ++pauses_;
    });
    return flow;
  }
  void on_end(Result<> outcome) override {
    change([&] { outcome_ = std::move(outcome); });
  }

  void answer_with(Flow flow) {
    change([&] { next_flow_ = flow; });
  }
  bool wait_text(std::string_view wanted) {
    return wait([&] { return text_ == wanted; });
  }
  bool wait_status(int wanted) {
    return wait([&] { return status_ == wanted; });
  }
  bool wait_pause() {
    return wait([&] { return pauses_ > 0; });
  }
  std::optional<Result<>> wait_end() {
    wait([&] { return outcome_.has_value(); });
    const std::lock_guard lock(mutex_);
    return outcome_;
  }

 private:
  template <typename Change>
  void change(Change apply) {
    const std::lock_guard lock(mutex_);
    apply();
    changed_.notify_all();
  }
  template <typename Test>
  bool wait(Test is_so) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, is_so);
  }

  std::mutex mutex_;  // guards the fields below
  std::condition_variable changed_;
  Flow next_flow_ = Flow::Continue;
  int status_ = 0;
  int pauses_ = 0;
  std::string text_;
  std::optional<Result<>> outcome_;
};

// A base of its own, so that it outlives the server whose handlers wait at it.
struct Gated {
  net::Gate gate;
};

struct Fixture : Gated, net::TlsFixture {
  Network network;
  std::shared_ptr<Heard> heard = std::make_shared<Heard>();
  std::shared_ptr<net::StreamSource> source = std::make_shared<net::StreamSource>();
  const Context soon{system_clock(), 20s};

  net::Handler streams() {
    return [this](net::Request&) {
      net::Response response = net::Response::empty(200);
      response.stream = net::StreamSource::stream_of(source);
      return response;
    };
  }
  ClientRequest request(std::string_view path = "/") const {
    ClientRequest made;
    made.url = fmt::format("https://localhost:{}{}", port, path);
    made.authority_pem = authority.certificate_pem;
    return made;
  }
};

TEST_CASE_FIXTURE(Fixture, "network: a whole answer comes back, over HTTP/2") {
  start_tls([](net::Request& asked) {
    return net::Response::text(200, fmt::format("{} {}", asked.http_major, asked.body));
  });
  ClientRequest post = request();
  post.method = "POST";
  post.body = "hello";

  const auto answer = network.send(soon, post);

  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "2 hello");
  CHECK(answer->header("content-type") == "text/plain; charset=utf-8");
}

TEST_CASE_FIXTURE(Fixture, "network: many exchanges share one connection") {
  start_tls([](net::Request&) { return net::Response::text(200, "ok"); });
  REQUIRE(network.send(soon, request()));
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 5; ++turn) {
        if (network.send(soon, request())) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  CHECK(good == 40);
  CHECK(server->stats().connections_total == 1);
  CHECK(network.transfers() == 0);
}

TEST_CASE_FIXTURE(Fixture, "network: the head of a stream is heard before its first byte") {
  start_tls(streams());
  const auto transfer = network.start(request(), heard);
  REQUIRE(transfer);

  CHECK(heard->wait_status(200));
  source->say("one");
  CHECK(heard->wait_text("one"));
  source->say("two");
  CHECK(heard->wait_text("onetwo"));
  source->end();

  const auto outcome = heard->wait_end();
  REQUIRE(outcome);
  CHECK(*outcome);
}

TEST_CASE_FIXTURE(Fixture, "network: a paused stream loses nothing, and others go on meanwhile") {
  start_tls([this](net::Request& asked) {
    return asked.path == "/" ? streams()(asked) : net::Response::text(200, "ok");
  });
  heard->answer_with(Receiver::Flow::Pause);
  const auto transfer = network.start(request(), heard);
  REQUIRE(transfer);
  const std::string much(300'000, 'x');
  source->say(much);
  REQUIRE(heard->wait_pause());
  CHECK(network.send(soon, request("/other")));

  heard->answer_with(Receiver::Flow::Continue);
  (*transfer)->resume();

  CHECK(heard->wait_text(much));
}

TEST_CASE_FIXTURE(Fixture, "network: a stream that nobody holds ends, here and at the server") {
  start_tls([this](net::Request& asked) {
    return asked.path == "/" ? streams()(asked) : net::Response::text(200, "ok");
  });
  auto transfer = network.start(request(), heard);
  REQUIRE(transfer);
  REQUIRE(heard->wait_status(200));

  transfer->reset();

  const auto outcome = heard->wait_end();
  REQUIRE(outcome);
  REQUIRE_FALSE(*outcome);
  CHECK(outcome->error().code == Code::Cancelled);
  // libcurl sends the reset of an HTTP/2 stream with the connection's next bytes.
  (void)network.send(soon, request("/other"));
  CHECK(eventually([&] { return source->is_gone(); }));
}

TEST_CASE_FIXTURE(Fixture, "network: a server that goes away ends its streams") {
  start_tls(streams());
  const auto transfer = network.start(request(), heard);
  REQUIRE(transfer);
  REQUIRE(heard->wait_status(200));

  server.reset();

  CHECK(heard->wait_end());
}

TEST_CASE_FIXTURE(Fixture, "network: a stop request ends a call that waits") {
  start_tls([&](net::Request&) {
    gate.wait();
    return net::Response::text(200, "late");
  });
  std::stop_source stop;
  std::thread stopper([&] {
    eventually([&] { return gate.waiting() == 1; });
    stop.request_stop();
  });

  const auto answer = network.send(Context(system_clock(), 20s, stop.get_token()), request());

  stopper.join();
  gate.open();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::Cancelled);
}

TEST_CASE_FIXTURE(Fixture, "network: a call ends at its deadline") {
  start_tls([&](net::Request&) {
    gate.wait();
    return net::Response::text(200, "late");
  });

  const auto answer = network.send(Context(system_clock(), 50ms), request());

  gate.open();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::DeadlineExceeded);
  CHECK(answer.error().details["cause"].text() == "timeout");
}

TEST_CASE_FIXTURE(Fixture, "network: a certificate of an unknown authority is a matter of TLS") {
  start_tls([](net::Request&) { return net::Response::text(200, "ok"); });
  ClientRequest untrusting = request();
  untrusting.authority_pem = make("other").certificate_pem;

  const auto answer = network.send(soon, untrusting);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::Unavailable);
  CHECK(answer.error().details["cause"].text() == "tls");

  const auto shown = presented_certificates(soon, untrusting);
  REQUIRE(shown);
  CHECK(tls::read_certificate(shown->front())->common_name == "server");
}

TEST_CASE_FIXTURE(Fixture, "network: a client certificate is shown to the server") {
  net::ListenOptions listen = listen_options([](net::Request& asked) {
    return net::Response::text(200, asked.certificate ? asked.certificate->common_name : "nobody");
  });
  listen.tls = tls_options(true);
  start(std::move(listen));
  const auto alice = tls::issue_client_certificate(client_authority, "alice", {"dev"}, now(),
                                                   std::chrono::hours(1));
  REQUIRE(network.send(soon, request())->body == "nobody");

  ClientRequest as_alice = request();
  as_alice.client_certificate_pem = alice->certificate_pem;
  as_alice.client_key_pem = alice->private_key_pem;

  CHECK(network.send(soon, as_alice)->body == "alice");  // not over nobody's connection
}

TEST_CASE_FIXTURE(Fixture, "network: another server name is asked for and verified") {
  start_tls([](net::Request& asked) {
    return net::Response::text(200, std::string(asked.headers.get("host")));
  });
  ClientRequest by_address = request();
  by_address.url = fmt::format("https://127.0.0.2:{}/", port);
  const auto refused = network.send(soon, by_address);
  REQUIRE_FALSE(refused);

  by_address.url = fmt::format("https://127.0.0.1:{}/", port);
  by_address.tls_server_name = "wrong.example";
  const auto wrong = network.send(soon, by_address);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().details["cause"].text() == "tls");

  by_address.tls_server_name = "localhost";
  const auto right = network.send(soon, by_address);
  REQUIRE(right);
  CHECK(right->body == fmt::format("127.0.0.1:{}", port));
}

TEST_CASE_FIXTURE(Fixture, "network: an answer above the limit is refused") {
  start_tls([](net::Request&) { return net::Response::text(200, std::string(100'000, 'x')); });
  ClientRequest small = request();
  small.body_bytes_max = 1000;

  const auto answer = network.send(soon, small);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::TooLarge);
}

TEST_CASE_FIXTURE(Fixture, "network: more exchanges than allowed are refused") {
  start_tls(streams());
  Network small({.transfers_max = 1});
  const auto first = small.start(request(), heard);
  REQUIRE(first);

  const auto second = small.send(soon, request());

  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::ResourceExhausted);
}

TEST_CASE("network: a port where nobody listens is said so") {
  Network network;
  ClientRequest request;
  request.url = "https://127.0.0.1:1/";

  const auto answer = network.send(Context(system_clock(), 20s), request);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().message == "GET https://127.0.0.1:1/: connection refused");
  CHECK(answer.error().details["cause"].text() == "connect");
}

TEST_CASE("network: a URL with credentials is refused and not shown") {
  Network network;
  ClientRequest request;
  request.url = "https://me:hunter2@localhost/";

  const auto answer = network.send(Context(system_clock(), 20s), request);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().to_string().find("hunter2") == std::string::npos);
}

}  // namespace
}  // namespace gp::http
