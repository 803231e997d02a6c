// urlParse, urlJoin and getHostByName.

#include "engine/sprig/registry.hpp"
#include "engine/sprig/url.hpp"
#include "engine/sprig/values.hpp"

namespace gp::sprig {
namespace {

Result<Val> parse(Arguments arguments) {
  const auto url = Url::parse(arguments[0].text());
  if (!url) return fail(invalid_argument("unable to parse url: {}", url.error().message));
  Val map = Val::new_map();
  const auto set = [&map](std::string_view key, std::string text) {
    map.map().set(key, Val::string(std::move(text)));
  };
  set("scheme", url->scheme);
  set("host", url->host);
  set("hostname", url->hostname());
  set("path", url->path);
  set("query", url->query);
  set("opaque", url->opaque);
  set("fragment", url->fragment);
  set("userinfo", url->user ? url->user->text() : "");
  return map;
}

Result<std::string> text_at(const Val& map, std::string_view key) {
  const Val* value = map.is_map() ? map.map().find(key) : nullptr;
  if (!value) return std::string();
  if (is_untyped_nil(*value))
    return fail(
        invalid_argument("runtime error: invalid memory address or nil pointer dereference"));
  if (value->is_string()) return std::string(value->text());
  return fail(invalid_argument("unable to parse {} key, must be of type string, but {} found", key,
                               kind_name(*value)));
}

Result<Val> join(Arguments arguments) {
  const Val& map = arguments[0];
  Url url;
  url.scheme = TRY(text_at(map, "scheme"));
  url.host = TRY(text_at(map, "host"));
  url.path = TRY(text_at(map, "path"));
  url.query = TRY(text_at(map, "query"));
  url.opaque = TRY(text_at(map, "opaque"));
  url.fragment = TRY(text_at(map, "fragment"));
  const std::string user = TRY(text_at(map, "userinfo"));
  if (!user.empty()) {
    const auto with_user = Url::parse("proto://" + user + "@host");
    if (!with_user)
      return fail(
          invalid_argument("unable to parse userinfo in dict: {}", with_user.error().message));
    url.user = with_user->user;
  }
  return Val::string(url.text());
}

}  // namespace

void add_urls(Registry& registry) {
  registry.add({"urlParse"}, {&types::kString}, parse);
  registry.add({"urlJoin"}, {&types::kMap}, join);
  registry.add({"getHostByName"}, {&types::kString},
               [resolve = registry.environment.resolve](Arguments arguments) {
                 return Val::string(resolve ? resolve(arguments[0].text()) : "");
               });
}

}  // namespace gp::sprig
