#include "feature/catalog/source_controller.hpp"

#include "feature/catalog/cluster_port.hpp"

namespace gp::catalog {
namespace {

using runtime::Next;

class SourceController final : public runtime::Controller {
 public:
  SourceController(Engine& engine, std::string root) : engine_(engine), root_(std::move(root)) {}

  Result<Next> reconcile(runtime::Reconcile& run) override {
    if (run.object()->is_deleting()) return Next::done();
    const auto source = source_of(run.document(), root_);
    if (source && !source->is_registered) return Next::done();  // the configuration's own
    const auto adopted = source ? engine_.adopt(*source) : fail(Error(source.error()));
    if (adopted) return Next::done();

    engine_.forget(run.key().name);  // what it named before
    const Value problem =
        Value::object({{"message", adopted.error().to_string()}, {"severity", "error"}});
    run.status("entities", 0);
    run.status("errors", 1);
    run.status("problemCount", 1);
    run.status("problems", Value::array({problem}));
    return Next::done();
  }

  Result<> reconcile_deleted(const Context&, cluster::Cluster&, const object::Key& key) override {
    engine_.forget(key.name);
    return {};
  }

 private:
  Engine& engine_;
  const std::string root_;
};

}  // namespace

void add_source_controller(runtime::Manager& controllers, Engine& engine, std::string root) {
  runtime::ControllerOptions options;
  options.name = "catalog-sources";
  options.resource = kSources;
  options.reports_ready = false;
  options.sees_deleted = true;
  // The catalog's own reports wake nobody.
  options.wants = [](const store::Event& event) {
    if (event.type != store::Event::Type::Modified || !event.previous) return true;
    return event.object->is_deleting() ||
           event.object->parse()["spec"] != event.previous->parse()["spec"];
  };
  controllers.add(std::move(options), std::make_unique<SourceController>(engine, std::move(root)));
}

}  // namespace gp::catalog
