#pragma once
// A blocking client for tests, as raw as a hostile one: bytes out, bytes in, over TCP or TLS.
//
// Reads give up after 20 seconds, so that a test that fails ends.

#include <functional>
#include <string>
#include <string_view>

#include "adapter/net/http.hpp"
#include "adapter/net/socket.hpp"

namespace gp::net {

struct TestAnswer {
  int status = 0;
  std::string head;  // with the status line, without the empty line
  Headers headers;
  std::string body;  // decoded from chunks
};

class TestClient {
 public:
  explicit TestClient(std::uint16_t port);

  struct TlsWish {
    std::string authority_pem;
    std::string certificate_pem, key_pem;  // of the client; may be empty
    std::string protocols;                 // ALPN in wire form, "\x02h2"; may be empty
  };
  TestClient(std::uint16_t port, const TlsWish& wish);  // is_open() tells how the handshake went

  bool is_open() const { return is_open_; }
  int fd() const { return fd_.get(); }
  std::string protocol() const;  // that ALPN chose

  void send(std::string_view bytes);
  std::string read_some();                       // empty: the end, or a reset
  std::string read_until(std::string_view end);  // up to and with it, or to the connection's end
  std::string read_bytes(std::size_t count);
  std::string read_all();  // to the connection's end
  TestAnswer read_answer(bool has_body = true);
  std::string read_chunk();  // of a chunked body; empty: the last
  bool was_reset() const { return was_reset_; }
  bool has_input();  // or the end; waits for it a moment

  void end_sending();  // half-close
  void reset();        // the peer sees ECONNRESET
  void close();

 private:
  Fd fd_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::string input_;
  bool is_open_ = false;
  bool was_reset_ = false;
};

// Yields until it is so: for what another thread is about to do.
bool eventually(const std::function<bool()>& is_so);

}  // namespace gp::net
