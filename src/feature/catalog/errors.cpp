#include "feature/catalog/errors.hpp"

namespace gp::catalog {
namespace {

struct Class {
  std::string_view name;
  Code code;
  int status;
};

constexpr Class kClasses[] = {
    {"InputError", Code::InvalidArgument, 400},
    {"AuthenticationError", Code::Unauthenticated, 401},
    {"NotAllowedError", Code::Forbidden, 403},
    {"NotFoundError", Code::NotFound, 404},
    {"ConflictError", Code::AlreadyExists, 409},
    {"ConflictError", Code::Conflict, 409},
    {"NotImplementedError", Code::Unimplemented, 501},
    {"ServiceUnavailableError", Code::Unavailable, 503},
    {"ServiceUnavailableError", Code::ResourceExhausted, 503},
    {"InputError", Code::TooLarge, 400},
};

}  // namespace

Error named_error(std::string_view name, std::string message) {
  Code code = Code::Internal;
  for (const Class& known : kClasses) {
    if (known.name == name) {
      code = known.code;
      break;
    }
  }
  return Error{code, std::move(message), {}, {}, Value::object({{"name", name}})};
}

Error caused_by(std::string_view name, std::string message, const Error& cause) {
  Error error = named_error(name, fmt::format("{}; caused by {}", message, error_text(cause)));
  error.details.set("cause", serialize_error(cause));
  const Place place = place_of(cause);
  return with_place(std::move(error), place.file, place.line, place.path);
}

Error with_place(Error error, std::string_view file, int line, std::string_view path) {
  if (!error.details.is_object()) error.details = Value::object({{"name", error_name(error)}});
  if (!file.empty() && !error.details.contains("file")) error.details.set("file", file);
  if (line > 0 && !error.details.contains("line")) error.details.set("line", line);
  if (!path.empty() && !error.details.contains("path")) error.details.set("path", path);
  return error;
}

Place place_of(const Error& error) {
  return {error.details["file"].string(), static_cast<int>(error.details["line"].integer()),
          error.details["path"].string()};
}

std::string_view error_name(const Error& error) {
  if (const Value& name = error.details["name"]; name.is_string()) return name.text();
  for (const Class& known : kClasses) {
    if (known.code == error.code) return known.name;
  }
  return "Error";
}

std::string error_text(const Error& error) {
  return fmt::format("{}: {}", error_name(error), error.message);
}

Value serialize_error(const Error& error) {
  Value out = Value::object({{"name", error_name(error)}, {"message", error.message}});
  if (const Value& cause = error.details["cause"]; cause.is_object()) out.set("cause", cause);
  return out;
}

int status_of(const Error& error) {
  for (const Class& known : kClasses) {
    if (known.code == error.code) return known.status;
  }
  return 500;
}

}  // namespace gp::catalog
