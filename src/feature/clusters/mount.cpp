#include "feature/clusters/controller.hpp"

namespace gp::clusters {

void mount(runtime::Mount& mount, cluster::ClusterSet& set) {
  mount.parts.declare("clusters");
  runtime::PartStatus part;
  part.name = "clusters";
  part.state = runtime::PartState::Off;
  part.summary = "none but this one";
  mount.parts.report(std::move(part));

  auto uses = std::make_shared<SecretUses>();
  runtime::ControllerOptions options;
  options.name = "clusters";
  options.resource = "clusters.goldenpath.dev";
  options.workers = 4;
  options.sees_deleted = true;
  options.deadline = std::chrono::seconds(60);
  options.watches.push_back(
      {.resource = "secrets",
       .keys = [uses](const store::Event& event) { return uses->keys(event); },
       .all_keys = {}});
  mount.controllers.add(std::move(options),
                        std::make_unique<ClusterController>(set, mount.parts, uses));
}

}  // namespace gp::clusters
