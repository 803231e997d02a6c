#include "feature/gitops/chart_repositories.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "adapter/files/files.hpp"
#include "adapter/net/server_fixture.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace gp::gitops {
namespace {

using namespace std::chrono_literals;

std::string tar_file(const std::string& name, std::string_view data) {
  std::string head(512, '\0');
  const auto put = [&](std::size_t at, std::string_view text) {
    head.replace(at, text.size(), text);
  };
  put(0, name);
  put(100, "0000644");
  put(124, fmt::format("{:011o}", data.size()));
  put(148, "        ");
  put(156, "0");
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  return head + std::string(data) + std::string((512 - data.size() % 512) % 512, '\0');
}

std::string little_endian(std::uint32_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>((number >> (8 * i)) & 0xffU);
  return text;
}

std::uint32_t crc32(std::string_view text) {
  std::uint32_t sum = 0xffffffffU;
  for (const char c : text) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~sum;
}

// Blocks that are stored and not compressed (RFC 1951, 3.2.4), in gzip's frame (RFC 1952).
std::string gzip(std::string_view text) {
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view block = text.substr(at, 0xffff);
    at += block.size();
    const auto length = static_cast<std::uint32_t>(block.size());
    out += at == text.size() ? '\1' : '\0';
    out += little_endian(length, 2) + little_endian(~length, 2);
    out += block;
  }
  const auto whole = static_cast<std::uint32_t>(text.size());
  return out + little_endian(crc32(text), 4) + little_endian(whole, 4);
}

std::string chart_archive(std::string_view version, std::string_view more = {}) {
  const std::string chart = fmt::format("{{apiVersion: v2, name: web, version: {}}}", version);
  std::string tar = tar_file("web/Chart.yaml", chart);
  if (!more.empty()) tar += tar_file("web/big", more);
  return gzip(tar + std::string(1024, '\0'));
}

struct Fixture : net::ServerFixture {
  files::TemporaryDirectory folder;
  std::map<std::string, std::string> pages;
  std::mutex mutex;  // guards the fields below
  std::map<std::string, std::string> authorizations;
  std::string redirect_to;
  git::Credentials credentials;
  FakeClock time;
  const Context soon{system_clock(), 20s};
  std::unique_ptr<ChartRepositories> charts;

  Fixture() {
    start([this](net::Request& request) { return answer(request); });
    reopen();
  }
  ~Fixture() { server->stop(); }  // before what its handlers use goes
  void reopen() {
    charts = std::make_unique<ChartRepositories>(
        folder.path(), time, [this](const Context&, const std::string&) { return credentials; });
  }
  net::Response answer(const net::Request& request) {
    const std::lock_guard lock(mutex);
    authorizations[request.path] = request.headers.get("Authorization");
    const bool is_registry = request.path.starts_with("/v2/");
    if (is_registry && request.headers.get("Authorization") != "Bearer secret-token") {
      net::Response refused = net::Response::text(401, "who?");
      refused.headers.set("WWW-Authenticate",
                          fmt::format("Bearer realm=\"http://127.0.0.1:{}/token\",service=\"r\","
                                      "scope=\"repository:charts/web:pull\"",
                                      port));
      return refused;
    }
    if (request.path == "/moved.tgz") {
      net::Response moved = net::Response::text(302, "");
      moved.headers.set("Location", redirect_to);
      return moved;
    }
    const auto found = pages.find(request.path);
    return found == pages.end() ? net::Response::text(404, "")
                                : net::Response::text(200, found->second);
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port); }
  void offer(const std::string& version, const std::string& archive, const std::string& digest) {
    const std::string name = "/web-" + version + ".tgz";
    pages[name] = archive;
    std::string& index = pages["/index.yaml"];
    if (index.empty()) index = "apiVersion: v1\nentries:\n  web:\n";
    index += fmt::format("  - {{version: {}, digest: \"{}\", urls: [{}]}}\n", version, digest,
                         name.substr(1));
  }
  void offer(const std::string& version) {
    const std::string archive = chart_archive(version);
    offer(version, archive, sha256_hex(archive));
  }
  Result<Checkout> get(std::string_view version) {
    return charts->checkout(soon, {url(), "web", std::string(version)}, false);
  }
};

}  // namespace

TEST_CASE("chart index: the highest version that is wanted is chosen") {
  const std::vector<std::string> versions = {"1.0.0", "1.10.0", "1.9.0", "2.0.0-rc.1", "v3.0.0"};
  CHECK(best_chart_version(versions, "1.*") == "1.10.0");
  CHECK(best_chart_version(versions, "~1.9") == "1.9.0");
  CHECK(best_chart_version(versions, "") == "v3.0.0");
  CHECK(best_chart_version(versions, "*") == "v3.0.0");
  CHECK(best_chart_version(versions, "2.0.0-rc.1") == "2.0.0-rc.1");
  CHECK(best_chart_version(versions, "^2") == "");
  CHECK(best_chart_version(versions, "3.0.0") == "v3.0.0");
  CHECK(best_chart_version(versions, ">>") == "");
}

