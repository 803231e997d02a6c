#pragma once
// Many watches over one WebSocket, for browsers, which open no more than six connections a host.
//
//   client: {"id": "1", "path": "/api/v1/namespaces/shop/pods?resourceVersion=7"}  {"id": "1",
//   "stop": true} server: {"id": "1", "type": "ADDED", "object": {…}}   {"id": "1", "error":
//   {Status}}
//
// An id ends with its error (a Status; reason "Expired": list again) or its stop. A slow client
// costs nothing but itself: while its send queue is full, its watches are not polled.

#include "adapter/net/http.hpp"
#include "platform/api/exchange.hpp"

namespace gp::api {

net::Response watch_socket_response(Services& services, const Caller& caller);

}  // namespace gp::api
