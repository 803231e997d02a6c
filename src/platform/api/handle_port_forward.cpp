// GET (a WebSocket) or POST (an upgrade to SPDY/3.1) …/pods/NAME/portforward

#include "adapter/net/tokens.hpp"
#include "platform/api/admission_write.hpp"
#include "platform/api/exchange.hpp"
#include "platform/api/port_forward.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

using net::Response;

constexpr std::string_view kSpdy = "SPDY/3.1";
constexpr std::string_view kStreamProtocol = "portforward.k8s.io";

bool lists(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view token = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (token.starts_with(' ')) token.remove_prefix(1);
    while (token.ends_with(' ')) token.remove_suffix(1);
    if (token == wanted) return true;
  }
  return false;
}

bool is_websocket(const net::Request& request) {
  return net::equal_ignoring_case(request.headers.get("Upgrade"), "websocket");
}

}  // namespace

Result<Response> handle_port_forward(Exchange& exchange) {
  const net::Request& request = exchange.request;
  const Target target = exchange.target();
  PortForwards* forwards = exchange.services.port_forwards;
  TRY(exchange.services.verbs.get({target.kind, target.ns, target.name, {}}));
  const auto listener = forwards == nullptr ? std::nullopt : forwards->find(target.ns, target.name);
  if (!listener) {
    return fail(
        status::bad_request(fmt::format("pod {} does not have a host assigned", target.name)));
  }
  const bool is_spdy = request.headers.get("Upgrade") == kSpdy && request.http_major == 1;
  if (!is_spdy && !is_websocket(request)) {
    return fail(status::bad_request("Upgrade request required"));
  }
  if (is_spdy && !lists(request.headers.joined("X-Stream-Protocol-Version"), kStreamProtocol)) {
    return fail(status::forbidden(*target.kind, target.name,
                                  fmt::format("unable to upgrade: the only protocol known here is "
                                              "\"{}\"",
                                              kStreamProtocol)));
  }
  if (!is_spdy && !lists(request.headers.joined("Sec-WebSocket-Protocol"), kTunnelProtocol)) {
    return fail(status::bad_request(fmt::format(
        "unable to upgrade: the only subprotocol known here is \"{}\"", kTunnelProtocol)));
  }
  if (!forwards->has_room()) {
    return fail(status::make(Code::ResourceExhausted, 429, "TooManyRequests",
                             "too many port-forwards are open, please try again later",
                             Value::object({{"retryAfterSeconds", 1}})));
  }
  TRY(admit_connection(exchange.services.verbs.admission(), target,
                       Value::object({{"apiVersion", "v1"}, {"kind", "PodPortForwardOptions"}}),
                       exchange.caller, &exchange.warnings));
  Response response = Response::empty(101);
  if (is_spdy) {
    response.upgrade_protocol = kSpdy;
    response.headers.set("X-Stream-Protocol-Version", kStreamProtocol);
  } else {
    response.websocket_protocol = kTunnelProtocol;
  }
  response.websocket = [forwards, chosen = *listener](std::shared_ptr<net::WebSocket> socket) {
    forwards->serve(chosen, std::move(socket));
  };
  return response;
}

}  // namespace gp::api
