#include "engine/jose/base64url.hpp"

#include "base/encoding.hpp"

namespace gp::jose {

Result<std::string> decode_base64url(std::string_view text) {
  if (text.ends_with('=')) return fail(invalid_argument("base64url text is padded"));
  return base64url_decode(text);
}

}  // namespace gp::jose
