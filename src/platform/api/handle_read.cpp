#include "platform/api/exchange.hpp"
#include "platform/api/list_query.hpp"
#include "platform/api/status.hpp"
#include "platform/api/watch_stream.hpp"

namespace gp::api {
namespace {

using net::Response;

Result<IncludeObject> include_of(const net::Request& request) {
  const std::string_view text = request.query.get("includeObject");
  if (text.empty() || text == "Metadata") return IncludeObject::Metadata;
  if (text == "None") return IncludeObject::None;
  if (text == "Object") return IncludeObject::Object;
  return fail(status::bad_request(fmt::format("unrecognized includeObject value: \"{}\"", text)));
}

// The token to continue behind the last object of a page.
std::string continue_behind(const store::Listed& listed) {
  if (!listed.has_more || listed.objects.empty()) return {};
  const object::Object& last = *listed.objects.back();
  return make_continue_token(listed.revision, fmt::format("{}/{}", last.ns(), last.name()));
}

}  // namespace

Result<Rendering> rendering_of(const Exchange& exchange) {
  const auto accepted = negotiate(exchange.request, Views::All);
  if (!accepted) return fail(status::not_acceptable(kRepresentations));
  Rendering rendering{*accepted, IncludeObject::Metadata, exchange.services.clock.now()};
  rendering.include = TRY(include_of(exchange.request));
  return rendering;
}

// GET …/RESOURCE/NAME[/status|/scale]
Result<Response> handle_get(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  const ObjectRef object = TRY(exchange.services.verbs.get(exchange.target()));
  return render_object(200, *exchange.kind, object, rendering);
}

// GET …/RESOURCE
Result<Response> handle_list(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  const Verbs& verbs = exchange.services.verbs;
  const ListQuery query = TRY(parse_list_query(exchange.request.query, verbs.store().revision()));
  auto listed = verbs.list(exchange.target(), query.to_options());
  if (!listed && listed.error().code == Code::Gone && query.is_continued) {
    return fail(expired_continue(query.continue_after));
  }
  if (!listed) return fail(std::move(listed.error()));
  const std::string token = continue_behind(*listed);
  return render_list(*exchange.kind, std::move(*listed), token, query.has_selector(), rendering);
}

// GET …?watch=true. What has gone wrong with the history is told inside a 200, as clients expect.
Result<Response> handle_watch(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  Services& services = exchange.services;
  Target target = exchange.target();
  const WatchQuery query = TRY(
      parse_watch_query(exchange.request.query, exchange.info.is_collection ? "" : target.name));
  target.name.clear();

  Response response;
  response.headers.set("Content-Type", "application/json");
  auto start = start_watch(services.verbs, target, query);
  if (!start && start.error().code == Code::Gone) {
    EventWriter::append_error(response.body, start.error());
    return response;
  }
  if (!start) return fail(std::move(start.error()));
  response.stream = std::make_unique<WatchStream>(
      std::move(*start), query, EventWriter(exchange.kind, rendering, services.clock),
      services.clock, services.random);
  return response;
}

}  // namespace gp::api
