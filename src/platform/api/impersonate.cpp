#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/api/authentication.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kExtraPrefix = "impersonate-extra-";
constexpr std::string_view kServiceAccount = "system:serviceaccount:";

// What the headers name, in their order.
struct Wanted {
  std::string user, uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;

  bool is_nobody() const { return user.empty() && uid.empty() && groups.empty() && extra.empty(); }
};

Wanted read_headers(const net::Request& request) {
  Wanted wanted;
  for (const auto& [name, value] : request.headers.all()) {
    const std::string key = lower(name);
    if (key == "impersonate-user") wanted.user = value;
    if (key == "impersonate-uid") wanted.uid = value;
    if (key == "impersonate-group") wanted.groups.push_back(value);
    if (!key.starts_with(kExtraPrefix)) continue;
    const std::string_view tail = std::string_view(key).substr(kExtraPrefix.size());
    const std::string extra = percent_decode(tail).value_or(std::string(tail));
    auto place = std::ranges::find(wanted.extra, extra,
                                   &std::pair<std::string, std::vector<std::string>>::first);
    if (place == wanted.extra.end()) place = wanted.extra.insert(place, {extra, {}});
    place->second.push_back(value);
  }
  return wanted;
}

Attributes asks_for(std::string_view group, std::string_view resource, std::string_view name) {
  Attributes attributes;
  attributes.verb = "impersonate";
  attributes.group = group;
  attributes.version = "v1";
  attributes.resource = resource;
  attributes.name = name;
  return attributes;
}

Attributes asks_for_user(std::string_view user) {
  if (!user.starts_with(kServiceAccount)) return asks_for("", "users", user);
  const std::string_view tail = user.substr(kServiceAccount.size());
  const std::size_t colon = tail.find(':');
  if (colon == std::string_view::npos) return asks_for("", "users", user);
  Attributes attributes = asks_for("", "serviceaccounts", tail.substr(colon + 1));
  attributes.ns = tail.substr(0, colon);
  return attributes;
}

std::vector<Attributes> questions(const Wanted& wanted) {
  constexpr std::string_view kGroup = "authentication.k8s.io";
  std::vector<Attributes> all{asks_for_user(wanted.user)};
  for (const std::string& group : wanted.groups) all.push_back(asks_for("", "groups", group));
  if (!wanted.uid.empty()) all.push_back(asks_for(kGroup, "uids", wanted.uid));
  for (const auto& [key, values] : wanted.extra) {
    for (const std::string& value : values) {
      Attributes attributes = asks_for(kGroup, "userextras", value);
      attributes.subresource = key;
      all.push_back(std::move(attributes));
    }
  }
  return all;
}

}  // namespace

Result<Caller> impersonate(const net::Request& request, Caller caller, Authorizer& authorizer) {
  const Wanted wanted = read_headers(request);
  if (wanted.is_nobody()) return caller;
  if (wanted.user.empty()) {
    return fail(
        status::bad_request("requested groups, uid or extras to be impersonated without "
                            "impersonating a user"));
  }
  for (const Attributes& attributes : questions(wanted)) {
    const Decision decision = authorizer.decide(caller, attributes);
    if (!decision.is_allowed) return fail(forbidden_error(caller, attributes, decision.reason));
  }

  Caller other{wanted.user, wanted.uid, wanted.groups, wanted.extra};
  if (other.groups.empty() && other.user.starts_with(kServiceAccount)) {
    const std::string ns = asks_for_user(other.user).ns;
    other.groups = {"system:serviceaccounts", "system:serviceaccounts:" + ns};
  }
  const bool is_anonymous = other.user == Caller{}.user;
  const std::string_view implied = is_anonymous ? "system:unauthenticated" : "system:authenticated";
  if (!other.in_group(implied)) other.groups.emplace_back(implied);
  return other;
}

}  // namespace gp::api
