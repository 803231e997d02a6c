#include "adapter/tcp/relay.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

using namespace gp;

namespace {

// A server on an ephemeral port that serves one connection with `serve`.
struct OneServer {
  explicit OneServer(std::function<void(int fd)> serve) {
    fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd, 4) == 0);
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread = std::thread([this, serve = std::move(serve)] {
      const int peer = ::accept(fd, nullptr, nullptr);
      if (peer < 0) return;
      serve(peer);
      ::close(peer);
    });
  }
  ~OneServer() {
    ::shutdown(fd, SHUT_RDWR);
    thread.join();
    ::close(fd);
  }
  int fd = -1;
  std::uint16_t port = 0;
  std::thread thread;
};

// Collects what a connection is told.
struct Heard {
  tcp::Events events() {
    return {[this](std::string_view bytes) {
              const std::lock_guard lock(mutex);
              data += bytes;
              changed.notify_all();
            },
            {},
            [this](Result<> outcome) {
              const std::lock_guard lock(mutex);
              end = outcome ? "end" : outcome.error().message;
              changed.notify_all();
            }};
  }
  std::string wait_for_end() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return !end.empty(); });
    return end;
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::string data, end;
};

void echo(int fd) {
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::recv(fd, buffer.data(), buffer.size(), 0)) > 0;) {
    ::send(fd, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
  }
}

}  // namespace

TEST_CASE("tcp relay: what is written comes back from an echo, until both have finished") {
  OneServer server(echo);
  Heard heard;
  tcp::Relay relay;
  const std::string sent(300'000, 'x');

  const auto connection = relay.connect("127.0.0.1", server.port, heard.events());
  REQUIRE(connection);
  (*connection)->write(sent);
  (*connection)->finish();

  CHECK(heard.wait_for_end() == "end");
  CHECK(heard.data == sent);
}

TEST_CASE("tcp relay: a refused connection says so") {
  std::uint16_t port = 0;
  {
    OneServer gone([](int) {});
    port = gone.port;
  }
  Heard heard;
  tcp::Relay relay;

  const auto connection = relay.connect("127.0.0.1", port, heard.events());

  REQUIRE(connection);
  CHECK(heard.wait_for_end() == "Connection refused");
}

TEST_CASE("tcp relay: connections are counted, and limited") {
  tcp::Relay relay({.connections_max = 1});
  OneServer server(echo);
  Heard heard;

  auto first = relay.connect("127.0.0.1", server.port, heard.events());
  REQUIRE(first);
  const auto second = relay.connect("127.0.0.1", server.port, {});
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::ResourceExhausted);
  CHECK_FALSE(relay.connect("localhost", 1, {}));
}

TEST_CASE("tcp relay: what is open ends when the relay does") {
  OneServer server(echo);
  Heard heard;
  std::shared_ptr<tcp::Connection> kept;
  {
    tcp::Relay relay;
    kept = relay.connect("127.0.0.1", server.port, heard.events()).value_or(nullptr);
    REQUIRE(kept);
    kept->write("x");
    std::unique_lock lock(heard.mutex);
    heard.changed.wait(lock, [&] { return !heard.data.empty(); });
  }

  CHECK(heard.wait_for_end() == "the program stops");
  kept->write("late");
}
