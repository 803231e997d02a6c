#pragma once
// `goldenpath helm`: what the command line says, and what its two commands share.

#include <functional>
#include <string>
#include <vector>

#include "engine/helm/flags.hpp"
#include "engine/template/template.hpp"

namespace gp::app {

struct HelmTemplateOptions {
  std::string release;  // or the chart, when only one is given
  std::string chart;    // folder or archive
  std::string ns = "default";
  helm::ValueFlags values;
  std::string kube_version;
  std::vector<std::string> api_versions, show_only;
  bool include_crds = false, skip_crds = false, skip_tests = false, no_hooks = false;
  bool is_upgrade = false, subchart_notes = false, skip_schema = false;
};

// Prints what `helm template` prints.
int run_helm_template(const HelmTemplateOptions& options);

// Reads JSON lines of cases, each a small chart with values; prints a line of JSON for each.
int run_helm_eval();

}  // namespace gp::app
