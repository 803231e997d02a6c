// The answers have the fields that answers.types says, from which the front end's types are made.

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/json.hpp"
#include "feature/portal/answers.hpp"
#include "feature/portal/objects.hpp"
#include "feature/portal/portal.hpp"
#include "platform/runtime/local_fixture.hpp"

using namespace gp;

namespace {

// The fields of a type: those that must be there, and all.
struct Fields {
  std::set<std::string> required, all;
};

Fields fields_of(std::string_view type) {
  std::ifstream file(GP_SOURCE_DIR "/src/feature/portal/answers.types");
  REQUIRE(file.good());
  Fields fields;
  bool is_inside = false;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(0, line.find(" : ")));
    std::string first, second, word;
    words >> first >> second;
    if (!line.starts_with(' ')) {
      is_inside = first == "type" && second == type;
      continue;
    }
    if (!is_inside) continue;
    fields.all.insert(first);
    while (words >> word) {
      if (word == "required") fields.required.insert(first);
    }
  }
  REQUIRE(!fields.all.empty());
  return fields;
}

void check_fields(const Value& answer, std::string_view type) {
  CAPTURE(type);
  CAPTURE(to_json(answer));
  const Fields fields = fields_of(type);
  for (const Value::Member& member : answer.members()) {
    const std::string name(member.key());
    CHECK_MESSAGE(fields.all.contains(name), name, " is not in answers.types");
  }
  for (const std::string& name : fields.required) {
    CHECK_MESSAGE(answer.contains(name), name, " is not in the answer");
  }
}

}  // namespace

TEST_CASE("portal answers: the status is what answers.types says") {
  FakeClock clock;
  runtime::Parts parts(clock);
  parts.report({.name = "store", .state = runtime::PartState::Ready, .summary = "3 objects"});
  config::Platform platform;
  platform.name = "tidewater";

  const Value status = portal::status_document(parts, &platform, "0.1.0", clock.now());

  check_fields(status, "PlatformStatus");
  check_fields(status["parts"].at(0), "Part");
  CHECK(status["name"] == Value("tidewater"));
  CHECK(status["parts"].at(0)["state"] == Value("ready"));
  CHECK(portal::status_document(parts, nullptr, "0.1.0", clock.now())["file"] == Value(""));
}

TEST_CASE("portal answers: every state of a part is one that the front end knows") {
  std::ifstream file(GP_SOURCE_DIR "/src/feature/portal/answers.types");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::string states;
  for (int state = 0; state <= static_cast<int>(runtime::PartState::Off); ++state) {
    if (!states.empty()) states += '|';
    states += runtime::part_state_name(static_cast<runtime::PartState>(state));
  }
  CHECK(text.find("enum=" + states + " ") != std::string::npos);
}

TEST_CASE("portal answers: a session, signed in or not") {
  FakeClock clock;
  portal::Sessions sessions({.token = "s3cret"}, clock);
  net::Request request;
  request.headers.set("Authorization", "Bearer s3cret");

  check_fields(*parse_json(sessions.show(request).body_text()), "Session");
}

TEST_CASE("portal answers: refusals, with and without a hint") {
  net::Request request;
  request.method = "GET";
  request.target = "/api/portal/counts?x=1";

  const Value plain =
      *parse_json(portal::refuse(request, 401, "AuthenticationError", "no").body_text());
  const Value hinted = *parse_json(
      portal::refuse(request, 503, "ServiceUnavailableError", "no", "wait").body_text());

  check_fields(plain, "ErrorAnswer");
  check_fields(plain["error"], "ErrorText");
  check_fields(hinted["error"], "ErrorText");
  check_fields(plain["request"], "ErrorRequest");
  check_fields(plain["response"], "ErrorResponse");
  CHECK(plain["request"]["url"] == Value("/counts?x=1"));
}

TEST_CASE("portal answers: what went wrong inside is 503 when it may pass, 500 otherwise") {
  const net::Request request;
  CHECK(portal::refuse(request, deadline_exceeded("the store is busy")).status == 503);
  CHECK(portal::refuse(request, internal_error("a bug")).status == 500);
}

TEST_CASE_FIXTURE(runtime::LocalFixture, "portal answers: counts and found objects") {
  create(core("Namespace", "", "shop"));

  const auto counts = portal::count_objects(kinds, cluster, context);
  const auto found = portal::find_objects(kinds, cluster, context, "shop", 5);

  REQUIRE(counts);
  REQUIRE(found);
  check_fields(*counts, "ObjectCounts");
  check_fields(*found, "FoundObjects");
  check_fields((*found)["items"].at(0), "FoundObject");
}
