// SPDY/3.1 from a hostile peer: bytes in any pieces, at bounded memory; what is answered can be
// read by a peer of ours.

#include "engine/spdy/session.hpp"

#include <algorithm>

#include "fuzz_input.hpp"

using gp::spdy::Role;
using gp::spdy::Session;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] % 64;  // how the bytes come in
  std::string_view text = gp::fuzz::text_of(data + 1, size - 1);

  constexpr std::size_t kStreamsMax = 8;
  Session* current = nullptr;
  gp::spdy::Events events;
  events.on_stream = [&](gp::spdy::StreamId id, const gp::spdy::Headers& headers) {
    current->reply(id, headers);
    current->send(id, "hello");
  };
  events.on_data = [&](gp::spdy::StreamId id, std::string_view bytes) {
    GP_CHECK(current->is_open(id), "data comes on open streams only");
    current->send(id, bytes);
  };
  events.on_end = [&](gp::spdy::StreamId id) { current->end(id); };
  Session server(Role::Server, std::move(events),
                 {.frame_bytes_max = 4096, .streams_max = kStreamsMax});
  current = &server;

  std::string answered;
  while (!text.empty()) {
    const auto received = server.receive(text.substr(0, piece));
    answered += server.take_output();
    if (!received) break;
    GP_CHECK(server.streams() <= kStreamsMax, "streams are limited");
    text.remove_prefix(std::min(piece, text.size()));
  }
  Session client(Role::Client, {});
  for (std::size_t i = 0; i < 64; ++i) client.open({}, false);
  client.take_output();
  (void)client.receive(answered);
  return 0;
}
