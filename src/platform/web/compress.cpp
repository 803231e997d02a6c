#include <zlib.h>

#include "platform/web/accept_encoding.hpp"
#include "platform/web/router.hpp"

namespace gp::web {
namespace {

// Level 1: a third of the time of the default for a few per cent more bytes.
bool gzip(const std::vector<net::Piece>& pieces, std::string& out) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (::deflateInit2(&stream, 1, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  std::array<char, 32768> buffer{};
  bool is_good = true;
  for (std::size_t i = 0; i <= pieces.size() && is_good; ++i) {
    const bool is_last = i == pieces.size();
    if (!is_last) {
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(pieces[i].bytes.data()));
      stream.avail_in = static_cast<uInt>(pieces[i].bytes.size());
    }
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      is_good = ::deflate(&stream, is_last ? Z_FINISH : Z_NO_FLUSH) >= Z_OK;
      out.append(buffer.data(), buffer.size() - stream.avail_out);
    } while (is_good && stream.avail_out == 0);
  }
  ::deflateEnd(&stream);
  return is_good;
}

}  // namespace

Router::Filter compress(std::size_t bytes_min) {
  return [bytes_min](net::Request& request, const net::Handler& next) {
    const bool is_wanted = accepts_coding(request.headers.joined("Accept-Encoding"), "gzip");
    net::Response response = next(request);
    if (response.stream || response.websocket || response.headers.contains("Content-Encoding"))
      return response;
    std::size_t size = 0;
    for (const net::Piece& piece : response.body) size += piece.bytes.size();
    if (size < bytes_min) return response;
    response.headers.add("Vary", "Accept-Encoding");
    std::string compressed;
    if (!is_wanted || !gzip(response.body, compressed)) return response;
    response.body.clear();
    response.body.push_back(net::Piece::own(std::move(compressed)));
    response.headers.set("Content-Encoding", "gzip");
    return response;
  };
}

}  // namespace gp::web
