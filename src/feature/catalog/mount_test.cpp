#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

#include "adapter/files/files.hpp"
#include "feature/catalog/catalog.hpp"
#include "platform/cluster/fake.hpp"

using namespace gp;

namespace {

// A platform repository, mounted on a fake cluster.
struct Fixture {
  files::TemporaryDirectory folder;
  FakeClock fake_clock;
  Clock& clock;
  SeededRandom random{9};
  cluster::FakeCluster cluster{clock, random};
  object::KindRegistry kinds;
  runtime::Manager controllers{cluster, clock};
  runtime::Parts parts{clock};
  web::Router portal;
  config::Platform platform;
  runtime::Mount mount{kinds, cluster, controllers, parts, portal, &platform, clock, random, ""};

  std::mutex mutex;  // guards the field below
  std::condition_variable changed;
  runtime::PartStatus last;
  std::unique_ptr<catalog::Catalog> mounted;

  Fixture() : Fixture(nullptr) {}
  explicit Fixture(Clock* real) : clock(real != nullptr ? *real : fake_clock) {
    platform.root = folder.path();
    platform.locations = {{"file", "catalog/*.yaml", 1}};
  }
  void write(std::string_view name, std::string_view text) {
    REQUIRE(files::write_file_atomic(folder / name, text));
  }
  // Until everything has been read once.
  runtime::PartStatus start() {
    mounted = catalog::mount(mount);
    parts.on_change([this](const runtime::PartStatus& status) {
      const std::lock_guard lock(mutex);
      last = status;
      changed.notify_all();
    });
    REQUIRE(mounted->start());
    return wait([](const runtime::PartStatus& status) {
      return status.state == runtime::PartState::Ready ||
             status.state == runtime::PartState::Degraded;
    });
  }
  template <typename Test>
  runtime::PartStatus wait(Test test) {
    std::unique_lock lock(mutex);
    CHECK(changed.wait_for(lock, std::chrono::seconds(30), [&] { return test(last); }));
    return last;
  }
  net::Response ask(std::string method, std::string target) {
    net::Request request;
    request.method = std::move(method);
    request.target = target;
    request.path = target.substr(0, target.find('?'));
    if (const auto mark = target.find('?'); mark != std::string::npos) {
      request.query = *net::Query::parse(std::string_view(target).substr(mark + 1));
    }
    return portal.handle(request);
  }
};

struct RealTime : Fixture {
  RealTime() : Fixture(&system_clock()) {}
};

constexpr std::string_view kUser =
    "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ines}\nspec: {memberOf: []}\n";

}  // namespace

TEST_CASE_FIXTURE(Fixture, "mount: a repository's catalog is served, stored and counted") {
  write("catalog/users.yaml", kUser);

  const runtime::PartStatus part = start();

  CHECK(part.state == runtime::PartState::Ready);
  CHECK(part.summary == "1 entity from 1 location");
  const auto answer = ask("GET", "/api/catalog/entities/by-name/user/default/ines/");
  CHECK(answer.status == 200);
  CHECK(cluster.peek({"users.backstage.io", "default", "ines"}));
  CHECK(cluster.all("catalogsources.goldenpath.dev").size() == 1);
  mounted->stop();
}

TEST_CASE_FIXTURE(Fixture, "mount: a refused entity degrades the part and says file and line") {
  write("catalog/users.yaml", std::string(kUser) +
                                  "---\napiVersion: x/v1\nkind: AiResource\n"
                                  "metadata: {name: skill}\n");

  const runtime::PartStatus part = start();

  CHECK(part.state == runtime::PartState::Degraded);
  CHECK(part.summary == "1 entity from 1 location, 1 problem");
  CHECK(
      part.hint.starts_with("catalog/users.yaml:7: No processor recognized the entity "
                            "airesource:default/skill as valid"));
  mounted->stop();
}

TEST_CASE_FIXTURE(Fixture, "mount: unknown routes and wrong methods are 404 with nothing in it") {
  start();

  for (const auto& [method, path] :
       {std::pair("GET", "/api/catalog/nope"), std::pair("DELETE", "/api/catalog/entities"),
        std::pair("PATCH", "/api/catalog/locations/x")}) {
    const auto answer = ask(method, path);
    CHECK(answer.status == 404);
    CHECK(answer.body_text().empty());
  }
  CHECK(ask("GET", "/.backstage/health/v1/readiness").body_text() == R"({"status":"ok"})");
  CHECK(ask("GET", "/api/auth/nope/refresh").status == 404);
  mounted->stop();
}

TEST_CASE_FIXTURE(RealTime, "mount: a new file is served without being asked") {
  write("catalog/users.yaml", kUser);
  start();

  write("catalog/groups.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\n"
        "spec: {type: team, children: []}\n");
  wait([](const runtime::PartStatus& status) { return status.count == 2; });

  CHECK(ask("GET", "/api/catalog/entities/by-name/group/default/crew").status == 200);
  mounted->stop();
}
