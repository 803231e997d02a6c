#pragma once
// Objects and lists as answers: stored bytes as they are, tables, metadata alone, YAML, indented.

#include <string>

#include "adapter/net/http.hpp"
#include "platform/api/negotiation.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

// What stands in the rows of a table.
enum class IncludeObject { None, Metadata, Object };

// How one request wants its objects.
struct Rendering {
  Accepted accepted;
  IncludeObject include = IncludeObject::Metadata;
  TimePoint now;  // for ages
};

net::Response render_value(int status, const Value& value, const Accepted& accepted);
// A JSON document made ahead, shared by all who ask.
net::Response render_shared(int status, std::shared_ptr<const std::string> json,
                            const Accepted& accepted);
net::Response render_object(int status, const object::Kind& kind, const ObjectRef& object,
                            const Rendering& rendering);
// `continue_token` is empty on the last page.
net::Response render_list(const object::Kind& kind, store::Listed listed,
                          std::string_view continue_token, bool has_selector,
                          const Rendering& rendering);
net::Response render_error(const Error& error, const Accepted& accepted);

// `{"kind":"PartialObjectMetadata",…}` of a stored object's JSON.
void append_partial(std::string& out, std::string_view json);

// A table of these objects; `with_columns` is false behind the first event of a watch.
std::string table_json(const object::Kind& kind, std::span<const ObjectRef> objects,
                       const Value& list_metadata, bool with_columns, const Rendering& rendering);

}  // namespace gp::api
