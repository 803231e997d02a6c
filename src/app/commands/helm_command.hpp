#pragma once
// `goldenpath helm`: what the command line says, and what its two commands share.

#include <memory>
#include <string>
#include <vector>

#include "engine/helm/install.hpp"
#include "engine/helm/strvals.hpp"

namespace gp::app {

// The -f and --set flags of Helm, each kind in the order given.
struct HelmValues {
  std::vector<std::string> files;
  std::vector<std::string> set, set_string, set_json, set_file, set_literal;
};

// Merged as Helm does: files, then --set-json, --set, --set-string, --set-file, --set-literal.
// `read_values` gives the text of a -f file, `read_set` that of a --set-file.
Result<helm::Val> merge_helm_values(const HelmValues& values, const helm::ReadFile& read_values,
                                    const helm::ReadFile& read_set);

struct HelmTemplateOptions {
  std::string release;  // or the chart, when only one is given
  std::string chart;    // folder or archive
  std::string ns = "default";
  HelmValues values;
  std::string kube_version;
  std::vector<std::string> api_versions, show_only;
  bool include_crds = false, skip_crds = false, skip_tests = false, no_hooks = false;
  bool is_upgrade = false, subchart_notes = false, skip_schema = false;
};

// Prints what `helm template` prints.
int run_helm_template(const HelmTemplateOptions& options);

// Reads JSON lines of cases, each a small chart with values; prints a line of JSON for each.
int run_helm_eval();

// Runs `work` on a thread whose stack is deep enough for templates that include each other a
// thousand levels deep, and waits for it.
void on_deep_stack(const std::function<void()>& work);

// What templates may use there.
tmpl::Limits deep_stack_limits();

}  // namespace gp::app
