#include "engine/sprig/sprig.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"

namespace gp::sprig {
namespace {

using tmpl::Val;

// What a template prints with `document` as its dot: 2023-11-14T22:13:20Z, the same chance always.
std::string render(const std::string& text, std::string_view document = "{}",
                   const tmpl::Limits& limits = {}) {
  FakeClock clock;
  SeededRandom random(7);
  tmpl::FunctionTable functions;
  add_functions(functions, {.clock = &clock, .random = &random, .resolve = {}});
  tmpl::TemplateSet set(&functions);
  if (auto parsed = set.parse("t", text); !parsed) return "error: " + parsed.error().message;
  auto data = parse_json(document);
  REQUIRE(data);
  auto out = set.execute("t", Val::from_value(*data), limits);
  if (out) return *out;
  const std::string& message = out.error().message;
  const std::size_t call = message.find("error calling");
  return "error: " + (call == std::string::npos ? message : message.substr(call));
}

std::string run(const TextCase& test) {
  return render(test.field("template"), test.has("data") ? test.field("data") : "{}");
}

}  // namespace

TEST_CASE("functions print what their cases say") {
  for (const char* file : {"strings", "math", "lists", "dicts", "dates", "texts", "versions"}) {
    const std::string path =
        std::string(GP_SOURCE_DIR) + "/src/engine/sprig/testdata/" + file + ".txt";
    for (const std::string& failure : run_text_cases(path, run)) FAIL_CHECK(failure);
  }
}

TEST_CASE("random texts have the length and the characters asked for") {
  CHECK(render("{{ randAlpha 40 | regexMatch `^[a-zA-Z]{40}$` }}") == "true");
  CHECK(render("{{ randNumeric 40 | regexMatch `^[0-9]{40}$` }}") == "true");
  CHECK(render("{{ randAscii 40 | len }} {{ randBytes 10 | b64dec | len }}") == "40 10");
  CHECK(render("{{ uuidv4 | regexMatch `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]` }}") ==
        "true");
  CHECK(render("{{ randAlphaNum -1 }}|{{ shuffle `aaa` }}") == "|aaa");
}

TEST_CASE("the same seed gives the same text") {
  CHECK(render("{{ randAlphaNum 20 }}") == render("{{ randAlphaNum 20 }}"));
}

TEST_CASE("passwords are hashed as bcrypt and derived as Master Password does") {
  CHECK(render("{{ bcrypt `secret` | regexMatch `^\\$2a\\$10\\$.{53}$` }}") == "true");
  CHECK(render("{{ htpasswd `ann` `secret` | hasPrefix `ann:$2a$10$` }}") == "true");
  CHECK(render("{{ derivePassword 1 `pin` `password` `user` `example.com` }}") == "6685");
}

TEST_CASE("what AES encrypts it decrypts, and nothing else") {
  CHECK(render("{{ encryptAES `key` `some text` | decryptAES `key` }}") == "some text");
  CHECK(render("{{ decryptAES `key` `AAAA` }}") ==
        "error: error calling decryptAES: runtime error: slice bounds out of range [:16] with "
        "capacity 3");
}

TEST_CASE("a certificate authority signs certificates that name it") {
  CHECK(render("{{ $ca := genCAWithKey `root` 10 (genPrivateKey `ecdsa`) -}}"
               "{{ $c := genSignedCertWithKey `leaf` (list `10.0.0.1` `::1`) (list `a.test`) 10 $ca"
               " (genPrivateKey `ed25519`) -}}"
               "{{ $c.Cert | hasPrefix `-----BEGIN CERTIFICATE-----` }} "
               "{{ $c.Key | hasPrefix `-----BEGIN PRIVATE KEY-----` }} "
               "{{ (buildCustomCert (b64enc $c.Cert) (b64enc $c.Key)).Cert | eq $c.Cert }} "
               "{{ kindOf $c }} {{ typeOf $c }}") == "true true true struct sprig.certificate");
}

TEST_CASE("certificates refuse what is no address, no name and no key") {
  CHECK(render("{{ genSelfSignedCertWithKey `a` (list 5) (list) 1 (genPrivateKey `ecdsa`) }}") ==
        "error: error calling genSelfSignedCertWithKey: error parsing ip: 5 is not a string");
  CHECK(render("{{ genCAWithKey `a` 1 `` }}") ==
        "error: error calling genCAWithKey: parsing private key: no PEM data in input");
  CHECK(render("{{ genPrivateKey `rot13` }}") == "Unknown type rot13");
}

TEST_CASE("names are looked up only where the host lets them") {
  CHECK(render("{{ getHostByName `example.test` }}|") == "|");
}

TEST_CASE("what one call may make is limited") {
  CHECK(render("{{ repeat 100000000 `ab` }}").contains("larger than"));
  CHECK(render("{{ until 100000000 }}").contains("more than"));
  CHECK(render("{{ indent 100000000 `a` }}").contains("larger than"));
  CHECK(render("{{ seq 100000000 }}").contains("more than"));
}

TEST_CASE("a text that doubles in a loop ends at the limit on what functions make") {
  tmpl::Limits limits;
  limits.made_bytes = 1 << 20;
  const std::string text =
      render("{{ $s := `ab` }}{{ range until 40 }}{{ $s = cat $s $s }}{{ end }}", "{}", limits);
  CHECK(text.contains("made more than 1048576 bytes"));
}

TEST_CASE("maps that hold themselves end in an error or stop, never in a loop") {
  constexpr std::string_view kSelf = "{{ $m := dict }}{{ $_ := set $m `self` $m }}";
  CHECK(render(std::string(kSelf) + "{{ deepCopy $m }}").contains("nested more than"));
  CHECK(render(std::string(kSelf) + "{{ mustToJson $m }}").contains("cycle"));
  CHECK(render(std::string(kSelf) + "{{ deepEqual $m $m }}") == "true");
  CHECK(render(std::string(kSelf) + "{{ merge (dict) $m | len }}") == "1");
}

}  // namespace gp::sprig
