#pragma once
// An API server over a store of its own, spoken to as a client does: requests in, answers out. In
// one process, without sockets; time moves when the test says so.

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/yaml.hpp"
#include "platform/api/api_server.hpp"

namespace gp::api {

struct Answer {
  int status = 0;
  net::Headers headers;
  std::string text;
  Value json;  // null when the body is none

  const Value& operator[](std::string_view member) const { return json[member]; }
  std::string_view message() const { return json["message"].text(); }
  // `404 NotFound: configmaps "a" not found`: what a test wants to see of a Status.
  std::string failure() const {
    return fmt::format("{} {}: {}", status, json["reason"].text(), message());
  }
};

// A watch in the hands of a client: what came since the last look.
class Watching {
 public:
  explicit Watching(net::Response response) : response_(std::move(response)) {
    if (response_.stream) response_.stream->on_ready([] {});
  }

  std::vector<Value> events() {
    std::vector<net::Piece> pieces = std::exchange(response_.body, {});
    while (response_.stream && !is_over_) {
      const auto next = response_.stream->pull(pieces, 64U << 10U);
      is_over_ = next == net::Stream::Next::End;
      if (next != net::Stream::Next::Data) break;
    }
    std::string text;
    for (const net::Piece& piece : pieces) text += piece.bytes;
    std::vector<Value> events;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      REQUIRE_MESSAGE(end != std::string::npos, "an event ends with its line");
      const auto parsed = parse_json(std::string_view(text).substr(at, end - at));
      REQUIRE(parsed);
      events.push_back(*parsed);
      at = end + 1;
    }
    return events;
  }
  // "ADDED a, MODIFIED a"; bookmarks and errors by their type alone.
  std::string heard() {
    std::string line;
    for (const Value& event : events()) {
      if (!line.empty()) line += ", ";
      line += event["type"].text();
      const std::string_view name = event["object"]["metadata"]["name"].text();
      if (!name.empty()) line += fmt::format(" {}", name);
    }
    return line;
  }
  bool is_over() const { return is_over_ || !response_.stream; }
  int status() const { return response_.status; }

 private:
  net::Response response_;
  bool is_over_ = false;
};

struct ApiFixture {
  using Header = std::pair<std::string_view, std::string_view>;

  ApiFixture() {
    object::add_builtin_kinds(kinds);
    store::StoreOptions options;
    options.path = ":memory:";
    options.selectable_fields = [this](std::string_view resource) {
      const KindPtr kind = kinds.find_resource(resource);
      return kind ? kind->selectable_fields : std::vector<std::string>();
    };
    auto opened = store::Store::open(std::move(options), clock);
    REQUIRE(opened);
    store = std::move(*opened);
    verbs = std::make_unique<Verbs>(*store, kinds, clock, random);
    authentication.add_token("admin", {"admin", "", {"system:masters"}, {}});
    authentication.add_token("carol", {"carol", "u-1", {"dev", "system:authenticated"}, {}});
    server = std::make_unique<ApiServer>(*verbs, authentication, random);
    put_in("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}", "/api/v1/namespaces");
  }

  // `target`: path and query. Whoever `token` says asks; headers of the test win over ours.
  net::Response respond(std::string_view method, std::string_view target, std::string body,
                        std::initializer_list<Header> headers) {
    net::Request request;
    request.method = method;
    request.target = target;
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string_view::npos) {
      auto query = net::Query::parse(target.substr(mark + 1));
      REQUIRE(query);
      request.query = std::move(*query);
    }
    request.body = std::move(body);
    request.headers.set("Authorization", "Bearer " + token);
    for (const auto& [name, value] : headers) {
      if (name == "Impersonate-Group") {
        request.headers.add(name, value);
      } else {
        request.headers.set(name, value);
      }
    }
    if (auto quick = server->quick(request)) return std::move(*quick);
    return server->handle(request);
  }

  Answer ask(std::string_view method, std::string_view target, std::string body = {},
             std::initializer_list<Header> headers = {}) {
    const net::Response response = respond(method, target, std::move(body), headers);
    Answer answer{response.status, response.headers, response.body_text(), {}};
    if (auto parsed = parse_json(answer.text)) answer.json = std::move(*parsed);
    return answer;
  }
  Answer get(std::string_view target, std::initializer_list<Header> headers = {}) {
    return ask("GET", target, {}, headers);
  }
  // Bodies are written in YAML's short form, and sent as the JSON that clients send.
  Answer post(std::string_view target, std::string_view yaml,
              std::initializer_list<Header> headers = {}) {
    return ask("POST", target, json_of(yaml), headers);
  }
  Answer put(std::string_view target, std::string_view yaml) {
    return ask("PUT", target, json_of(yaml));
  }
  Answer patch(std::string_view target, std::string_view type, std::string_view yaml) {
    return ask("PATCH", target, json_of(yaml), {{"Content-Type", type}});
  }
  Answer remove(std::string_view target, std::string_view yaml = {}) {
    return ask("DELETE", target, yaml.empty() ? std::string() : json_of(yaml));
  }
  Watching watch(std::string_view target, std::initializer_list<Header> headers = {}) {
    return Watching(respond("GET", target, {}, headers));
  }

  Value put_in(std::string_view yaml, std::string_view collection) {
    Answer answer = post(collection, yaml);
    REQUIRE_MESSAGE(answer.status == 201, answer.text);
    return std::move(answer.json);
  }
  Value config_map(std::string_view name, std::string_view data = "{a: '1'}") {
    return put_in(fmt::format("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {}}}, "
                              "data: {}}}",
                              name, data),
                  kMaps);
  }

  static std::string json_of(std::string_view yaml) {
    const auto parsed = parse_yaml(yaml);
    REQUIRE_MESSAGE(parsed, (parsed ? "" : parsed.error().message));
    return to_json(*parsed);
  }
  static std::string names_of(const Value& list) {
    std::string line;
    for (const Value& item : list["items"].items()) {
      if (!line.empty()) line += ' ';
      line += item["metadata"]["name"].text();
    }
    return line;
  }
  static std::string revision_of(const Value& object) {
    return object["metadata"]["resourceVersion"].string();
  }

  static constexpr std::string_view kMaps = "/api/v1/namespaces/shop/configmaps";

  FakeClock clock;
  SeededRandom random{7};
  object::KindRegistry kinds;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Verbs> verbs;
  Authentication authentication;
  std::unique_ptr<ApiServer> server;
  std::string token = "admin";
};

}  // namespace gp::api
