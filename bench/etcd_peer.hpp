#pragma once
// The peer of the storage part: Debian's etcd, asked by gRPC over TLS with our own certificate, on
// the same disk, by the same client.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <filesystem>
#include <thread>

#include "bench/api_client.hpp"
#include "bench/http_peer.hpp"

namespace gp::bench {

class Etcd {
 public:
  static bool is_installed() { return std::filesystem::exists(kProgram); }

  // `pki` holds server.crt and server.key.
  Etcd(const std::string& folder, const std::string& pki) {
    port_ = free_port();
    const std::uint16_t peers = free_port();
    std::vector<std::string> words = {kProgram, "--data-dir", folder, "--log-level", "error"};
    const auto add = [&words](const char* name, std::string value) {
      words.emplace_back(name);
      words.push_back(std::move(value));
    };
    add("--listen-client-urls", fmt::format("https://127.0.0.1:{}", port_));
    add("--advertise-client-urls", fmt::format("https://127.0.0.1:{}", port_));
    add("--listen-peer-urls", fmt::format("http://127.0.0.1:{}", peers));
    add("--initial-advertise-peer-urls", fmt::format("http://127.0.0.1:{}", peers));
    add("--initial-cluster", fmt::format("default=http://127.0.0.1:{}", peers));
    add("--cert-file", pki + "/server.crt");
    add("--key-file", pki + "/server.key");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = ::fork();
    GP_CHECK(process_ >= 0, "etcd starts");
    if (process_ == 0) run(arguments);
    GP_CHECK(::clock_getcpuclockid(process_, &clock_) == 0, "it has a clock");
    wait_until_it_listens();
  }
  ~Etcd() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Etcd(const Etcd&) = delete;
  Etcd& operator=(const Etcd&) = delete;

  std::unique_ptr<Client> client(SSL_CTX* tls) const {
    return std::make_unique<Client2>(port_, tls, "");
  }
  double cpu() const { return cpu_seconds(clock_); }

  static Ask put(std::string_view key, std::string_view value) {
    return call("Put", bytes_field(1, key) + bytes_field(2, value));
  }
  static Ask get(std::string_view key) { return call("Range", bytes_field(1, key)); }
  // All keys from the first up to, but without, the second.
  static Ask range(std::string_view from, std::string_view to) {
    return call("Range", bytes_field(1, from) + bytes_field(2, to));
  }

 private:
  static constexpr const char* kProgram = "/usr/bin/etcd";

  [[noreturn]] static void run(const std::vector<char*>& arguments) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // it must not outlive us
    const int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::execv(kProgram, arguments.data());
    ::_exit(127);
  }
  static std::uint16_t free_port() {
    sockaddr_in address{};
    ::close(listen_on_loopback(1, address));
    return ntohs(address.sin_port);
  }
  void wait_until_it_listens() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int turn = 0; turn < 2000; ++turn) {
      const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
      const auto* const any = reinterpret_cast<const sockaddr*>(&address);
      const bool listens = ::connect(probe, any, sizeof(address)) == 0;
      ::close(probe);
      if (listens) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    GP_CHECK(false, "etcd listens within 20 seconds");
  }
  // A field of a protobuf message: tag, length, bytes.
  static std::string bytes_field(unsigned number, std::string_view bytes) {
    std::string out(1, static_cast<char>(number << 3U | 2U));
    std::size_t size = bytes.size();
    for (; size >= 0x80; size >>= 7U) out += static_cast<char>(size | 0x80U);
    out += static_cast<char>(size);
    return out.append(bytes);
  }
  // A message of gRPC: not compressed, its length, big-endian.
  static Ask call(std::string_view method, const std::string& message) {
    std::string body(1, '\0');
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      body += static_cast<char>(message.size() >> shift);
    }
    Ask ask;
    ask.method = "POST";
    ask.path = fmt::format("/etcdserverpb.KV/{}", method);
    ask.body = body + message;
    ask.type = "application/grpc";
    ask.accept = "application/grpc";
    ask.more = {{"te", "trailers"}};
    return ask;
  }

  std::uint16_t port_ = 0;
  pid_t process_ = 0;
  clockid_t clock_ = 0;
};

}  // namespace gp::bench
