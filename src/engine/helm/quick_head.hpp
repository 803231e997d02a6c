#pragma once
// The head of a plain manifest, without building the document.
//
// Reads the block YAML that charts mostly render to: keys, lists, one-line scalars, block scalars.
// Whatever it is not certain about (flow collections, anchors, tabs, folded scalars, hooks), it
// leaves to the YAML parser. It is certain only of what the parser accepts.

#include <optional>
#include <string>
#include <string_view>

namespace gp::helm {

struct QuickHead {
  std::string kind, name;
};

// Nothing when it is not certain.
std::optional<QuickHead> quick_head(std::string_view text);

}  // namespace gp::helm
