#pragma once
// From a chart and values to manifests: what `helm template` prints, and GitOps applies.

#include "engine/helm/manifests.hpp"

namespace gp::helm {

struct InstallOptions {
  Release release;
  Capabilities capabilities;
  bool skip_schema = false;
  bool subchart_notes = false;
  bool skip_kube_version = false;  // renders a chart that asks for another Kubernetes
  tmpl::Limits limits;
};

// Where an install failed; the eval suite and the command's wording ask.
enum class Stage { Name, Load, Dependencies, Values, Render };

struct Failure {
  Stage stage = Stage::Render;
  Error error;
};

struct Installed {
  ActiveChart chart;
  Rendered rendered;  // every template, notes included
  Manifests manifests;
  std::string notes;
  Warnings warnings;
};

// "release name "Bad_Name": invalid release name, …"
Result<void> check_release_name(const std::string& name);

// Dependencies, values, schemas and templates; without looking at the manifests.
std::expected<Installed, Failure> render_chart(Renderer& renderer,
                                               const std::shared_ptr<const Chart>& chart,
                                               const Val& user, const InstallOptions& options);

// All of it. `user` are the values of -f and --set, merged.
std::expected<Installed, Failure> install(Renderer& renderer,
                                          const std::shared_ptr<const Chart>& chart,
                                          const Val& user, const InstallOptions& options);

// A file of crds/, by its path in the tree of charts.
struct Crd {
  std::string path;
  const std::string* text;
};
std::vector<Crd> crds(const ActiveChart& chart);

}  // namespace gp::helm
