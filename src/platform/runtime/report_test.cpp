#include "platform/runtime/report.hpp"

#include <doctest/doctest.h>

namespace gp::runtime {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart{1'700'000'000s};

TEST_CASE("report: a condition's transition time moves only when its status changes") {
  Report broken;
  broken.condition("Ready", "False", "NotFound", "no store");
  const Value first = broken.applied_to({}, kStart, 1);
  CHECK(first["conditions"].at(0)["lastTransitionTime"].text() == "2023-11-14T22:13:20Z");

  Report still_broken;
  still_broken.condition("Ready", "False", "Forbidden", "no key");
  const Value second = still_broken.applied_to(first, kStart + 1h, 2);
  CHECK(second["conditions"].at(0)["lastTransitionTime"].text() == "2023-11-14T22:13:20Z");
  CHECK(second["conditions"].at(0)["reason"].text() == "Forbidden");
  CHECK(second["conditions"].at(0)["observedGeneration"].integer() == 2);

  Report well;
  well.condition("Ready", "True", "Reconciled", "");
  const Value third = well.applied_to(second, kStart + 2h, 2);
  CHECK(third["conditions"].at(0)["lastTransitionTime"].text() == "2023-11-15T00:13:20Z");
  CHECK(third["conditions"].size() == 1);
}

TEST_CASE("report: what others wrote into the status stays") {
  const Value status = Value::object(
      {{"phase", "Bound"},
       {"old", 1},
       {"conditions", Value::array({Value::object({{"type", "Synced"}, {"status", "True"}})})}});
  Report report;
  report.condition("Ready", "True", "Reconciled", "");
  report.field("keys", 3);
  report.field("old", nullptr);

  const Value result = report.applied_to(status, kStart, std::nullopt);

  CHECK(result["phase"].text() == "Bound");
  CHECK(result["keys"].integer() == 3);
  CHECK_FALSE(result.contains("old"));
  CHECK_FALSE(result.contains("observedGeneration"));
  CHECK(result["conditions"].at(0)["type"].text() == "Synced");
  CHECK(result["conditions"].at(1)["type"].text() == "Ready");
}

TEST_CASE("report: saying the same again changes nothing") {
  Report report;
  report.condition("Ready", "True", "Reconciled", "");
  report.field("keys", 3);

  const Value once = report.applied_to({}, kStart, 4);
  CHECK(report.applied_to(once, kStart + 1h, 4) == once);
}

TEST_CASE("report: the last word about a condition counts, and nothing said leaves no conditions") {
  Report report;
  CHECK(report.applied_to({}, kStart, std::nullopt) == Value::object());

  report.condition("Ready", "True", "Reconciled", "");
  report.condition("Ready", "False", "Refused", "no");
  const Value status = report.applied_to({}, kStart, std::nullopt);
  REQUIRE(status["conditions"].size() == 1);
  CHECK(status["conditions"].at(0)["status"].text() == "False");
}

TEST_CASE("report: long messages are cut at a character, not within one") {
  CHECK(shortened("short", 10) == "short");
  CHECK(shortened("0123456789abc", 10) == "0123456…");
  CHECK(shortened("01234éé9abc", 9) == "01234…");  // 6 would cut the é in two
}

}  // namespace
}  // namespace gp::runtime
