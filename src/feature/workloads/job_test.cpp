#include <doctest/doctest.h>

#include "feature/workloads/indexes.hpp"
#include "feature/workloads/workloads_fixture.hpp"

namespace gp::workloads {
namespace {

struct Fixture : WorkloadsFixture {
  void make_job(std::string_view spec) {
    apply(fmt::format(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: load, namespace: shop}}\nspec:\n{}"
        "  template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: a:1}}]}}}}\n",
        spec));
  }
  Value job() const { return read_in_shop("jobs.batch", "load"); }
  std::vector<Value> active() const {
    std::vector<Value> found = pods();
    std::erase_if(found,
                  [](const Value& pod) { return pod["status"]["phase"].text() != "Pending"; });
    return found;
  }
  void end_one(std::string_view phase) {
    REQUIRE_FALSE(active().empty());
    set_status(active().front(), phase, false);
    quiet();
  }
};

TEST_CASE_FIXTURE(Fixture, "job: is complete when enough pods have succeeded") {
  make_job("  completions: 3\n  parallelism: 2\n");
  CHECK(active().size() == 2);
  CHECK(job()["status"]["active"].integer() == 2);
  CHECK_FALSE(job()["status"]["startTime"].is_null());

  for (int i = 0; i < 3; ++i) end_one("Succeeded");
  CHECK(active().empty());
  CHECK(job()["status"]["succeeded"].integer() == 3);
  CHECK(condition(job(), "Complete")["reason"].text() == "CompletionsReached");
  CHECK(condition(job(), "SuccessCriteriaMet")["status"].text() == "True");
  CHECK_FALSE(job()["status"]["completionTime"].is_null());
  CHECK(has_event("Completed", "Job completed"));
}

TEST_CASE_FIXTURE(Fixture, "job: a failed pod is run again after a while, and too many end it") {
  make_job("  backoffLimit: 1\n");
  end_one("Failed");
  CHECK(active().empty());
  clock.advance(std::chrono::seconds(11));
  quiet();
  CHECK(active().size() == 1);

  end_one("Failed");
  CHECK(condition(job(), "Failed")["reason"].text() == "BackoffLimitExceeded");
  CHECK(job()["status"]["failed"].integer() == 2);
  CHECK(has_event("BackoffLimitExceeded", "Job has reached the specified backoff limit"));
}

TEST_CASE_FIXTURE(Fixture, "job: one that is suspended has no pods until it is resumed") {
  make_job("  suspend: true\n");
  CHECK(pods().empty());
  CHECK(condition(job(), "Suspended")["reason"].text() == "JobSuspended");
  patch("jobs.batch", "load", "spec: {suspend: false}");
  CHECK(pods().size() == 1);
  CHECK(condition(job(), "Suspended")["status"].text() == "False");
  patch("jobs.batch", "load", "spec: {suspend: true}");
  CHECK(pods().empty());
  CHECK(job()["status"]["startTime"].is_null());
}

TEST_CASE_FIXTURE(Fixture, "job: indexed pods have a number each, and done numbers are listed") {
  make_job("  completionMode: Indexed\n  completions: 4\n  parallelism: 4\n");
  REQUIRE(pods().size() == 4);
  const Value first = pods().front();
  CHECK(first["metadata"]["name"].text().starts_with("load-0-"));
  CHECK(first["spec"]["hostname"].text() == "load-0");
  CHECK(first["spec"]["containers"].at(0)["env"].at(0)["name"].text() == "JOB_COMPLETION_INDEX");
  for (int i = 0; i < 3; ++i) end_one("Succeeded");
  CHECK(job()["status"]["completedIndexes"].text() == "0-2");
  CHECK(job()["status"]["succeeded"].integer() == 3);
}

TEST_CASE_FIXTURE(Fixture, "job: takes no longer than its deadline") {
  make_job("  activeDeadlineSeconds: 60\n");
  clock.advance(std::chrono::seconds(61));
  quiet();
  CHECK(condition(job(), "Failed")["reason"].text() == "DeadlineExceeded");
  CHECK(pods().empty());
}

TEST_CASE_FIXTURE(Fixture, "job: goes some time after it has finished") {
  make_job("  ttlSecondsAfterFinished: 30\n");
  end_one("Succeeded");
  CHECK_FALSE(job().is_null());
  clock.advance(std::chrono::seconds(31));
  quiet();
  CHECK(job().is_null());
}

TEST_CASE("job: indexes are written as ranges") {
  CHECK(index_text({}) == "");
  CHECK(index_text({0, 1, 2, 5}) == "0-2,5");
  CHECK(index_text({1, 2, 4}) == "1,2,4");
}

}  // namespace
}  // namespace gp::workloads
