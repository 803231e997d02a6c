#include "platform/web/accept_encoding.hpp"

#include <doctest/doctest.h>

using gp::web::accepts_coding;

TEST_CASE("accept-encoding: a coding is taken when it is named or covered, and not refused") {
  CHECK(accepts_coding("gzip", "gzip"));
  CHECK(accepts_coding("br, GZIP ;q=0.1", "gzip"));
  CHECK(accepts_coding("*", "gzip"));
  CHECK(accepts_coding("gzip;q=0.001", "gzip"));
  CHECK_FALSE(accepts_coding("", "gzip"));
  CHECK_FALSE(accepts_coding("gzipped, br", "gzip"));
  CHECK_FALSE(accepts_coding("gzip;q=0", "gzip"));
  CHECK_FALSE(accepts_coding("gzip; q=0.00, *", "gzip"));
  CHECK_FALSE(accepts_coding("*;q=0", "gzip"));
  CHECK_FALSE(accepts_coding("identity", "br"));
}
