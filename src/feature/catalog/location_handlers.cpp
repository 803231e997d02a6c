#include "feature/catalog/location_handlers.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/params.hpp"
#include "feature/catalog/query.hpp"
#include "feature/catalog/targets.hpp"
#include "feature/catalog/validate.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kPageDefault = 1'000;

Value wire(const SourceRecord& source) {
  return Value::object({{"id", source.id},
                        {"type", source.location.type},
                        {"target", source.location.target},
                        {"entityRef", source.entity_ref()}});
}

Result<LocationRef> location_in(const Value& body) {
  LocationRef location;
  location.type = TRY(string_member(body, "type"));
  location.target = TRY(string_member(body, "target"));
  for (const auto& [name, value] :
       {std::pair("type", &location.type), std::pair("target", &location.target)}) {
    if (value->empty()) {
      return fail(
          named_error("InputError",
                      fmt::format("request/body/{} must NOT have fewer than 1 characters", name)));
    }
  }
  if (location.type != "url") {
    return fail(
        named_error("InputError", "Registered locations must be of an allowed type [\"url\"]"));
  }
  return location;
}

net::Response created(const SourceRecord& source) {
  return json_answer(
      201, to_wire(Value::object({{"location", wire(source)}, {"entities", Value::array()}})));
}

net::Response refused(const std::vector<Error>& errors) {
  Value listed = Value::array();
  for (const Error& error : errors) listed.push_back(serialize_error(error));
  return json_answer(400, to_wire(Value::object({{"errors", std::move(listed)}})));
}

// What is common to both ways of asking: the envelope, and where it would stand.
Result<Value> entity_to_validate(const Value& body) {
  const Value& entity = body["entity"];
  TRY(check_envelope(entity));
  const std::string location = TRY(string_member(body, "location"));
  const LocationRef ref = TRY(parse_location_ref(location));
  if (ref.type != "url") {
    return fail(named_error("TypeError", fmt::format("Invalid location ref {}, only 'url:<target>' "
                                                     "is supported, e.g. url:https://host/path",
                                                     location)));
  }
  Value annotated = entity;
  Value& annotations = annotated.edit("metadata").edit("annotations");
  if (annotations.is_null() || annotations.is_object()) {
    annotations.set(kManagedBy, location);
    annotations.set(kManagedByOrigin, location);
  }
  return annotated;
}

std::string repository_name(std::string_view url) {
  std::string_view path = url.substr(0, url.find_first_of("?#"));
  if (const auto scheme = path.find("://"); scheme != std::string_view::npos) {
    path.remove_prefix(scheme + 3);
  }
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  std::string_view name = parts.size() > 2 ? parts[2] : parts.empty() ? "component" : parts.back();
  if (name.ends_with(".git")) name.remove_suffix(4);
  std::string clean;
  for (const char c : name) {
    const bool is_fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_fine || (!clean.empty() && (c == '-' || c == '_' || c == '.'))) clean += c;
  }
  return clean.empty() ? "component" : clean.substr(0, 63);
}

}  // namespace

Result<net::Response> LocationHandlers::list(net::Request& request) {
  Value all = Value::array();
  for (const SourceRecord& source : engine_.registered()) {
    all.push_back(Value::object({{"data", wire(source)}}));
  }
  return answer(request, all);
}

Result<net::Response> LocationHandlers::get(net::Request& request) {
  const auto source = engine_.registered(request.path_part("id"));
  if (source) return answer(request, wire(*source));
  return fail(named_error("NotFoundError",
                          fmt::format("Found no location with ID {}", request.path_part("id"))));
}

Result<net::Response> LocationHandlers::add(net::Request& request) {
  const Value body = TRY(json_body(request, {"type", "target"}));
  const LocationRef location = TRY(location_in(body));
  const bool is_dry = TRY(boolean_parameter(request, "dryRun", false));
  if (is_dry) {
    const DryRun run = TRY(engine_.dry_run(location));
    Value entities = Value::array();
    for (const Value& entity : run.entities) entities.push_back(entity);
    SourceRecord source{location.text(), location, generated_name(location), true};
    return json_answer(
        201, to_wire(Value::object(
                 {{"exists", run.exists}, {"location", wire(source)}, {"entities", entities}})));
  }
  if (request.query.get("onConflict") == "refresh") {
    if (const auto existing = engine_.registered(location)) {
      engine_.refresh(existing->entity_ref());
      return created(*existing);
    }
  }
  const SourceRecord source = TRY(engine_.add(location));
  return created(source);
}

Result<net::Response> LocationHandlers::change(net::Request& request) {
  const Value body = TRY(json_body(request, {"type", "target"}));
  const LocationRef location = TRY(location_in(body));
  const SourceRecord source = TRY(engine_.change(request.path_part("id"), location));
  return answer(request, wire(source));
}

Result<net::Response> LocationHandlers::remove(net::Request& request) {
  TRY(engine_.remove(request.path_part("id")));
  return net::Response::empty(204);
}

