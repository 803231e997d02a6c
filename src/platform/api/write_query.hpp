#pragma once
// The query of a write: dryRun, fieldManager, fieldValidation, force; and DeleteOptions.

#include "platform/api/exchange.hpp"

namespace gp::api {

// `options_kind`: CreateOptions, UpdateOptions or PatchOptions, for messages.
Result<WriteOptions> parse_write_query(Exchange& exchange, std::string_view options_kind);

// From the body and from the query, which older clients use.
Result<DeleteOptions> parse_delete_options(const Exchange& exchange);

// The part of the User-Agent before the first slash: who manages fields when nobody says.
std::string default_manager(const net::Request& request);

}  // namespace gp::api
