#pragma once
// Renders the templates of a chart and of its dependencies.
//
//   Renderer renderer(chart);                       // keeps what it parsed for the next render
//   auto texts = TRY(renderer.render(active, values, release, capabilities));
//
// Follows Helm 3.17's engine.go. One Renderer is used by one thread at a time.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/helm/active_chart.hpp"
#include "engine/helm/capabilities.hpp"
#include "engine/template/template.hpp"

namespace gp::helm {

struct Release {
  std::string name = "release-name";
  std::string ns = "default";
  int revision = 1;
  bool is_upgrade = false;
};

// Path ("web/templates/service.yaml") and text, by path.
using Rendered = std::map<std::string, std::string>;

// What templates may use within on_deep_stack() (base/deep_stack.hpp), where `include` can nest as
// deep as Helm lets it.
tmpl::Limits deep_stack_limits();

// sprig's functions and Helm's, made once.
const tmpl::FunctionTable& functions();

class Renderer {
 public:
  // `values` are the coalesced values of the whole tree.
  Result<Rendered> render(const ActiveChart& chart, const Val& values, const Release& release,
                          const Capabilities& capabilities, const tmpl::Limits& limits = {});

 private:
  struct Template;
  std::vector<Template> collect(const ActiveChart& chart, const Val& values, const Release& release,
                                const Capabilities& capabilities) const;
  Result<void> parse(const std::vector<Template>& templates);

  // What `set_` was made of: path and text of each template.
  std::vector<std::pair<std::string, const std::string*>> parsed_;
  std::vector<std::shared_ptr<const Chart>> charts_;  // keeps the texts alive
  std::unique_ptr<tmpl::TemplateSet> set_;
};

}  // namespace gp::helm
