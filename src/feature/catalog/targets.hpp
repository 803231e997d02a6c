#pragma once
// Targets of Locations and placeholders: relative ones resolved against the file they stand in, and
// what is known about the URLs of Git hosts.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "feature/catalog/entity_ref.hpp"

namespace gp::catalog {

// RFC 3986, section 5.2, for http and https URLs: `new URL(relative, base)`. InputError when the
// base is not such a URL.
Result<std::string> resolve_url(std::string_view base, std::string_view relative);

// "host:port" in lower case ("localhost:7999"), the scheme's port left out; empty if not http(s).
std::string url_host(std::string_view url);

// A target as written in the file `base`: paths below the file's folder, URLs against the URL.
Result<LocationRef> resolve_target(const LocationRef& base, std::string_view type,
                                   std::string_view target);

// The address of the raw file behind a Git host's page (…/blob/main/x); the URL itself otherwise.
std::string raw_url(std::string_view url);
// Where the file can be edited and the folder it is in, on hosts whose pages we know; else empty.
std::string edit_url(std::string_view url);
std::string folder_url(std::string_view url);

// "generated-<sha1 of type:target>": the name of the Location entity behind a source.
std::string generated_name(const LocationRef& location);

}  // namespace gp::catalog
