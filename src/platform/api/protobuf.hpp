#pragma once
// Kubernetes' protobuf bodies to Values, by the tags in the tables of built-in types.
//
// A body is the four bytes `k8s\0`, then runtime.Unknown: {1: {1: apiVersion, 2: kind}, 2: the
// object's message, 3: contentEncoding, 4: contentType}. Everything is length-checked; nesting is
// limited. Unknown fields are passed over, as protobuf demands.

#include <string_view>

#include "base/result.hpp"
#include "base/value.hpp"
#include "platform/object/kind.hpp"
#include "platform/object/types.hpp"

namespace gp::api {

inline constexpr std::string_view kProtobufType = "application/vnd.kubernetes.protobuf";

// The document with apiVersion and kind. Where the body names another kind than `kind` (a
// DeleteOptions, say), `kinds` may know its type.
Result<Value> decode_protobuf(std::string_view body, const object::Kind& kind,
                              const object::KindRegistry& kinds);

// One message of a type.
Result<Value> decode_message(std::string_view bytes, const object::Type& type);

}  // namespace gp::api
