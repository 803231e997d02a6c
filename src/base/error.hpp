#pragma once
// What went wrong, in the words a person will read. Expected failures are values: see result.hpp.
//
// `message` says what was attempted, on what (object or file:line) and what came back; `hint` says
// what to do next; both are for the user. `detail` is for the log. None of the three ever holds a
// secret.

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/value.hpp"

namespace gp {

// The kinds of failure that callers act upon. HTTP, Kubernetes and exit codes are derived at the
// edges.
enum class Code {
  InvalidArgument,  // the input is wrong and stays wrong
  NotFound,
  AlreadyExists,
  Conflict,  // lost a compare-and-set: read again and retry
  Forbidden,
  Unauthenticated,
  FailedPrecondition,  // right input, wrong state of the world
  Gone,                // the revision asked for is no longer retained: list again
  TooLarge,            // over a limit on size, depth or count
  ResourceExhausted,   // a queue or quota is full: try later
  Unavailable,         // the other side cannot be reached now: try later
  DeadlineExceeded,
  Cancelled,
  Unimplemented,
  DataLoss,  // stored data is damaged
  Internal,  // our own mistake
};

// "NotFound", "Conflict", … for logs and tests.
std::string_view code_name(Code code);

struct Error {
  Code code = Code::Internal;
  std::string message;
  std::string hint;
  std::string detail;
  Value details;  // structured facts for programs (Kubernetes' Status.details, problem lists);
                  // often null

  Error with_details(Value facts) && {
    details = std::move(facts);
    return std::move(*this);
  }
  Error with_hint(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
  }
  Error with_detail(std::string text) && {
    detail = std::move(text);
    return std::move(*this);
  }
  // Puts the words of the boundary that knows them in front: `context: message`.
  Error with_context(std::string_view context) && {
    message = fmt::format("{}: {}", context, message);
    return std::move(*this);
  }

  // "message (hint)": one line for a terminal or a log.
  std::string to_string() const;
};

#define GP_ERROR_FACTORY(function, code_value)                                              \
  template <typename... Args>                                                               \
  Error function(fmt::format_string<Args...> format, Args&&... args) {                      \
    return Error{code_value, fmt::format(format, std::forward<Args>(args)...), {}, {}, {}}; \
  }

GP_ERROR_FACTORY(invalid_argument, Code::InvalidArgument)
GP_ERROR_FACTORY(not_found, Code::NotFound)
GP_ERROR_FACTORY(already_exists, Code::AlreadyExists)
GP_ERROR_FACTORY(conflict, Code::Conflict)
GP_ERROR_FACTORY(forbidden, Code::Forbidden)
GP_ERROR_FACTORY(unauthenticated, Code::Unauthenticated)
GP_ERROR_FACTORY(failed_precondition, Code::FailedPrecondition)
GP_ERROR_FACTORY(gone, Code::Gone)
GP_ERROR_FACTORY(too_large, Code::TooLarge)
GP_ERROR_FACTORY(resource_exhausted, Code::ResourceExhausted)
GP_ERROR_FACTORY(unavailable, Code::Unavailable)
GP_ERROR_FACTORY(deadline_exceeded, Code::DeadlineExceeded)
GP_ERROR_FACTORY(cancelled, Code::Cancelled)
GP_ERROR_FACTORY(unimplemented, Code::Unimplemented)
GP_ERROR_FACTORY(data_loss, Code::DataLoss)
GP_ERROR_FACTORY(internal_error, Code::Internal)

#undef GP_ERROR_FACTORY

}  // namespace gp
