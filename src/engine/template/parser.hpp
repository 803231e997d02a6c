#pragma once
// From the text of a file to trees: the file's own and those it defines.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/template/host.hpp"
#include "engine/template/node.hpp"

namespace gp::tmpl {

// A function by name; nullptr when there is none.
using FunctionFinder = std::function<const Function*(std::string_view name)>;

// The trees of one text, `define`d and `block`ed ones first, the text's own (named like the source)
// last. Errors read as Go's: "template: NAME:LINE: what". Nesting is limited to kNestingMax.
Result<std::vector<std::unique_ptr<Tree>>> parse_trees(std::shared_ptr<const Source> source,
                                                       const FunctionFinder& functions);

inline constexpr int kNestingMax = 400;

}  // namespace gp::tmpl
