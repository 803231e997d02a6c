#pragma once
// A running catalog for tests: files in memory, a fake clock, nothing durable.

#include "feature/catalog/engine.hpp"
#include "feature/catalog/memory_source.hpp"
#include "feature/catalog/state_fixture.hpp"

namespace gp::catalog {

struct EngineFixture {
  MemorySource source;
  MemoryPort port;
  FakeClock clock;
  SeededRandom random{11};
  EngineOptions options;
  std::vector<Summary> summaries;  // read after idle() only
  std::unique_ptr<Engine> engine;

  static std::string component(std::string_view name, std::string_view spec = "",
                               std::string_view metadata = "") {
    return StateFixture::component(name, spec, metadata);
  }

  void start() {
    options.on_summary = [this](const Summary& summary) { summaries.push_back(summary); };
    engine = std::make_unique<Engine>(options, source, port, clock, random);
    started = engine->start().has_value();
    settled = idle();
  }
  bool idle() { return engine->wait_idle(std::chrono::seconds(30)); }
  Value get(std::string_view ref) const {
    return engine->serving().read([&](const SearchIndex& index) {
      const auto slot = index.find(ref);
      return slot ? index.entity(*slot) : Value();
    });
  }
  std::size_t count() const {
    return engine->serving().read([](const SearchIndex& index) { return index.count(); });
  }

  bool started = false, settled = false;
};

}  // namespace gp::catalog
