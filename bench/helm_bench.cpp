// A monitoring-stack-sized chart rendered cold (loaded, parsed, rendered) and warm (parsed before).
// The goals: 120 ms cold, 60 ms warm.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

#include "bench/helm_chart.hpp"
#include "engine/helm/install.hpp"

namespace {

using gp::helm::Installed;

double milliseconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

double median(int rounds, const std::function<void()>& work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) times.push_back(milliseconds(work));
  std::ranges::sort(times);
  return times[times.size() / 2];
}

}  // namespace

int main() {
  const auto files = gp::bench::monitoring_chart();
  const gp::helm::Val user = gp::helm::Val::new_map();
  std::size_t documents = 0;
  std::size_t bytes = 0;
  const auto count = [&](const auto& done) {
    GP_CHECK(done.has_value(), "the chart renders");
    documents = done->manifests.resources.size();
    bytes = 0;
    for (const auto& manifest : done->manifests.resources) bytes += manifest.text.size();
  };
  const double cold = median(9, [&] {
    const auto chart = gp::helm::load_chart(files);
    GP_CHECK(chart.has_value(), "the chart loads");
    gp::helm::Renderer renderer;
    count(gp::helm::install(renderer, *chart, user, {}));
  });
  const auto chart = gp::helm::load_chart(files);
  GP_CHECK(chart.has_value(), "the chart loads");
  gp::helm::Renderer renderer;
  const double warm = median(15, [&] { count(gp::helm::install(renderer, *chart, user, {})); });
  const double templates =
      median(15, [&] { (void)gp::helm::render_chart(renderer, *chart, user, {}); });
  std::printf("%zu documents, %.1f MB\n", documents, static_cast<double>(bytes) / 1e6);
  std::printf("  cold                 %7.1f ms   (goal 120)\n", cold);
  std::printf("  warm                 %7.1f ms   (goal 60)\n", warm);
  std::printf("  of that, templates   %7.1f ms\n", templates);
}
