#include "engine/spdy/headers.hpp"

#include <zlib.h>

#include <algorithm>

namespace gp::spdy {
namespace {

void append_number(std::string& out, std::size_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out += static_cast<char>(static_cast<unsigned char>(number >> shift));
  }
}

void append_text(std::string& out, std::string_view text) {
  append_number(out, text.size());
  out += text;
}

// Section 2.6.10.1: words with their lengths, then a tail without.
const std::string& dictionary() {
  static const std::string text = [] {
    std::string out;
    for (const std::string_view word : {"options",
                                        "head",
                                        "post",
                                        "put",
                                        "delete",
                                        "trace",
                                        "accept",
                                        "accept-charset",
                                        "accept-encoding",
                                        "accept-language",
                                        "accept-ranges",
                                        "age",
                                        "allow",
                                        "authorization",
                                        "cache-control",
                                        "connection",
                                        "content-base",
                                        "content-encoding",
                                        "content-language",
                                        "content-length",
                                        "content-location",
                                        "content-md5",
                                        "content-range",
                                        "content-type",
                                        "date",
                                        "etag",
                                        "expect",
                                        "expires",
                                        "from",
                                        "host",
                                        "if-match",
                                        "if-modified-since",
                                        "if-none-match",
                                        "if-range",
                                        "if-unmodified-since",
                                        "last-modified",
                                        "location",
                                        "max-forwards",
                                        "pragma",
                                        "proxy-authenticate",
                                        "proxy-authorization",
                                        "range",
                                        "referer",
                                        "retry-after",
                                        "server",
                                        "te",
                                        "trailer",
                                        "transfer-encoding",
                                        "upgrade",
                                        "user-agent",
                                        "vary",
                                        "via",
                                        "warning",
                                        "www-authenticate",
                                        "method",
                                        "get",
                                        "status",
                                        "200 OK",
                                        "version",
                                        "HTTP/1.1",
                                        "url",
                                        "public",
                                        "set-cookie",
                                        "keep-alive",
                                        "origin"}) {
      append_text(out, word);
    }
    out +=
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
        "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 "
        "Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 "
        "Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, "
        "Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/"
        "xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,"
        "sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";
    return out;
  }();
  return text;
}

const Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

// zlib's interface asks for a pointer that it does not write through.
Bytef* input_of(std::string_view text) {
  return const_cast<Bytef*>(bytes_of(text));
}

class BlockReader {
 public:
  explicit BlockReader(std::string_view text) : text_(text) {}

  Result<std::size_t> number() {
    if (text_.size() < 4) return fail(invalid_argument("a header block is cut short"));
    std::size_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out = out << 8U | static_cast<unsigned char>(text_[i]);
    text_.remove_prefix(4);
    return out;
  }
  Result<std::string_view> text() {
    const std::size_t size = TRY(number());
    if (size > text_.size()) return fail(invalid_argument("a header block is cut short"));
    const std::string_view out = text_.substr(0, size);
    text_.remove_prefix(size);
    return out;
  }
  bool is_at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

Result<Headers> parse_block(std::string_view block) {
  BlockReader reader(block);
  const std::size_t count = TRY(reader.number());
  if (count > kHeadersMax) return fail(too_large("more than {} headers", kHeadersMax));
  Headers headers;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view name = TRY(reader.text());
    const std::string_view value = TRY(reader.text());
    if (name.empty()) return fail(invalid_argument("a header without a name"));
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    headers.emplace_back(std::move(lower), value.substr(0, value.find('\0')));
  }
  if (!reader.is_at_end()) return fail(invalid_argument("bytes behind the last header"));
  return headers;
}

}  // namespace

std::string_view header(const Headers& headers, std::string_view name) {
  for (const auto& [own, value] : headers) {
    if (own == name) return value;
  }
  return {};
}

struct HeaderReader::Inflater {
  Inflater() { GP_CHECK(inflateInit(&stream) == Z_OK, "zlib starts"); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<std::string> run(std::string_view block) {
    std::string out(kHeaderBytesMax + 1, '\0');
    stream.next_in = input_of(block);
    stream.avail_in = static_cast<uInt>(block.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    while (true) {
      const int code = inflate(&stream, Z_SYNC_FLUSH);
      if (code == Z_NEED_DICT) {
        const std::string& words = dictionary();
        if (inflateSetDictionary(&stream, bytes_of(words), static_cast<uInt>(words.size())) !=
            Z_OK) {
          return fail(invalid_argument("headers are compressed with an unknown dictionary"));
        }
        continue;
      }
      if (stream.avail_out == 0) {
        return fail(too_large("a header block above {} bytes", kHeaderBytesMax));
      }
      if (code == Z_BUF_ERROR || (code == Z_OK && stream.avail_in == 0)) break;
      if (code != Z_OK) return fail(invalid_argument("headers do not decompress"));
    }
    if (stream.avail_in > 0) return fail(invalid_argument("headers do not decompress"));
    out.resize(out.size() - stream.avail_out);
    return out;
  }

  z_stream stream{};
};

HeaderReader::HeaderReader() : inflater_(std::make_unique<Inflater>()) {}
HeaderReader::~HeaderReader() = default;

Result<Headers> HeaderReader::read(std::string_view block) {
  const std::string text = TRY(inflater_->run(block));
  return parse_block(text);
}

struct HeaderWriter::Deflater {
  Deflater() {
    // Answers are few and small: a small window is enough, and costs little memory.
    constexpr int kWindowBits = 11;
    constexpr int kMemoryLevel = 1;
    GP_CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kWindowBits, kMemoryLevel,
                          Z_DEFAULT_STRATEGY) == Z_OK,
             "zlib starts");
    const std::string& words = dictionary();
    GP_CHECK(
        deflateSetDictionary(&stream, bytes_of(words), static_cast<uInt>(words.size())) == Z_OK,
        "zlib takes the dictionary");
  }
  ~Deflater() { deflateEnd(&stream); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  z_stream stream{};
};

HeaderWriter::HeaderWriter() : deflater_(std::make_unique<Deflater>()) {}
HeaderWriter::~HeaderWriter() = default;

std::string HeaderWriter::write(const Headers& headers) {
  std::string block;
  append_number(block, headers.size());
  for (const auto& [name, value] : headers) {
    append_text(block, name);
    append_text(block, value);
  }
  z_stream& stream = deflater_->stream;
  std::string out(deflateBound(&stream, block.size()) + 32, '\0');
  stream.next_in = input_of(block);
  stream.avail_in = static_cast<uInt>(block.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_SYNC_FLUSH);
  GP_CHECK(code == Z_OK && stream.avail_in == 0, "a header block fits its bound");
  out.resize(out.size() - stream.avail_out);
  return out;
}

}  // namespace gp::spdy
