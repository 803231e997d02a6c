#include <doctest/doctest.h>

#include <set>

#include "base/context.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"
#include "base/worker_pool.hpp"

namespace {

const char* const kBase64[][2] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                                  {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xfb\xff", "+/8="}};

}  // namespace

TEST_CASE("base64: RFC 4648's examples, both ways") {
  for (const auto& [bytes, text] : kBase64) {
    CHECK(gp::base64_encode(bytes) == text);
    CHECK(gp::base64_decode(text).value() == bytes);
  }
  CHECK(gp::base64url_encode("\xfb\xff") == "-_8");
  CHECK(gp::base64url_decode("-_8").value() == "\xfb\xff");
  CHECK(gp::base64url_decode("-_8=").value() == "\xfb\xff");
}

TEST_CASE("base64: wrong padding, alphabet and left-over bits are refused") {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z", "Zh==", "Zm9 v", "-_8=", "Zg==Zg=="}) {
    CAPTURE(text);
    CHECK_FALSE(gp::base64_decode(text).has_value());
  }
}

TEST_CASE("hex and percent: both ways, and what is malformed is refused") {
  CHECK(gp::hex_encode("\x01\xff") == "01ff");
  CHECK(gp::hex_decode("01FF").value() == "\x01\xff");
  CHECK_FALSE(gp::hex_decode("0g").has_value());
  CHECK_FALSE(gp::hex_decode("0").has_value());

  CHECK(gp::percent_encode("a b/\u00e9~") == "a%20b%2F%C3%A9~");
  CHECK(gp::percent_decode("a%20b%2f+").value() == "a b/+");
  CHECK(gp::percent_decode("a+b", true).value() == "a b");
  CHECK(gp::percent_decode("%41").value() == "A");
  for (const char* text : {"%", "%4", "%zz", "a%2"})
    CHECK_FALSE(gp::percent_decode(text).has_value());
}

TEST_CASE("utf-8: surrogates, overlong forms and cut characters are not well formed") {
  CHECK(gp::is_utf8("a\u00e9\u20ac\U0001f600"));
  for (const char* text :
       {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80", "\xff"}) {
    CHECK_FALSE(gp::is_utf8(text));
  }
  CHECK(gp::replace_invalid_utf8("a\xff\u00e9") == "a\ufffd\u00e9");
  CHECK(gp::utf8_count("\u00e9\U0001f600x") == 3);

  std::string out;
  for (const char32_t c : {U'a', U'\u00e9', U'\u20ac', U'\U0001f600'}) gp::append_utf8(out, c);
  CHECK(out == "a\u00e9\u20ac\U0001f600");
}

TEST_CASE("digest: published vectors") {
  CHECK(gp::sha256_hex("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(gp::sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(gp::hex_encode(gp::sha512("abc")).starts_with("ddaf35a193617abacc417349ae204131"));
  CHECK(gp::hex_encode(gp::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(gp::crc32c("123456789") == 0xe3069283U);
  CHECK(gp::crc32c("56789", gp::crc32c("1234")) == 0xe3069283U);
  CHECK(gp::constant_time_equal("same", "same"));
  CHECK_FALSE(gp::constant_time_equal("same", "sane"));
  CHECK_FALSE(gp::constant_time_equal("same", "sam"));
}

TEST_CASE("ids: a version 4 UUID reads back and the same seed gives the same one") {
  gp::SeededRandom random(7);
  gp::SeededRandom same(7);
  const gp::Uuid uuid = gp::random_uuid(random);
  const std::string text = gp::format_uuid(uuid);
  gp::Uuid read{};

  CHECK(text[14] == '4');
  CHECK(gp::parse_uuid(text, read));
  CHECK(read == uuid);
  CHECK(gp::random_uuid(same) == uuid);
  for (const char* bad : {"", "123", "00000000-0000-0000-0000-00000000000g",
                          "00000000000000000000000000000000----"}) {
    CHECK_FALSE(gp::parse_uuid(bad, read));
  }
}

TEST_CASE("ids: system identifiers differ and use only their alphabet") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(gp::random_token(gp::system_random()));
  CHECK(seen.size() == 100);
  CHECK(seen.begin()->size() == 43);
  CHECK(gp::random_name_suffix(gp::system_random(), 200)
            .find_first_not_of("bcdfghjklmnpqrstvwxz2456789") == std::string::npos);
}

TEST_CASE("ids: below() stays below") {
  gp::SeededRandom random(1);
  std::array<int, 7> counts{};
  for (int i = 0; i < 7000; ++i) ++counts[random.below(7)];
  for (const int count : counts) CHECK(count > 800);
}

TEST_CASE("log: entries under the level are dropped, others reach the sink with their fields") {
  std::vector<std::string> lines;
  gp::log::set_sink([&](const gp::log::Entry& entry) {
    std::string line = fmt::format("{}/{}", entry.component, entry.message);
    for (const auto& field : entry.fields) line += fmt::format(" {}={}", field.key, field.value);
    lines.push_back(line);
  });

  gp::log::debug("store", "not shown");
  gp::log::warn("store", "could not checkpoint", {{"file", "a.db"}});
  gp::log::set_sink({});

  CHECK(lines == std::vector<std::string>{"store/could not checkpoint file=a.db"});
  gp::log::Level level{};
  CHECK(gp::log::parse_level("warn", level));
  CHECK_FALSE(gp::log::parse_level("loud", level));
}

TEST_CASE("worker pool: everything submitted runs before stop() returns") {
  std::atomic<int> done{0};
  gp::WorkerPool pool({.name = "test", .threads = 3});
  for (int i = 0; i < 100; ++i) CHECK(pool.submit([&] { ++done; }));

  pool.stop();

  CHECK(done == 100);
  CHECK_FALSE(pool.submit([] {}));
}

TEST_CASE("worker pool: a full queue refuses, and a task that throws harms nobody") {
  std::mutex gate;
  std::atomic<int> done{0};
  gp::WorkerPool pool({.name = "test", .threads = 1, .queue_max = 2});
  gp::log::set_sink([](const gp::log::Entry&) {});
  std::atomic<bool> entered{false};
  {
    const std::lock_guard closed(gate);
    CHECK(pool.submit([&] {
      entered = true;
      const std::lock_guard wait(gate);
      throw std::runtime_error("boom");
    }));
    while (!entered) std::this_thread::yield();
    CHECK(pool.submit([&] { ++done; }));
    CHECK(pool.submit([&] { ++done; }));
    CHECK_FALSE(pool.submit([&] { ++done; }));
    CHECK(pool.queued() == 2);
  }
  pool.wait_idle();
  gp::log::set_sink({});

  CHECK(done == 2);
}

TEST_CASE("context: says when time is up and when it was asked to stop") {
  gp::FakeClock clock;
  std::stop_source stop;
  const gp::Context context(clock, std::chrono::seconds(5), stop.get_token());

  CHECK(context.check().has_value());
  clock.advance(std::chrono::seconds(5));
  CHECK(context.check().error().code == gp::Code::DeadlineExceeded);
  stop.request_stop();
  CHECK(context.check().error().code == gp::Code::Cancelled);
  CHECK(gp::Context(clock).check().has_value());
}
