#pragma once
// Maps into maps, as dario.cat/mergo 1.0 merges them, and copies as copystructure makes them.

#include "base/result.hpp"
#include "engine/template/value.hpp"

namespace gp::sprig {

enum class Overwrite { No, Yes };

// Changes `into`. Without overwriting, what is set and not empty stays; with it, `from` wins, save
// that an empty map changes nothing. What `into` takes over it shares with `from`.
Result<void> merge_maps(const tmpl::Val& into, const tmpl::Val& from, Overwrite overwrite);

// Maps and lists anew, all the way down.
Result<tmpl::Val> deep_copy(const tmpl::Val& value);

}  // namespace gp::sprig
