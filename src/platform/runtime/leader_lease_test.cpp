#include "platform/runtime/leader_lease.hpp"

#include "platform/runtime/local_fixture.hpp"

namespace gp::runtime {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kLeases = "leases.coordination.k8s.io";

// Two processes, so to say, over one store.
struct Fixture : LocalFixture {
  std::vector<bool> changes_a, changes_b;
  LeaderLease a{cluster, clock, options("a"), [this](bool leads) { changes_a.push_back(leads); }};
  LeaderLease b{cluster, clock, options("b"), [this](bool leads) { changes_b.push_back(leads); }};

  Fixture() { create(core("Namespace", "", "kube-system")); }
  static LeaseOptions options(std::string identity) {
    LeaseOptions options;
    options.name = "test";
    options.identity = std::move(identity);
    return options;
  }
  void settle() {
    a.wait_idle();
    b.wait_idle();
  }
  void pass(Duration time) {
    for (Duration done{0}; done < time; done += 1s) {
      clock.advance(1s);
      settle();
    }
  }
  Value lease() const { return read(kLeases, "kube-system", "test"); }
};

TEST_CASE_FIXTURE(Fixture, "leader lease: the first one leads and renews, the second one waits") {
  a.start();
  a.wait_idle();
  b.start();
  settle();
  CHECK(a.is_leading());
  CHECK_FALSE(b.is_leading());
  CHECK(b.holder() == "a");
  CHECK(lease()["spec"]["leaseDurationSeconds"].integer() == 15);

  const std::string renewed = lease()["spec"]["renewTime"].string();
  pass(60s);
  CHECK(a.is_leading());
  CHECK_FALSE(b.is_leading());
  CHECK(lease()["spec"]["renewTime"].text() > renewed);
  CHECK(lease()["spec"]["leaseTransitions"].integer() == 0);
}

TEST_CASE_FIXTURE(Fixture, "leader lease: one that is given back is taken at the next try") {
  a.start();
  a.wait_idle();
  b.start();
  settle();
  a.stop();
  CHECK(changes_a == std::vector<bool>{true, false});
  pass(3s);
  CHECK(b.is_leading());
  CHECK(lease()["spec"]["holderIdentity"].text() == "b");
  CHECK(lease()["spec"]["leaseTransitions"].integer() == 1);
}

TEST_CASE_FIXTURE(Fixture, "leader lease: one whose holder has died is taken when it has run out") {
  create(Value::object(
      {{"apiVersion", "coordination.k8s.io/v1"},
       {"kind", "Lease"},
       {"metadata", Value::object({{"name", "test"}, {"namespace", "kube-system"}})},
       {"spec", Value::object({{"holderIdentity", "gone"}, {"leaseDurationSeconds", 15}})}}));
  b.start();
  pass(14s);
  CHECK_FALSE(b.is_leading());
  pass(3s);
  CHECK(b.is_leading());
}

TEST_CASE_FIXTURE(Fixture, "leader lease: a leader that finds it taken stops leading at once") {
  a.start();
  a.wait_idle();
  merge(kLeases, "kube-system", "test",
        Value::object({{"spec", Value::object({{"holderIdentity", "usurper"}})}}));
  pass(2s);
  CHECK_FALSE(a.is_leading());
  CHECK(changes_a == std::vector<bool>{true, false});
}

// --- managers

class Counting final : public Controller {
 public:
  explicit Counting(std::atomic<int>& count) : count_(count) {}
  Result<Next> reconcile(Reconcile&) override {
    ++count_;
    return Next::done();
  }

 private:
  std::atomic<int>& count_;
};

struct Two : LocalFixture {
  std::atomic<int> done_a = 0, done_b = 0;
  Manager a{cluster, clock, random, Fixture::options("a")};
  Manager b{cluster, clock, random, Fixture::options("b")};

  Two() {
    create(core("Namespace", "", "kube-system"));
    add(a, done_a);
    add(b, done_b);
  }
  static void add(Manager& manager, std::atomic<int>& count) {
    ControllerOptions options;
    options.name = "counting";
    options.resource = "configmaps";
    options.reports_ready = false;
    manager.add(std::move(options), std::make_unique<Counting>(count));
  }
};

TEST_CASE_FIXTURE(Two,
                  "managers: only the leader's controllers work, and the next one takes over") {
  REQUIRE(a.start());
  a.lease()->wait_idle();
  REQUIRE(b.start());
  b.lease()->wait_idle();
  create(core("ConfigMap", "kube-system", "m"));
  REQUIRE(a.wait_quiet(60s));
  CHECK(done_a == 1);
  CHECK(done_b == 0);

  a.stop();
  create(core("ConfigMap", "kube-system", "n"));
  clock.advance(2s);
  b.lease()->wait_idle();
  CHECK(b.lease()->is_leading());
  REQUIRE(b.wait_quiet(60s));
  CHECK(done_a == 1);
  CHECK(done_b == 2);  // what there is, as a start would
}

}  // namespace
}  // namespace gp::runtime
