#pragma once
// For tests: a chart out of texts, rendered with the defaults.

#include <doctest/doctest.h>

#include "engine/helm/install.hpp"
#include "engine/helm/load.hpp"

namespace gp::helm {

struct TestChart {
  std::vector<File> files = {{"Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"}};
  std::string user;  // the text of a values file
  InstallOptions options;

  TestChart& with(std::string name, std::string text) {
    files.push_back({std::move(name), std::move(text)});
    return *this;
  }

  // Without looking at the manifests, as the texts of tests mostly are none.
  std::expected<Installed, Failure> rendered() const {
    auto chart = load_chart(files);
    if (!chart) return std::unexpected(Failure{Stage::Load, chart.error()});
    auto values = parse_values(user, "values.yaml");
    if (!values) return std::unexpected(Failure{Stage::Values, values.error()});
    Renderer renderer;
    return render_chart(renderer, *chart, *values, options);
  }

  // The text of templates/main.yaml, or "error: …".
  std::string render(const std::string& text) {
    std::vector<File> before = files;
    with("templates/main.yaml", text);
    const auto done = rendered();
    files = std::move(before);
    if (!done) return "error: " + done.error().error.message;
    return done->rendered.at("web/templates/main.yaml");
  }
};

}  // namespace gp::helm
