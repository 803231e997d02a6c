#pragma once
// Which form an answer takes: the Accept header of the Kubernetes API, with its `as`, `g` and `v`
// parameters.

#include <optional>
#include <string_view>

#include "adapter/net/http.hpp"

namespace gp::api {

enum class Format { Json, Yaml };
enum class View { Object, Table, Partial };  // Partial: PartialObjectMetadata(List)

struct Accepted {
  Format format = Format::Json;
  View view = View::Object;
  bool is_pretty = false;
};

// What may be answered here: everything reads as JSON or YAML; objects and lists of them also as
// Table and PartialObjectMetadata.
enum class Views { ObjectOnly, All };

// Nothing: 406. Clauses that we cannot serve (protobuf, unknown views) are passed over, as the
// client gives others behind them.
std::optional<Accepted> negotiate(const net::Request& request, Views views);

// The media types offered, as error messages list them.
inline constexpr std::string_view kRepresentations = "application/json, application/yaml";

// `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`: the version asked for
// first, v2 or v2beta1; empty: the old form of discovery.
std::string_view discovery_version(const net::Request& request);

}  // namespace gp::api
