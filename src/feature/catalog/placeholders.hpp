#pragma once
// `$text`, `$json` and `$yaml`: an object with just one of these keys is replaced by the content of
// the file it names.
//
// Targets are relative to the entity's file (also in folders, where Backstage has no such thing),
// or URLs. How many, how large and how deep is limited; what a target may reach, the Source
// decides.

#include "base/result.hpp"
#include "feature/catalog/source.hpp"

namespace gp::catalog {

constexpr std::size_t kPlaceholdersMax = 200;            // in one entity
constexpr std::size_t kPlaceholderBytesMax = 2U << 20U;  // all of one entity; the store takes 3 MiB

// Replaces them in `entity`, which stands in the file `location`. Adds to `read` what was read.
Result<> resolve_placeholders(Value& entity, const LocationRef& location, Source& source,
                              std::vector<LocationRef>& read);

}  // namespace gp::catalog