TEST_CASE("chart index: URLs are absolute, below the host, or below the repository") {
  CHECK(resolve_chart_url("https://a.example/c/", "w.tgz") == "https://a.example/c/w.tgz");
  CHECK(resolve_chart_url("https://a.example/c", "/w.tgz") == "https://a.example/w.tgz");
  CHECK(resolve_chart_url("https://a.example/c", "http://b/w.tgz") == "http://b/w.tgz");
}

TEST_CASE_FIXTURE(Fixture, "charts: the version becomes the revision, the archive a folder") {
  offer("1.0.0");
  offer("1.2.0");
  const auto checkout = get("1.*");
  if (!checkout) FAIL(checkout.error().to_string());
  CHECK(checkout->revision == "1.2.0");
  CHECK(files::exists(checkout->root + "/web/Chart.yaml"));
}

TEST_CASE_FIXTURE(Fixture, "charts: what is known will do when the network is down") {
  offer("1.0.0");
  REQUIRE(get("1.*"));
  server->stop();
  reopen();
  const auto checkout = get("1.*");
  REQUIRE(checkout);
  CHECK(checkout->revision == "1.0.0");
  CHECK(get("2.*").error().code == Code::NotFound);
}

TEST_CASE_FIXTURE(Fixture, "charts: an archive with another digest is refused") {
  offer("1.0.0", chart_archive("1.0.0"), std::string(64, 'a'));
  const auto checkout = get("1.0.0");
  REQUIRE_FALSE(checkout);
  CHECK(checkout.error().code == Code::DataLoss);
  CHECK(checkout.error().message.contains("expected sha256:aaaa"));
}

TEST_CASE_FIXTURE(Fixture, "charts: a broken index names its address") {
  pages["/index.yaml"] = "entries: [\n";
  const auto checkout = get("1.0.0");
  REQUIRE_FALSE(checkout);
  CHECK(checkout.error().message.contains("/index.yaml"));
}

TEST_CASE_FIXTURE(Fixture, "charts: an archive that unpacks beyond the limits is refused") {
  const std::string bomb = chart_archive("1.0.0", std::string(std::size_t{6} << 20U, 'x'));
  offer("1.0.0", bomb, sha256_hex(bomb));
  const auto checkout = get("1.0.0");
  REQUIRE_FALSE(checkout);
  CHECK(checkout.error().message.contains("web 1.0.0"));
}

TEST_CASE_FIXTURE(Fixture, "charts: credentials do not follow a redirect to another host") {
  credentials = {"ada", "hunter2", {}, false};
  const std::string archive = chart_archive("1.0.0");
  pages["/elsewhere.tgz"] = archive;
  pages["/index.yaml"] = "apiVersion: v1\nentries: {web: [{version: 1.0.0, urls: [moved.tgz]}]}\n";
  redirect_to = fmt::format("http://localhost:{}/elsewhere.tgz", port);
  const auto checkout = get("1.0.0");
  if (!checkout) FAIL(checkout.error().to_string());
  const std::lock_guard lock(mutex);
  CHECK(authorizations["/index.yaml"] == "Basic " + base64_encode("ada:hunter2"));
  CHECK(authorizations["/moved.tgz"] == "Basic " + base64_encode("ada:hunter2"));
  CHECK(authorizations["/elsewhere.tgz"] == "");
}

TEST_CASE_FIXTURE(Fixture, "charts: a registry is asked with the token that it sends for") {
  credentials = {"ada", "hunter2", {}, false};
  const std::string archive = chart_archive("1.2.0");
  const std::string digest = "sha256:" + sha256_hex(archive);
  pages["/token"] = R"({"token": "secret-token"})";
  pages["/v2/charts/web/tags/list"] = R"({"tags": ["1.0.0", "1.2.0"]})";
  pages["/v2/charts/web/manifests/1.2.0"] = fmt::format(
      R"({{"layers": [{{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": "{}"}}]}})",
      digest);
  pages["/v2/charts/web/blobs/" + digest] = archive;
  const ChartWanted wanted{fmt::format("127.0.0.1:{}/charts", port), "web", "1.*"};

  const auto checkout = charts->checkout(soon, wanted, false);

  if (!checkout) FAIL(checkout.error().to_string());
  CHECK(checkout->revision == "1.2.0");
  CHECK(files::exists(checkout->root + "/web/Chart.yaml"));
  const std::lock_guard lock(mutex);
  CHECK(authorizations["/token"] == "Basic " + base64_encode("ada:hunter2"));
}

}  // namespace gp::gitops
