#include "platform/api/authentication.hpp"

#include <fstream>

#include "base/digest.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kAuthenticated = "system:authenticated";

// Fields of one CSV line; quotes keep commas.
std::vector<std::string> split_csv(std::string_view line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

std::vector<std::string> split_groups(std::string_view text) {
  std::vector<std::string> groups;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (end > 0) groups.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return groups;
}

}  // namespace

Result<> Authentication::load_tokens(const std::string& path) {
  std::ifstream in(path);
  if (!in) return fail(gp::not_found("cannot read the tokens file \"{}\"", path));
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const auto fields = split_csv(line);
    if (fields.size() < 3 || fields[0].empty() || fields[1].empty()) {
      return fail(
          invalid_argument("{}:{}: expected token,user,uid[,\"group1,group2\"]", path, number));
    }
    Caller caller;
    caller.user = fields[1];
    caller.uid = fields[2];
    caller.groups = fields.size() > 3 ? split_groups(fields[3]) : std::vector<std::string>();
    add_token(fields[0], std::move(caller));
  }
  return {};
}

void Authentication::add_token(std::string_view token, Caller caller) {
  if (!caller.in_group(kAuthenticated)) caller.groups.emplace_back(kAuthenticated);
  by_digest_[sha256(token)] = std::move(caller);
}

Result<Caller> Authentication::authenticate(const net::Request& request) const {
  const std::string_view authorization = request.headers.get("Authorization");
  if (authorization.starts_with("Bearer ")) {
    const auto found = by_digest_.find(sha256(authorization.substr(7)));
    if (found == by_digest_.end()) return fail(status::unauthorized());
    return found->second;
  }
  if (request.certificate) {
    Caller caller;
    caller.user = request.certificate->common_name;
    caller.groups = request.certificate->organizations;
    caller.groups.emplace_back(kAuthenticated);
    return caller;
  }
  return Caller();
}

}  // namespace gp::api