// The cursor is the number of locations already seen and the query they were seen under.
Result<net::Response> LocationHandlers::by_query(net::Request& request) {
  const Value body = TRY(json_body(request));
  const std::size_t limit = TRY(integer_member(body, "limit")).value_or(kPageDefault);
  Value predicate = body.contains("query") ? body["query"] : Value::object();
  std::size_t offset = 0;
  const std::string text = TRY(string_member(body, "cursor"));
  if (!text.empty()) {
    const auto decoded = base64_decode(text);
    const auto cursor = decoded ? parse_json(*decoded) : fail(Error(decoded.error()));
    if (!cursor || !(*cursor)["offset"].is_integer()) {
      return fail(named_error("InputError", "Malformed cursor: could not be parsed"));
    }
    offset = static_cast<std::size_t>((*cursor)["offset"].unsigned_integer());
    predicate = (*cursor)["query"];
  }
  const Query query = TRY(parse_predicate(predicate));
  std::vector<Value> matching;
  for (const SourceRecord& source : engine_.registered()) {
    if (Value one = wire(source); matches(query, one)) matching.push_back(std::move(one));
  }
  Value items = Value::array();
  const std::size_t end = std::min(matching.size(), offset + limit);
  for (std::size_t i = offset; i < end; ++i) items.push_back(matching[i]);
  Value info = Value::object();
  if (end < matching.size() && limit > 0) {
    const Value cursor = Value::object(
        {{"offset", static_cast<std::uint64_t>(end)}, {"query", std::move(predicate)}});
    info.set("nextCursor", base64_encode(to_json(cursor)));
  }
  return answer(request, Value::object({{"items", std::move(items)},
                                        {"totalItems", static_cast<std::uint64_t>(matching.size())},
                                        {"pageInfo", std::move(info)}}));
}

Result<net::Response> LocationHandlers::by_entity(net::Request& request) {
  const std::string ref =
      lower(fmt::format("{}:{}/{}", request.path_part("kind"), request.path_part("namespace"),
                        request.path_part("name")));
  const std::string origin = engine_.serving().read([&](const SearchIndex& index) {
    const auto slot = index.find(ref);
    return slot ? annotation(index.entity(*slot), kManagedByOrigin).string() : std::string();
  });
  if (origin.empty()) {
    return fail(named_error("NotFoundError", fmt::format("found no entity for ref {}", ref)));
  }
  const LocationRef location = TRY(parse_location_ref(origin));
  if (const auto source = engine_.registered(location)) return answer(request, wire(*source));
  return fail(named_error(
      "NotFoundError",
      fmt::format("Found no location with type {} and target {}", location.type, location.target)));
}

Result<net::Response> LocationHandlers::refresh(net::Request& request) {
  const Value body = TRY(json_body(request, {"entityRef"}));
  const std::string ref = TRY(string_member(body, "entityRef"));
  const EntityRef parsed = TRY(parse_entity_ref(ref));
  if (engine_.refresh(parsed.text())) return net::Response::empty(200);
  return fail(named_error("NotFoundError", fmt::format("Entity {} not found", parsed.text())));
}

Result<net::Response> LocationHandlers::validate(net::Request& request) {
  const Value body = TRY(json_body(request));
  auto entity = entity_to_validate(body);
  if (!entity) return refused({entity.error()});
  const Outcome outcome = engine_.process(*entity);
  if (!outcome.errors.empty()) return refused(outcome.errors);
  return net::Response::empty(200);
}

Result<net::Response> LocationHandlers::analyze(net::Request& request) {
  const Value body = TRY(json_body(request, {"location"}));
  const std::string target = body["location"]["target"].string();
  if (!target.starts_with("http://") && !target.starts_with("https://")) {
    return fail(
        named_error("InputError", fmt::format("location target \"{}\" is not a URL", target)));
  }
  Value metadata = Value::object({{"name", repository_name(target)}});
  constexpr std::string_view kGitHub = "https://github.com/";
  if (target.starts_with(kGitHub)) {
    const std::string_view path = std::string_view(target).substr(kGitHub.size());
    const auto owner = path.find('/');
    if (owner != std::string_view::npos) {
      std::string_view slug = path.substr(0, path.find_first_of("/?#", owner + 1));
      if (slug.ends_with(".git")) slug.remove_suffix(4);
      metadata.set("annotations", Value::object({{"github.com/project-slug", slug}}));
    }
  }
  const Value entity =
      Value::object({{"apiVersion", "backstage.io/v1alpha1"},
                     {"kind", "Component"},
                     {"metadata", std::move(metadata)},
                     {"spec", Value::object({{"type", "other"}, {"lifecycle", "unknown"}})}});
  const Value proposal = Value::object({{"entity", entity}, {"fields", Value::array()}});
  return answer(request, Value::object({{"existingEntityFiles", Value::array()},
                                        {"generateEntities", Value::array({proposal})}}));
}

Value permissions_metadata() {
  const auto permission = [](std::string_view name, std::string_view action, bool of_entity) {
    Value one = Value::object({{"type", of_entity ? "resource" : "basic"},
                               {"name", name},
                               {"attributes", Value::object({{"action", action}})}});
    if (of_entity) one.set("resourceType", "catalog-entity");
    return one;
  };
  return Value::object(
      {{"permissions", Value::array({permission("catalog.entity.read", "read", true),
                                     permission("catalog.entity.create", "create", false),
                                     permission("catalog.entity.delete", "delete", true),
                                     permission("catalog.entity.refresh", "update", true),
                                     permission("catalog.entity.validate", "read", false),
                                     permission("catalog.location.read", "read", false),
                                     permission("catalog.location.create", "create", false),
                                     permission("catalog.location.delete", "delete", false),
                                     permission("catalog.location.analyze", "read", false)})},
       {"rules", Value::array()}});
}

}  // namespace gp::catalog
