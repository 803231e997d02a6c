#include <doctest/doctest.h>

#include <atomic>

#include "adapter/net/server.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/file_source.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

constexpr std::string_view kUser =
    "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ines}\nspec: {memberOf: []}\n";

// A host on loopback that counts how often it sent a whole file.
struct Fixture {
  net::Server server;
  std::uint16_t port = 0;
  std::atomic<int> sent = 0;

  Fixture() {
    net::ListenOptions options;
    options.name = "host";
    options.handler = [this](net::Request& request) { return answer(request); };
    const auto listener = server.listen(std::move(options));
    REQUIRE(listener);
    port = listener->port;
  }
  ~Fixture() { server.stop(); }

  net::Response answer(const net::Request& request) {
    if (request.path == "/user.yaml") {
      if (request.headers.get("If-None-Match") == "\"1\"") return net::Response::empty(304);
      ++sent;
      return net::Response::text(200, std::string(kUser)).header("ETag", "\"1\"");
    }
    if (request.path == "/moved.yaml") return net::Response::redirect(302, "/user.yaml");
    if (request.path == "/away.yaml") {
      return net::Response::redirect(302, "http://169.254.169.254/latest/meta-data");
    }
    if (request.path == "/huge.yaml") return net::Response::text(200, std::string(9U << 20U, '#'));
    return net::Response::empty(request.path == "/broken.yaml" ? 503 : 404);
  }
  std::string url(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}/{}", port, path);
  }
  FileSource source() {
    FileSourceOptions options;
    options.allowed_hosts = {fmt::format("127.0.0.1:{}", port)};
    return {options, system_clock()};
  }
  static std::string message(const Result<std::vector<SourceFile>>& read) {
    return read ? "ok" : error_text(read.error());
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "source: a URL is read once, then asked with its ETag") {
  FileSource files = source();
  const LocationRef location{"url", url("user.yaml")};

  const auto first = files.read(location, "o");
  REQUIRE(first);
  const auto second = files.read(location, "o");
  REQUIRE(second);

  CHECK(sent == 1);
  CHECK(second->at(0).documents == first->at(0).documents);
}

TEST_CASE_FIXTURE(Fixture, "source: redirects are followed, but not to hosts that nobody allowed") {
  FileSource files = source();

  CHECK(message(files.read({"url", url("moved.yaml")}, "o")) == "ok");
  CHECK(message(files.read({"url", url("away.yaml")}, "o"))
            .starts_with("InputError: Unable to read url, NotAllowedError: Reading from "
                         "'http://169.254.169.254/latest/meta-data' is not allowed."));
}

TEST_CASE_FIXTURE(Fixture, "source: what a host answers instead is told") {
  FileSource files = source();

  CHECK(message(files.read({"url", url("absent.yaml")}, "o")) ==
        fmt::format("NotFoundError: Unable to read url, NotFoundError: could not read {}, 404 Not "
                    "Found",
                    url("absent.yaml")));
  CHECK(message(files.read({"url", url("broken.yaml")}, "o")) ==
        fmt::format("InputError: Unable to read url, Error: could not read {}, 503 Service "
                    "Unavailable",
                    url("broken.yaml")));
  CHECK(message(files.read({"url", url("huge.yaml")}, "o"))
            .starts_with("InputError: Unable to read url, Error: "));
}
