#include "app/commands/portal_client.hpp"

#include "adapter/files/files.hpp"
#include "adapter/http_client/http_client.hpp"
#include "app/data_dir.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace gp::app {
namespace {

constexpr std::size_t kSmallBytesMax = 64U << 10U;
constexpr std::size_t kAnswerBytesMax = 256U << 20U;
constexpr auto kTimeout = std::chrono::seconds(30);

}  // namespace

Result<Value> get_from_portal(const Connection& connection, const std::string& path) {
  const std::string dir = choose_data_dir(connection.data);
  const auto addresses = files::read_file(dir + "/addresses.json", kSmallBytesMax);
  const auto token = files::read_file(dir + "/portal-token", kSmallBytesMax);
  if (!addresses || !token) {
    return fail(
        unavailable("no platform runs from {}", dir)
            .with_hint("start one with `goldenpath up`, or name its data folder with --data"));
  }
  const Value where = TRY(parse_json(*addresses));

  http::Client client;
  http::ClientRequest request;
  request.url = where["portal"].string() + path;
  request.headers.emplace_back("Authorization", fmt::format("Bearer {}", trimmed(*token)));
  request.body_bytes_max = kAnswerBytesMax;
  auto answer = client.send(Context(system_clock(), kTimeout), request);
  if (!answer) {
    Error error = std::move(answer).error();
    error.code = Code::Unavailable;
    return fail(std::move(error).with_hint(
        "it seems to have stopped: start it again with `goldenpath up`"));
  }
  auto body = parse_json(answer->body, {.bytes_max = kAnswerBytesMax});
  if (answer->status == 200) return body;
  if (answer->status == 404 && body && !(*body)["error"]["message"].empty())
    return fail(not_found("{}", (*body)["error"]["message"].text()));
  return fail(unavailable("{} answered {}", request.url, answer->status)
                  .with_hint("another program may be listening there now"));
}

}  // namespace gp::app
