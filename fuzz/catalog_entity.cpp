// Any bytes as a catalog file: read, processed, related, stitched, indexed. No crash, no leak, and
// whatever is visible has a name, an etag and relations.

#include <cstdlib>

#include "feature/catalog/memory_source.hpp"
#include "feature/catalog/search_index.hpp"
#include "feature/catalog/state.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gp;
  using namespace gp::catalog;
  MemorySource source;
  source.set("file:/x.yaml", std::string(reinterpret_cast<const char*>(data), size));
  source.set("file:/beside.txt", "text");
  SeededRandom random(1);
  State state(random);
  SearchIndex index;
  const Processor processor(source, {});
  state.add_root({"file", "/x.yaml"}, "root");
  while (const auto work = state.take(false)) {
    state.complete(*work, processor.process(work->entity));
  }
  for (const Change& change : state.stitch()) {
    const Value& metadata = change.entity["metadata"];
    if (metadata["name"].text().empty() || metadata["etag"].text().empty()) std::abort();
    if (!change.entity["relations"].is_array()) std::abort();
    index.put(change.ref, change.uid, change.entity);
  }
  (void)state.problems();
  return 0;
}
