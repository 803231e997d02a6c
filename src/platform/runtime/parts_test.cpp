#include "platform/runtime/parts.hpp"

#include <doctest/doctest.h>

namespace gp::runtime {
namespace {

using namespace std::chrono_literals;

PartStatus status(std::string name, PartState state, std::string summary = {}) {
  PartStatus part;
  part.name = std::move(name);
  part.state = state;
  part.summary = std::move(summary);
  return part;
}

TEST_CASE("parts: show in the order they were declared, whoever reports first") {
  FakeClock clock;
  Parts parts(clock);
  for (const char* name : {"store", "catalog", "store"}) parts.declare(name);

  parts.report(status("catalog", PartState::Ready));
  parts.report(status("portal", PartState::Ready));

  const auto all = parts.all();
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "store");
  CHECK(all[1].name == "catalog");
  CHECK(all[2].name == "portal");
}

TEST_CASE("parts: `took` is from the first start to the first ready, and stays") {
  FakeClock clock;
  Parts parts(clock);

  parts.report(status("catalog", PartState::Starting));
  clock.advance(40ms);
  parts.report(status("catalog", PartState::Ready));
  clock.advance(10s);
  parts.report(status("catalog", PartState::Starting));
  parts.report(status("catalog", PartState::Degraded));

  CHECK(parts.all().at(0).took == 40ms);
}

TEST_CASE("parts: settled means that no part is still on its way") {
  FakeClock clock;
  Parts parts(clock);
  for (const char* name : {"store", "catalog", "kube"}) parts.declare(name);

  parts.report(status("store", PartState::Ready));
  parts.report(status("catalog", PartState::Starting));
  parts.report(status("kube", PartState::Off));
  CHECK_FALSE(parts.is_settled());

  parts.report(status("catalog", PartState::Failed));
  CHECK(parts.is_settled());
}

TEST_CASE("parts: listeners hear each report until they leave, and may ask back") {
  FakeClock clock;
  Parts parts(clock);
  std::vector<std::string> heard;
  const auto handle = parts.on_change([&](const PartStatus& part) {
    heard.push_back(part.summary);
    CHECK(parts.all().size() == 1);
  });

  parts.report(status("catalog", PartState::Ready, "3 entities"));
  parts.off(handle);
  parts.report(status("catalog", PartState::Ready, "4 entities"));

  CHECK(heard == std::vector<std::string>{"3 entities"});
}

TEST_CASE("parts: counts that change all the time are read when somebody looks") {
  FakeClock clock;
  Parts parts(clock);
  std::uint64_t objects = 1;
  parts.report(status("store", PartState::Ready, "1 object"));
  parts.show("store", [&](PartStatus& part) {
    part.count = objects;
    part.summary = fmt::format("{} objects", objects);
  });

  objects = 7;
  CHECK(parts.all().at(0).summary == "7 objects");
  CHECK(parts.all().at(0).count == 7);

  parts.show("store", {});
  CHECK(parts.all().at(0).summary == "1 object");
}

}  // namespace
}  // namespace gp::runtime
