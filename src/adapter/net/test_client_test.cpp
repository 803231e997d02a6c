#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>

#include "adapter/net/test_client.hpp"

namespace gp::net {
namespace {

constexpr int kPatienceSeconds = 20;

Fd connect_to(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  const int at_once = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  GP_CHECK(::connect(fd.get(), any, sizeof(address)) == 0, "the test's server listens");
  return fd;
}

template <typename Object, typename Reader>
Object* read_pem(const std::string& pem, Reader reader) {
  BIO* const memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Object* const object = reader(memory, nullptr, nullptr, nullptr);
  BIO_free(memory);
  return object;
}

void use_wish(SSL_CTX* context, const TestClient::TlsWish& wish) {
  X509* const authority = read_pem<X509>(wish.authority_pem, PEM_read_bio_X509);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
  X509_free(authority);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (!wish.certificate_pem.empty()) {
    X509* const certificate = read_pem<X509>(wish.certificate_pem, PEM_read_bio_X509);
    EVP_PKEY* const key = read_pem<EVP_PKEY>(wish.key_pem, PEM_read_bio_PrivateKey);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  if (wish.protocols.empty()) return;
  SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(wish.protocols.data()),
                          static_cast<unsigned>(wish.protocols.size()));
}

}  // namespace

TestClient::TestClient(std::uint16_t port)
    : fd_(connect_to(port)), context_(nullptr, SSL_CTX_free), ssl_(nullptr, SSL_free) {
  is_open_ = true;
}

TestClient::TestClient(std::uint16_t port, const TlsWish& wish)
    : fd_(connect_to(port)),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      ssl_(nullptr, SSL_free) {
  use_wish(context_.get(), wish);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), fd_.get());
  SSL_set1_host(ssl_.get(), "localhost");
  is_open_ = SSL_connect(ssl_.get()) == 1;
}

std::string TestClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return std::string(reinterpret_cast<const char*>(name), size);
}

void TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent =
        ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
             : static_cast<int>(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return;  // the server has closed: a read tells
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string TestClient::read_some() {
  if (!input_.empty()) return std::exchange(input_, {});
  std::string bytes(64U << 10U, '\0');
  const auto count = ssl_ ? SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                          : static_cast<int>(::recv(fd_.get(), bytes.data(), bytes.size(), 0));
  if (count < 0 && errno == ECONNRESET) was_reset_ = true;
  GP_CHECK(count >= 0 || ssl_ || (errno != EAGAIN && errno != EWOULDBLOCK),
           "the server answers within the test's patience");
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

std::string TestClient::read_until(std::string_view end) {
  std::string bytes;
  while (true) {
    const std::size_t at = bytes.find(end);
    if (at != std::string::npos) {
      input_ = bytes.substr(at + end.size()) + input_;
      bytes.resize(at + end.size());
      return bytes;
    }
    const std::string more = read_some();
    if (more.empty()) return bytes;
    bytes += more;
  }
}

std::string TestClient::read_bytes(std::size_t count) {
  std::string bytes;
  while (bytes.size() < count) {
    const std::string more = read_some();
    if (more.empty()) return bytes;
    bytes += more;
  }
  input_ = bytes.substr(count) + input_;
  bytes.resize(count);
  return bytes;
}

std::string TestClient::read_all() {
  std::string bytes;
  for (std::string more = read_some(); !more.empty(); more = read_some()) bytes += more;
  return bytes;
}

TestAnswer TestClient::read_answer(bool has_body) {
  TestAnswer answer;
  answer.head = read_until("\r\n\r\n");
  if (!answer.head.ends_with("\r\n\r\n")) return answer;
  answer.head.resize(answer.head.size() - 4);
  std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
  std::string_view rest = answer.head;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    answer.headers.add(line.substr(0, colon), line.substr(colon + 2));
  }
  if (!has_body || answer.status == 204 || answer.status == 304 || answer.status < 200) {
    return answer;
  }
  if (answer.headers.get("Transfer-Encoding") == "chunked") {
    for (std::string chunk = read_chunk(); !chunk.empty(); chunk = read_chunk()) {
      answer.body += chunk;
    }
  } else if (answer.headers.contains("Content-Length")) {
    answer.body = read_bytes(std::stoul(std::string(answer.headers.get("Content-Length"))));
  } else {
    answer.body = read_all();
  }
  return answer;
}

std::string TestClient::read_chunk() {
  const std::string line = read_until("\r\n");
  if (line.empty()) return {};
  const std::size_t size = std::stoul(line, nullptr, 16);
  std::string chunk = read_bytes(size);
  read_until("\r\n");
  return chunk;
}

bool TestClient::has_input() {
  if (!input_.empty()) return true;
  constexpr int kMomentMs = 20;
  pollfd wait{fd_.get(), POLLIN, 0};
  return ::poll(&wait, 1, kMomentMs) == 1;
}

void TestClient::end_sending() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(fd_.get(), SHUT_WR);
}

void TestClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close();
}

void TestClient::close() {
  ssl_.reset();
  Fd gone = std::exchange(fd_, Fd());
}

bool eventually(const std::function<bool()>& is_so) {
  for (int i = 0; i < 20'000'000; ++i) {
    if (is_so()) return true;
    // Not a sleep: gives the processor to the thread that is waited for.
    ::poll(nullptr, 0, i < 1000 ? 0 : 1);
    if (i > 21'000) return false;
  }
  return false;
}

}  // namespace gp::net
