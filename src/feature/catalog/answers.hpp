#pragma once
// Answers of the catalog API: JSON in one piece with an ETag, long lists as streams, errors in
// Backstage's shape.

#include <functional>
#include <string>
#include <vector>

#include "adapter/net/http.hpp"
#include "base/result.hpp"
#include "feature/catalog/projection.hpp"

namespace gp::catalog {

// JSON as every plugin sends it: with a charset.
net::Response json_answer(int status, std::string json);

// 200 with a weak ETag; 304 when the client has it already.
net::Response answer(const net::Request& request, const Value& value);

// A JSON array of entities, streamed when it is long.
net::Response answer_list(std::vector<Value> entities, Projection projection);

// Turns failures into error bodies.
using Handle = std::function<Result<net::Response>(net::Request&)>;
net::Handler guarded(Handle handle);

std::string to_wire(const Value& value);  // members in their own order, no HTML escapes

}  // namespace gp::catalog
