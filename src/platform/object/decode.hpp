#pragma once
// A document as a client sent it becomes an object as the API server keeps it: what Go's decoder
// drops is dropped, wrong types are refused in its words, empty fields appear or vanish as Go would
// write them.
//
// Kinds with a Type: unknown fields are dropped and reported, null is absent, bytes and quantities
// and times are checked. Kinds with a schema are pruned where it says so; kinds with neither pass
// as they are.

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/object/kind.hpp"

namespace gp::object {

// `duplicates`: the paths that parse_json_strict() found. What a strict client wants to know is
// appended to `problems` in the order of the document: `unknown field "metadata.lables"`,
// `duplicate field "data.a"`.
//
// Fails with InvalidArgument and the real server's text for a 400:
// `ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into
// Go struct field ConfigMap.data of type string`. A missing kind or apiVersion is filled in,
// another one is refused.
Result<Value> decode(const Kind& kind, const Value& raw, std::span<const std::string> duplicates,
                     std::vector<std::string>& problems);

// As decode(), without regard to apiVersion and kind: for results of patches and stored documents.
Result<Value> decode_patched(const Kind& kind, const Value& raw,
                             std::vector<std::string>& problems);

// `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field
// "dta"`.
Error strict_decoding_error(const Kind& kind, std::span<const std::string> problems);

}  // namespace gp::object
