#pragma once
// Values: reading, merging, and the chart's own as defaults under those of the user.
//
// Values are the maps that templates see (tmpl::Val), shared and mutable as Go's are, since Helm's
// merging depends on who shares what. Numbers of YAML and JSON are float64; --set makes int64.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/template/value.hpp"

namespace gp::helm {

struct ActiveChart;
using tmpl::Val;
using Warnings = std::vector<std::string>;

// An empty map for an empty text. `source` is named in errors: "failed to parse values.yaml: …".
Result<Val> parse_values(std::string_view text, std::string_view source);

// A map with all below it; what is no map or list is shared.
Val deep_copy(const Val& value);

// `over` wins; maps are merged in depth (the -f files of a command line, in order).
void merge_maps(Val& into, const Val& over);

// What stands at "a.b.c": nothing when a part is missing or no map.
const Val* find_path(const Val& map, std::string_view dotted);

// A table (a map) at "a.b.c"; nothing when there is none. "" is the map itself.
const Val* find_table(const Val& map, std::string_view dotted);

// The user's values over the defaults of a chart and its dependencies. `merge` keeps nulls, which
// otherwise delete a default.
Result<Val> coalesce_values(const ActiveChart& chart, const Val& user, bool merge,
                            Warnings* warnings);

// `into` wins over `defaults`, which may be changed too.
void coalesce_tables(Val& into, const Val& defaults, bool merge, Warnings* warnings);

}  // namespace gp::helm
