#pragma once
// An OpenSSL BIO on a socket that somebody else owns: recv and send without SIGPIPE, nothing
// buffered.

using BIO = struct bio_st;  // OpenSSL's

namespace gp::net {

BIO* new_fd_bio(int fd);

}  // namespace gp::net
