#pragma once
// What the portal's own routes answer when they refuse: Backstage's shape, which its clients and
// our pages read.

#include <string_view>

#include "adapter/net/http.hpp"
#include "base/error.hpp"

namespace gp::portal {

// `name` is Backstage's: "AuthenticationError".
net::Response refuse(const net::Request& request, int status, std::string_view name,
                     std::string_view message, std::string_view hint = {});
// For what went wrong inside: 503 when it may pass, 500 otherwise.
net::Response refuse(const net::Request& request, const Error& error);

}  // namespace gp::portal
