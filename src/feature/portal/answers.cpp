#include "feature/portal/answers.hpp"

#include "base/json.hpp"

namespace gp::portal {
namespace {

// "/entities?limit=1" of "/api/catalog/entities?limit=1": what a plugin calls its URL.
std::string_view below_plugin(std::string_view target) {
  constexpr std::string_view kApi = "/api/";
  if (!target.starts_with(kApi)) return target;
  const auto plugin_end = target.find('/', kApi.size());
  return plugin_end == std::string_view::npos ? target : target.substr(plugin_end);
}

}  // namespace

net::Response refuse(const net::Request& request, int status, std::string_view name,
                     std::string_view message, std::string_view hint) {
  Value error = Value::object({{"name", name}, {"message", message}});
  if (!hint.empty()) error.set("hint", hint);
  const Value body = Value::object(
      {{"error", std::move(error)},
       {"request",
        Value::object({{"method", request.method}, {"url", below_plugin(request.target)}})},
       {"response", Value::object({{"statusCode", status}})}});
  // Backstage's clients look at the charset.
  return net::Response::text(status, to_json(body), "application/json; charset=utf-8");
}

net::Response refuse(const net::Request& request, const Error& error) {
  const bool may_pass = error.code == Code::Unavailable || error.code == Code::DeadlineExceeded ||
                        error.code == Code::Cancelled || error.code == Code::ResourceExhausted;
  return may_pass ? refuse(request, 503, "ServiceUnavailableError", error.message, error.hint)
                  : refuse(request, 500, code_name(error.code), error.message, error.hint);
}

}  // namespace gp::portal
