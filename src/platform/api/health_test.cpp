#include <doctest/doctest.h>

#include "platform/api/api_fixture.hpp"

namespace gp::api {

TEST_CASE_FIXTURE(ApiFixture, "health: each check has a path, and a list with ?verbose") {
  for (const char* path : {"/readyz", "/livez", "/healthz", "/readyz/store", "/livez/ping"}) {
    CHECK_MESSAGE(get(path).text == "ok", path);
  }
  CHECK(get("/readyz/nothing").status == 404);
  CHECK(get("/readyz?verbose").text == "[+]ping ok\n[+]log ok\n[+]store ok\nreadyz check passed\n");
}

TEST_CASE_FIXTURE(ApiFixture, "health: checks may be left out, unknown ones are told") {
  CHECK(get("/livez?verbose&exclude=store").text ==
        "[+]ping ok\n[+]log ok\n[+]store excluded: ok\nlivez check passed\n");
  CHECK(get("/livez?verbose=1&exclude=etcd").text ==
        "[+]ping ok\n[+]log ok\n[+]store ok\nwarn: some health checks cannot be excluded: no "
        "matches for \"etcd\"\nlivez check passed\n");
}

}  // namespace gp::api
