#include "adapter/net/dispatch.hpp"

#include <exception>

#include "base/log.hpp"

namespace gp::net {
namespace {

Response failed_answer(const ListenerState& listener, const Request& request,
                       std::string_view what) {
  log::error("net", "a handler threw",
             {{"listener", listener.name},
              {"method", request.method},
              {"path", request.path},
              {"what", std::string(what)}});
  return plain_answer(500, "the request failed inside the server; its log has the cause");
}

template <typename Call>
auto guarded(const ListenerState& listener, const Request& request, Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& problem) {
    return failed_answer(listener, request, problem.what());
  } catch (...) {
    return failed_answer(listener, request, "something unknown");
  }
}

Response run_handler(const Connection& connection, Request& request, bool is_void_when_stopped) {
  const Context& context = *request.context;
  const bool is_void =
      connection.is_closed() || (is_void_when_stopped && context.stop().stop_requested());
  // Nobody waits any more, or has waited too long for a worker.
  if (is_void || context.remaining() <= Duration::zero()) {
    return plain_answer(503, "the server is too busy");
  }
  const ListenerState& listener = *connection.listener();
  return guarded(listener, request, [&] { return listener.handler(request); });
}

}  // namespace

Response plain_answer(int status, std::string_view reason) {
  Response response = Response::text(status, fmt::format("{}\n", reason));
  if (status == 503) response.headers.add("Retry-After", "1");
  return response;
}

std::optional<Response> dispatch(Connection& connection, Request request, Errand errand) {
  ServerState& server = connection.server();
  connection.describe(request);
  request.context = std::make_shared<const Context>(server.clock, server.options.handler_deadline,
                                                    std::move(errand.stop));
  ++server.requests_total;

  const std::shared_ptr<ListenerState>& listener = connection.listener();
  if (listener->quick) {
    auto answer = guarded(*listener, request, [&] { return listener->quick(request); });
    if (answer) return answer;
  }

  auto task = [self = connection.shared_from_this(), stream = errand.stream,
               is_void_when_stopped = errand.is_void_when_stopped, share = std::move(errand.share),
               request = std::move(request)]() mutable {
    Response response = run_handler(*self, request, is_void_when_stopped);
    const std::shared_ptr<Inbox> inbox = self->thread().inbox();
    inbox->post([self = std::move(self), stream, response = std::move(response)]() mutable {
      self->respond(stream, std::move(response));
    });
  };
  if (server.pool.submit(std::move(task))) return std::nullopt;
  ++server.requests_refused;
  return plain_answer(503, "the server is too busy");
}

}  // namespace gp::net
