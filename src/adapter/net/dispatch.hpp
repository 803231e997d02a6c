#pragma once
// Takes a request to its handler: the quick path at once, else a worker, whose answer comes back to
// the session through Connection::respond.

#include <optional>
#include <stop_token>

#include "adapter/net/connection.hpp"

namespace gp::net {

// What a session knows of a request beside the request.
struct Errand {
  std::uint32_t stream = 0;           // for the answer
  std::stop_token stop;               // asked to stop when the peer is gone, or seems to be
  bool is_void_when_stopped = false;  // a stop means for certain that nobody waits for the answer
  BodyShare share;                    // held until the handler is done
};

// The answer, when there is one at once: from the quick path, or 503 when all workers are busy.
std::optional<Response> dispatch(Connection& connection, Request request, Errand errand);

// What the server itself answers: a line of text.
Response plain_answer(int status, std::string_view reason);

}  // namespace gp::net
