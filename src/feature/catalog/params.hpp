#pragma once
// Query parameters and bodies of the catalog API, checked with Backstage's words.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/net/http.hpp"
#include "base/result.hpp"

namespace gp::catalog {

// Unknown parameters and empty values of `filter`, `fields`, `facet` and `fullTextFilterTerm`.
Result<> check_parameters(const net::Request& request,
                          std::initializer_list<std::string_view> known);

// `request/query/limit must be integer`, `… must be >= 0`.
Result<std::optional<std::size_t>> integer_parameter(const net::Request& request,
                                                     std::string_view name);
Result<bool> boolean_parameter(const net::Request& request, std::string_view name, bool fallback);

// The body as a JSON object that has the required members; broken JSON is an InputError.
Result<Value> json_body(const net::Request& request,
                        std::initializer_list<std::string_view> required = {});

// A member of the body: absent, or of the kind; `request/body/limit must be integer`.
Result<std::optional<std::size_t>> integer_member(const Value& body, std::string_view name);
Result<std::vector<std::string>> strings_member(const Value& body, std::string_view name);
Result<std::string> string_member(const Value& body, std::string_view name);

}  // namespace gp::catalog
