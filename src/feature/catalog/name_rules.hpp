#pragma once
// The formats of names in an entity's envelope, as Backstage's field validators have them.

#include <string_view>

namespace gp::catalog {

bool is_api_version(std::string_view text);  // "backstage.io/v1alpha1", "v1"
bool is_kind(std::string_view text);         // letter, then letters and digits, at most 63
bool is_entity_name(std::string_view text);  // runs of [A-Za-z0-9] separated by [-_.], 1 to 63
bool is_namespace(std::string_view text);    // DNS label
bool is_label_key(std::string_view text);    // optional DNS prefix, "/", a name
bool is_label_value(std::string_view text);  // as a name, may be empty
bool is_tag(std::string_view text);          // runs of [a-z0-9:+#] separated by "-", 1 to 63
bool is_url(std::string_view text);          // what `new URL()` takes: a scheme, ":", something

}  // namespace gp::catalog
