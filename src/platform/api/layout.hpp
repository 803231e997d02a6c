#pragma once
// Where the members of a stored object's JSON stand, found without parsing it: lists leave out
// apiVersion and kind, tables take metadata alone.

#include <string_view>
#include <vector>

#include "adapter/net/http.hpp"
#include "platform/object/object.hpp"

namespace gp::api {

// Members of the outermost object; empty when absent. A member reaches from its name's quote to the
// end of its value, without commas.
struct Layout {
  std::string_view api_version;
  std::string_view kind;
  std::string_view metadata;  // the value alone
};

// `json` is compact and well formed, as the store keeps it. Stops behind `metadata`.
Layout find_layout(std::string_view json);

// The object without apiVersion and kind, as pieces of its own bytes kept alive by `owner`.
void append_untyped(std::vector<net::Piece>& out, std::string_view json,
                    const std::shared_ptr<const void>& owner);

}  // namespace gp::api
