#include "adapter/net/fd_bio.hpp"

#include <openssl/bio.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/result.hpp"

namespace gp::net {
namespace {

int fd_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool is_temporary(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

int read_some(BIO* bio, char* into, std::size_t size, std::size_t* done) {
  BIO_clear_retry_flags(bio);
  const auto count = ::recv(fd_of(bio), into, size, 0);
  *done = count > 0 ? static_cast<std::size_t>(count) : 0;
  if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (count < 0 && is_temporary(errno)) BIO_set_retry_read(bio);
  return count > 0 ? 1 : 0;
}

int write_some(BIO* bio, const char* from, std::size_t size, std::size_t* done) {
  BIO_clear_retry_flags(bio);
  const auto count = ::send(fd_of(bio), from, size, MSG_NOSIGNAL);
  *done = count > 0 ? static_cast<std::size_t>(count) : 0;
  if (count < 0 && is_temporary(errno)) BIO_set_retry_write(bio);
  return count >= 0 ? 1 : 0;
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_method() {
  BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "gp fd");
  GP_CHECK(method != nullptr, "a BIO method is a few bytes");
  BIO_meth_set_read_ex(method, read_some);
  BIO_meth_set_write_ex(method, write_some);
  BIO_meth_set_ctrl(method, control);
  return method;
}

}  // namespace

BIO* new_fd_bio(int fd) {
  static BIO_METHOD* const method = make_method();
  BIO* const bio = BIO_new(method);
  GP_CHECK(bio != nullptr, "a BIO is a few bytes");
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace gp::net
