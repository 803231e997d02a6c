#include "engine/spdy/session.hpp"

#include <doctest/doctest.h>

using namespace gp;
using spdy::Headers;
using spdy::StreamId;

namespace {

// Two ends, and a note of what each was told.
struct Pair {
  std::vector<std::string> server_notes, client_notes;
  spdy::Session server{spdy::Role::Server, events(server_notes), {.streams_max = 4}};
  spdy::Session client{spdy::Role::Client, events(client_notes)};

  static spdy::Events events(std::vector<std::string>& notes) {
    spdy::Events made;
    made.on_stream = [&](StreamId id, const Headers& headers) {
      notes.push_back(fmt::format("open {} {}", id, spdy::header(headers, "streamtype")));
    };
    made.on_reply = [&](StreamId id, const Headers& headers) {
      notes.push_back(fmt::format("reply {} {}", id, spdy::header(headers, "x")));
    };
    made.on_data = [&](StreamId id, std::string_view data) {
      notes.push_back(data.size() > 20 ? fmt::format("data {} of {} bytes", id, data.size())
                                       : fmt::format("data {} {}", id, data));
    };
    made.on_end = [&](StreamId id) { notes.push_back(fmt::format("end {}", id)); };
    made.on_reset = [&](StreamId id) { notes.push_back(fmt::format("reset {}", id)); };
    made.on_go_away = [&] { notes.push_back("go away"); };
    return made;
  }
  void to_server() { REQUIRE(server.receive(client.take_output())); }
  void to_client() { REQUIRE(client.receive(server.take_output())); }
};

using Notes = std::vector<std::string>;

std::string bytes(std::initializer_list<int> list) {
  std::string out;
  for (const int byte : list) out += static_cast<char>(byte);
  return out;
}

}  // namespace

TEST_CASE("spdy: a stream is opened, answered, used and ended by both") {
  Pair pair;
  const StreamId id = pair.client.open({{"streamtype", "data"}, {"port", "80"}}, false);
  pair.client.send(id, "hello");
  pair.to_server();
  pair.server.reply(id, {{"x", "y"}});
  pair.server.send(id, "welcome");
  pair.server.end(id);
  pair.to_client();
  pair.client.end(id);
  pair.to_server();

  CHECK(pair.server_notes == Notes{"open 1 data", "data 1 hello", "end 1"});
  CHECK(pair.client_notes == Notes{"reply 1 y", "data 1 welcome", "end 1"});
  CHECK(pair.server.streams() == 0);
  CHECK(pair.client.streams() == 0);
}

TEST_CASE("spdy: bytes may come in any pieces") {
  Pair pair;
  const StreamId id = pair.client.open({{"streamtype", "data"}}, false);
  pair.client.send(id, "abc");
  pair.client.end(id);
  for (const char byte : pair.client.take_output()) {
    REQUIRE(pair.server.receive(std::string_view(&byte, 1)));
  }

  CHECK(pair.server_notes == Notes{"open 1 data", "data 1 abc", "end 1"});
}

TEST_CASE("spdy: the compression goes on over several streams") {
  Pair pair;
  for (const char* type : {"error", "data", "error"}) {
    pair.client.open({{"streamtype", type}, {"port", "8080"}, {"requestid", "7"}}, false);
    pair.to_server();
  }

  CHECK(pair.server_notes == Notes{"open 1 error", "open 3 data", "open 5 error"});
}

TEST_CASE("spdy: large data goes in frames, and too many streams are refused") {
  Pair pair;
  const StreamId id = pair.client.open({}, false);
  pair.client.send(id, std::string(100'000, 'x'));
  for (int i = 0; i < 4; ++i) pair.client.open({}, false);
  pair.to_server();
  pair.to_client();

  CHECK(pair.server_notes[1] == "data 1 of 65536 bytes");
  CHECK(pair.server_notes[2] == "data 1 of 34464 bytes");
  CHECK(pair.client_notes == Notes{"reset 9"});
}

TEST_CASE("spdy: pings are answered, resets end a stream, late data is dropped") {
  Pair pair;
  const StreamId id = pair.client.open({}, false);
  pair.client.ping();
  pair.to_server();
  const std::string pong = pair.server.take_output();
  CHECK(pong == bytes({0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1}));

  pair.server.reset(id, spdy::ResetStatus::Cancel);
  pair.client.send(id, "late");
  pair.to_server();
  pair.to_client();
  CHECK(pair.client_notes == Notes{"reset 1"});
  CHECK(pair.server_notes == Notes{"open 1 "});
}

TEST_CASE("spdy: what is no SPDY is refused") {
  const auto refusal = [](const std::string& text) {
    spdy::Session session(spdy::Role::Server, {});
    const auto done = session.receive(text);
    return done ? std::string() : done.error().message;
  };

  CHECK(refusal("GET / HTTP/1.1\r\n") == "SPDY: a frame is too large");
  CHECK(refusal(bytes({0x80, 2, 0, 1, 0, 0, 0, 0})) == "SPDY: not version 3");
  CHECK(refusal(bytes({0x80, 3, 0, 1, 0, 0xff, 0, 0})) == "SPDY: a frame is too large");
  CHECK(refusal(bytes({0x80, 3, 0, 1, 0, 0, 0, 2, 0, 0})) == "SPDY: a SYN_STREAM is cut short");
  CHECK(refusal(bytes({0x80, 3, 0, 1, 0, 0, 0, 11, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 9})) ==
        "SPDY: a wrong stream id");
  CHECK(refusal(bytes({0x80, 3, 0, 1, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9, 9})) ==
        "headers do not decompress");
  CHECK(refusal(bytes({0, 0, 0, 9, 0, 0, 0, 0})) == "SPDY: an unknown stream");
}

TEST_CASE("spdy: a header block that grows without end is refused") {
  spdy::HeaderWriter writer;
  spdy::HeaderReader reader;
  const std::string block = writer.write({{"bomb", std::string(1U << 20U, 'a')}});

  CHECK(block.size() < 8192);
  const auto refused = reader.read(block);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "a header block above 16384 bytes");
}
