#pragma once
// Errors as Backstage's API words them: a class name ("InputError"), a message, perhaps a cause.
//
// They travel as Error: the class name, the cause and the place (file, line, dotted path in the
// document) are in Error::details, so that Result and TRY work as everywhere.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp::catalog {

// "InputError", "NotFoundError", "ConflictError", "NotAllowedError", "TypeError", "Error", …
Error named_error(std::string_view name, std::string message);

// `message; caused by TypeError: …`; keeps the cause's place.
Error caused_by(std::string_view name, std::string message, const Error& cause);

// Adds where it is: any part may be empty or 0; what the error already knows stays.
Error with_place(Error error, std::string_view file, int line, std::string_view path = {});

struct Place {
  std::string file;  // "file:/…" or "url:…"; empty: the entity's own file
  int line = 0;      // 0: unknown
  std::string path;  // "spec.owner"
};
Place place_of(const Error& error);

std::string_view error_name(const Error& error);  // derived from the code when it has none
std::string error_text(const Error& error);       // "InputError: message"
Value serialize_error(const Error& error);        // {name, message, cause?}
int status_of(const Error& error);                // HTTP

}  // namespace gp::catalog
