#pragma once
// Values as a command line gives them: -f files and the kinds of --set.

#include <string>
#include <vector>

#include "engine/helm/strvals.hpp"
#include "engine/helm/values.hpp"

namespace gp::helm {

struct ValueFlags {
  std::vector<std::string> files;
  std::vector<std::string> set, set_string, set_json, set_file, set_literal;
};

// Merged as Helm does: files, then --set-json, --set, --set-string, --set-file, --set-literal.
// `read_values` gives the text of a -f file, `read_set` that of a --set-file.
Result<Val> merge_flags(const ValueFlags& flags, const ReadFile& read_values,
                        const ReadFile& read_set);

}  // namespace gp::helm
