#include <doctest/doctest.h>

#include "feature/workloads/workloads_fixture.hpp"

namespace gp::workloads {
namespace {

using namespace std::chrono_literals;

struct Fixture : WorkloadsFixture {
  void make_cron(std::string_view more = "", std::string_view schedule = "*/5 * * * *") {
    apply(fmt::format(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: tidy, namespace: shop}}\nspec:\n"
        "  schedule: '{}'\n{}  jobTemplate:\n    metadata: {{labels: {{app: tidy}}}}\n    spec:\n"
        "      template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: "
        "a:1}}]}}}}\n",
        schedule, more));
  }
  Value cron() const { return read_in_shop("cronjobs.batch", "tidy"); }
  std::vector<Value> jobs() const { return all("jobs.batch"); }
  void pass(Duration time) {
    clock.advance(time);
    quiet();
  }
  void finish(std::string_view phase = "Succeeded") {
    for (const Value& pod : pods()) {
      if (pod["status"]["phase"].text() == "Pending") set_status(pod, phase, false);
    }
    quiet();
  }
};

TEST_CASE_FIXTURE(Fixture, "cron job: makes a Job at each time of its schedule") {
  make_cron();
  CHECK(jobs().empty());
  pass(5min);
  REQUIRE(jobs().size() == 1);
  CHECK(jobs().front()["metadata"]["name"].text().starts_with("tidy-"));
  CHECK(jobs().front()["metadata"]["labels"]["app"].text() == "tidy");
  CHECK(cron()["status"]["active"].size() == 1);
  CHECK_FALSE(cron()["status"]["lastScheduleTime"].is_null());
  CHECK(has_event("SuccessfulCreate", "Created job tidy-"));

  finish();
  CHECK(cron()["status"]["active"].empty());
  CHECK_FALSE(cron()["status"]["lastSuccessfulTime"].is_null());
  CHECK(has_event("SawCompletedJob", "condition: Complete"));
  pass(5min);
  CHECK(jobs().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "cron job: keeps only as many finished Jobs as it should") {
  make_cron("  successfulJobsHistoryLimit: 1\n");
  for (int i = 0; i < 4; ++i) {
    pass(5min);
    finish();
  }
  CHECK(jobs().size() == 1);
  CHECK(has_event("SuccessfulDelete", "Deleted job tidy-"));
}

TEST_CASE_FIXTURE(Fixture, "cron job: Forbid waits for the Job that runs, Replace takes it away") {
  make_cron("  concurrencyPolicy: Forbid\n");
  pass(5min);
  pass(5min);
  CHECK(jobs().size() == 1);
  CHECK(has_event("JobAlreadyActive", "concurrency policy is Forbid"));

  const std::string first = jobs().front()["metadata"]["name"].string();
  patch("cronjobs.batch", "tidy", "spec: {concurrencyPolicy: Replace}");
  pass(5min);
  REQUIRE(jobs().size() == 1);
  CHECK(jobs().front()["metadata"]["name"].text() != first);
}

TEST_CASE_FIXTURE(Fixture,
                  "cron job: makes nothing while suspended, and one for all that it missed") {
  make_cron("  suspend: true\n", "* * * * *");
  pass(6h);
  CHECK(jobs().empty());
  patch("cronjobs.batch", "tidy", "spec: {suspend: false}");
  CHECK(jobs().size() == 1);
  CHECK(has_event("TooManyMissedTimes", "too many missed start times"));
  const auto last = parse_time(cron()["status"]["lastScheduleTime"].text());
  REQUIRE(last);
  CHECK(clock.now() - *last < 1min);
}

TEST_CASE_FIXTURE(Fixture, "cron job: a time that is too long ago is not made up for") {
  make_cron("  suspend: true\n  startingDeadlineSeconds: 60\n", "0 0 * * *");
  pass(36h);
  patch("cronjobs.batch", "tidy", "spec: {suspend: false}");
  CHECK(jobs().empty());
}

}  // namespace
}  // namespace gp::workloads
