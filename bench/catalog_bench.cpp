// The catalog under load: a repository of many files, read, processed and served; then what the
// portal asks all day. One thread, no network.
//
//   catalog_bench [ENTITIES=10000]

#include <malloc.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "adapter/files/files.hpp"
#include "feature/catalog/engine.hpp"
#include "feature/catalog/file_source.hpp"
#include "feature/catalog/pages.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPerFile = 10;

std::string component(std::size_t i) {
  return fmt::format(
      "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: component-{0}\n"
      "  title: Component number {0}\n  description: Serves bookings of the harbour, part {0}\n"
      "  labels:\n    tier: \"{1}\"\n    example.org/zone: north\n"
      "  annotations:\n    github.com/project-slug: acme/component-{0}\n"
      "    backstage.io/techdocs-ref: dir:.\n"
      "  tags: [go, team-{2}, booking]\n"
      "  links:\n    - url: https://example.org/dash/{0}\n      title: Dashboard\n"
      "spec:\n  type: {3}\n  lifecycle: {4}\n  owner: team-{2}\n  system: system-{5}\n"
      "  dependsOn: ['component:component-{6}', 'component:component-{7}']\n",
      i, i % 4, i % 100, i % 3 == 0 ? "website" : "service",
      i % 5 == 0 ? "experimental" : "production", i % 500, i / 2, i / 3);
}

void write_repository(const std::string& folder, std::size_t entities) {
  std::ofstream(folder + "/all.yaml")
      << "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n"
         "spec: {targets: ['./*/*.yaml']}\n";
  for (std::size_t file = 0; file * kPerFile < entities; ++file) {
    const std::string below = fmt::format("{}/{}", folder, file % 100);
    fs::create_directories(below);
    std::ofstream out(fmt::format("{}/{}.yaml", below, file));
    for (std::size_t i = 0; i < kPerFile && file * kPerFile + i < entities; ++i) {
      out << (i > 0 ? "---\n" : "") << component(file * kPerFile + i);
    }
  }
}

std::size_t heap_bytes() {
  return mallinfo2().uordblks + mallinfo2().hblkhd;
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Repeats for at least a fifth of a second and prints how often a second it went.
template <typename Work>
void measure(const char* name, Work work) {
  Clock& clock = system_clock();
  work(0);
  const Duration begin = clock.monotonic();
  std::size_t runs = 0;
  Duration took{0};
  while (took < std::chrono::milliseconds(200)) {
    work(++runs);
    took = clock.monotonic() - begin;
  }
  const double each = seconds(took) / static_cast<double>(runs);
  std::printf("  %-52s %10.0f /s %10.3f ms\n", name, 1.0 / each, each * 1e3);
}

Page page(const Serving& serving, const char* filter, std::size_t limit, const char* order) {
  PageRequest request;
  request.query = *parse_filters({filter});
  request.order_field = order;
  request.limit = limit;
  return serving.read([&](const SearchIndex& index) { return page_of(index, request); });
}

void queries(const Serving& serving) {
  measure("filter kind=component,spec.type=website: count",
          [&](std::size_t) { page(serving, "kind=component,spec.type=website", 0, ""); });
  measure("by-query, 20 by name, of one owner", [&](std::size_t i) {
    page(serving, fmt::format("relations.ownedBy=group:default/team-{}", i % 100).c_str(), 20,
         "metadata.name");
  });
  measure("by-query, 200 by name, then the next page", [&](std::size_t) {
    PageRequest request;
    request.query = *parse_filters({"kind=component"});
    request.order_field = "metadata.name";
    serving.read([&](const SearchIndex& index) {
      request.from = page_of(index, request).last;
      request.counts = false;
      return page_of(index, request).items.size();
    });
  });
  measure("full text \"part 12\" in description, first 20", [&](std::size_t) {
    PageRequest request;
    request.query = *parse_filters({"kind=component"});
    request.term = "part 12";
    request.term_fields = {"metadata.description"};
    request.order_field = "metadata.name";
    request.limit = 20;
    serving.read([&](const SearchIndex& index) { return page_of(index, request).total; });
  });
  measure("facets kind, tags, lifecycle, owner", [&](std::size_t) {
    serving.read([&](const SearchIndex& index) {
      std::size_t values = 0;
      for (const char* key : {"kind", "metadata.tags", "spec.lifecycle", "relations.ownedBy"}) {
        values += facet_of(index, key, index.live()).size();
      }
      return values;
    });
  });
  measure("by name", [&](std::size_t i) {
    const std::string ref = fmt::format("component:default/component-{}", i % 1000);
    serving.read([&](const SearchIndex& index) { return index.find(ref).has_value(); });
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t entities = argc > 1 ? std::stoul(argv[1]) : 10'000;
  const files::TemporaryDirectory folder;
  write_repository(folder.path(), entities);

  Clock& clock = system_clock();
  FileSourceOptions source_options;
  source_options.roots = {folder.path()};
  FileSource source(source_options, clock);
  MemoryPort port;
  EngineOptions options;
  options.configured = {{"file", folder / "all.yaml"}};
  Engine engine(options, source, port, clock, system_random());

  const std::size_t heap_before = heap_bytes();
  const Duration begin = clock.monotonic();
  if (!engine.start() || !engine.wait_idle(std::chrono::minutes(10))) return 1;
  const Duration loaded = clock.monotonic() - begin;
  const std::size_t served =
      engine.serving().read([](const SearchIndex& index) { return index.count(); });
  const std::size_t index_bytes =
      engine.serving().read([](const SearchIndex& index) { return index.memory_bytes(); });

  std::printf("catalog: %zu entities from %zu files\n", served,
              (entities + kPerFile - 1) / kPerFile);
  std::printf("  %-52s %10.0f /s %10.0f ms\n", "read, processed, related, indexed",
              static_cast<double>(served) / seconds(loaded), seconds(loaded) * 1e3);
  queries(engine.serving());

  const Duration change = clock.monotonic();
  std::ofstream(folder / "0/0.yaml") << component(0) << "# changed\n";
  engine.files_changed({folder / "0/0.yaml"});
  if (!engine.wait_idle(std::chrono::minutes(1))) return 1;
  std::printf("  %-52s %10s    %10.0f ms\n", "one file changed, served again", "",
              seconds(clock.monotonic() - change) * 1e3);
  const auto per_entity = [&](std::size_t bytes) {
    return bytes / std::max<std::size_t>(served, 1);
  };
  std::printf("  memory: %zu MB (%zu bytes an entity), of it the index %zu MB (%zu an entity)\n",
              (heap_bytes() - heap_before) >> 20U, per_entity(heap_bytes() - heap_before),
              index_bytes >> 20U, per_entity(index_bytes));
  return served > entities ? 0 : 1;
}
