#pragma once
// Why TLS with a server fails, in words that name the certificate. Private to the preflight.

#include "platform/cluster/preflight.hpp"

namespace gp::cluster {

// `error`: how the request failed (details["cause"] is "tls").
Check explain_tls(const Context& context, Session& session, const Error& error);
// The server's certificate after a success: until when it is valid.
Check describe_tls(const Context& context, Session& session);
// Our own client certificate: nothing when we have none or it is good for another week.
std::optional<Check> check_client_certificate(const Context& context, Session& session);

}  // namespace gp::cluster
