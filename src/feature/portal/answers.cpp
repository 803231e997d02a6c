#include "feature/portal/answers.hpp"

namespace gp::portal {

net::Response refuse(const net::Request& request, int status, std::string_view name,
                     std::string_view message, std::string_view hint) {
  Value error = Value::object({{"name", name}, {"message", message}});
  if (!hint.empty()) error.set("hint", hint);
  return net::Response::json(
      status, Value::object(
                  {{"error", std::move(error)},
                   {"request", Value::object({{"method", request.method}, {"url", request.path}})},
                   {"response", Value::object({{"statusCode", status}})}}));
}

net::Response refuse(const net::Request& request, const Error& error) {
  const bool may_pass = error.code == Code::Unavailable || error.code == Code::DeadlineExceeded ||
                        error.code == Code::Cancelled || error.code == Code::ResourceExhausted;
  return may_pass ? refuse(request, 503, "ServiceUnavailableError", error.message, error.hint)
                  : refuse(request, 500, code_name(error.code), error.message, error.hint);
}

}  // namespace gp::portal
