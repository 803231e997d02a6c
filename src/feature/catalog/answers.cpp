#include "feature/catalog/answers.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "feature/catalog/catalog.hpp"
#include "feature/catalog/errors.hpp"

namespace gp::catalog {
namespace {

constexpr JsonStyle kWireStyle{.sort_members = false, .escape_html = false};
constexpr std::size_t kStreamedMin = 500;  // entities; fewer go in one piece

class EntityStream final : public net::Stream {
 public:
  EntityStream(std::vector<Value> entities, Projection projection)
      : entities_(std::move(entities)), projection_(std::move(projection)) {}

  Next pull(std::vector<net::Piece>& out, std::size_t bytes_wanted) override {
    if (is_done_) return Next::End;
    const std::size_t bytes = std::clamp<std::size_t>(bytes_wanted, 4096, 256U << 10U);
    std::string text;
    while (next_ < entities_.size() && text.size() < bytes) {
      text += next_ == 0 ? '[' : ',';
      append_json(text, projection_.apply(entities_[next_]), kWireStyle);
      entities_[next_++] = Value();
    }
    if (next_ == entities_.size()) {
      text += ']';
      is_done_ = true;
    }
    out.push_back(net::Piece::own(std::move(text)));
    return Next::Data;
  }
  void on_ready(std::function<void()>) override {}  // never waits

 private:
  std::vector<Value> entities_;
  Projection projection_;
  std::size_t next_ = 0;
  bool is_done_ = false;
};

}  // namespace

std::string to_wire(const Value& value) {
  return to_json(value, kWireStyle);
}

net::Response json_answer(int status, std::string json) {
  return net::Response::text(status, std::move(json), "application/json; charset=utf-8");
}

net::Response answer(const net::Request& request, const Value& value) {
  std::string json = to_wire(value);
  const std::string tag = fmt::format("W/\"{:x}-{}\"", json.size(), sha1_hex(json).substr(0, 27));
  if (request.headers.get("If-None-Match").find(tag) != std::string_view::npos) {
    return net::Response::empty(304).header("ETag", tag);
  }
  return json_answer(200, std::move(json)).header("ETag", tag);
}

net::Response answer_list(std::vector<Value> entities, Projection projection) {
  net::Response response = json_answer(200, "");
  response.body.clear();
  if (entities.size() >= kStreamedMin) {
    response.stream = std::make_unique<EntityStream>(std::move(entities), std::move(projection));
    return response;
  }
  std::string text = "[";
  for (const Value& entity : entities) {
    if (text.size() > 1) text += ',';
    append_json(text, projection.apply(entity), kWireStyle);
  }
  text += ']';
  response.body.push_back(net::Piece::own(std::move(text)));
  return response;
}

net::Handler guarded(Handle handle) {
  return [handle = std::move(handle)](net::Request& request) {
    auto response = handle(request);
    return response ? std::move(*response) : error_response(request, response.error());
  };
}

net::Response error_response(const net::Request& request, const Error& error,
                             std::string_view plugin) {
  const int status = status_of(error);
  std::string_view url = request.target;
  if (url.starts_with(plugin)) url.remove_prefix(plugin.size());
  Value body =
      Value::object({{"error", serialize_error(error)},
                     {"request", Value::object({{"method", request.method}, {"url", url}})},
                     {"response", Value::object({{"statusCode", status}})}});
  return json_answer(status, to_wire(body));
}

}  // namespace gp::catalog
