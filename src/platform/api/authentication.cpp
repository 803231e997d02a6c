#include "platform/api/authentication.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "adapter/files/files.hpp"
#include "adapter/net/tokens.hpp"
#include "base/digest.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kAuthenticated = "system:authenticated";

void add_group(Caller& caller, std::string_view group) {
  if (!caller.in_group(group)) caller.groups.emplace_back(group);
}

std::optional<std::string_view> bearer_token(const net::Request& request) {
  std::string_view header = request.headers.get("Authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() < kScheme.size()) return std::nullopt;
  const bool is_bearer = net::equal_ignoring_case(header.substr(0, kScheme.size()), kScheme);
  if (!is_bearer) return std::nullopt;
  header.remove_prefix(kScheme.size());
  while (header.starts_with(' ')) header.remove_prefix(1);
  if (header.empty()) return std::nullopt;
  return header;
}

// One line of CSV; a quoted field may hold commas.
std::vector<std::string> split_csv(std::string_view line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.pop_back();
  text.erase(0, text.find_first_not_of(' '));
  return text;
}

}  // namespace

std::vector<std::string> common_audiences(std::span<const std::string> a,
                                          std::span<const std::string> b) {
  std::vector<std::string> common;
  std::ranges::copy_if(a, std::back_inserter(common), [b](const std::string& audience) {
    return std::ranges::find(b, audience) != b.end();
  });
  return common;
}

std::string quoted_list(std::span<const std::string> texts) {
  std::string list;
  for (const std::string& text : texts)
    list += fmt::format("{}\"{}\"", list.empty() ? "" : " ", text);
  return fmt::format("[{}]", list);
}

void Authentication::add_token(std::string_view token, Caller caller) {
  add_group(caller, kAuthenticated);
  tokens_[sha256(token)] = std::move(caller);
}

Result<> Authentication::load_tokens(const std::string& path) {
  constexpr std::size_t kFileBytesMax = 4U << 20U;
  const std::string text = TRY(files::read_file(path, kFileBytesMax));
  return add_tokens(text, path);
}

Result<> Authentication::add_tokens(std::string_view text, std::string_view path) {
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string line = trimmed(std::string(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    std::vector<std::string> fields = split_csv(line);
    for (std::string& field : fields) field = trimmed(std::move(field));
    if (fields.size() < 3 || fields[0].empty() || fields[1].empty()) {
      return fail(
          invalid_argument("{}:{}: expected token,user,uid,\"group1,group2\"", path, number));
    }
    Caller caller{fields[1], fields[2], {}, {}};
    if (fields.size() > 3) {
      for (std::string& group : split_csv(fields[3])) {
        if (!trimmed(group).empty()) caller.groups.push_back(trimmed(std::move(group)));
      }
    }
    add_token(fields[0], std::move(caller));
  }
  return {};
}

Result<Identity> Authentication::review(std::string_view token,
                                        std::span<const std::string> audiences,
                                        Patience patience) const {
  if (audiences.empty()) audiences = audiences_;
  // What tokens without audiences of their own are for.
  const std::vector<std::string> own = common_audiences(audiences_, audiences);
  std::vector<std::string> reasons = {"invalid bearer token"};

  if (const auto known = tokens_.find(sha256(token)); known != tokens_.end()) {
    if (own.empty() && !audiences_.empty()) return fail(unauthenticated("{}", reasons[0]));
    return Identity{known->second, own};
  }
  for (const TokenVerifier& verifier : verifiers_) {
    TokenVerdict verdict = verifier({token, audiences, patience});
    if (!verdict) continue;
    if (!*verdict) {
      reasons.push_back(verdict->error().message);
      continue;
    }
    Identity identity = std::move(**verdict);
    if (identity.audiences.empty()) identity.audiences = own;
    if (identity.audiences.empty() && !audiences_.empty()) continue;
    add_group(identity.caller, kAuthenticated);
    return identity;
  }
  if (reasons.size() == 1) return fail(unauthenticated("{}", reasons[0]));
  return fail(unauthenticated("[{}]", fmt::join(reasons, ", ")));
}

Result<Caller> Authentication::authenticate(const net::Request& request, Patience patience) const {
  if (request.certificate && !request.certificate->common_name.empty()) {
    Caller caller{request.certificate->common_name, "", request.certificate->organizations, {}};
    add_group(caller, kAuthenticated);
    return caller;
  }
  if (const auto token = bearer_token(request)) {
    auto identity = review(*token, {}, patience);
    if (identity) return std::move(identity->caller);
    return fail(status::unauthorized().with_detail(std::move(identity.error().message)));
  }
  return Caller{};
}

}  // namespace gp::api
