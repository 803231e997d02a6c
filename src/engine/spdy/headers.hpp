#pragma once
// Header blocks of SPDY/3.1 (draft-mbelshe-httpbis-spdy-00, 2.6.10): names and values, compressed
// with zlib over the dictionary of the specification. One stream of compression a direction and
// session.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace gp::spdy {

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

// The first value of a name, or empty.
std::string_view header(const Headers& headers, std::string_view name);

constexpr std::size_t kHeaderBytesMax = 16U << 10U;  // of a block, uncompressed
constexpr std::size_t kHeadersMax = 64;

class HeaderReader {
 public:
  HeaderReader();
  ~HeaderReader();
  HeaderReader(const HeaderReader&) = delete;
  HeaderReader& operator=(const HeaderReader&) = delete;
  // Blocks must be read in the order of their frames; after an error the session is lost.
  Result<Headers> read(std::string_view block);

 private:
  struct Inflater;
  std::unique_ptr<Inflater> inflater_;
};

class HeaderWriter {
 public:
  HeaderWriter();
  ~HeaderWriter();
  HeaderWriter(const HeaderWriter&) = delete;
  HeaderWriter& operator=(const HeaderWriter&) = delete;
  std::string write(const Headers& headers);

 private:
  struct Deflater;
  std::unique_ptr<Deflater> deflater_;
};

}  // namespace gp::spdy
