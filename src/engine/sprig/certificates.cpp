// genPrivateKey, genCA and the certificates that it signs.

#include "engine/sprig/base_text.hpp"
#include "engine/sprig/certificate.hpp"
#include "engine/sprig/registry.hpp"
#include "engine/sprig/values.hpp"

namespace gp::sprig {
namespace {

const tmpl::Type kCertificate{"sprig.certificate", Kind::Struct};

class CertificateHost final : public tmpl::Host {
 public:
  explicit CertificateHost(Certificate pair) : pair(std::move(pair)) {}
  const tmpl::Type& type() const override { return kCertificate; }
  std::optional<Val> field(std::string_view name) const override {
    if (name == "Cert") return Val::string(pair.certificate);
    if (name == "Key") return Val::string(pair.key);
    return std::nullopt;
  }
  std::string text() const override { return "{" + pair.certificate + " " + pair.key + "}"; }
  gp::Value to_value() const override {
    return gp::Value::object({{"Cert", pair.certificate}, {"Key", pair.key}});
  }

  const Certificate pair;
};

Val pair_value(Certificate pair) {
  return Val::host(std::make_unique<CertificateHost>(std::move(pair)));
}

// The texts of a list, or what is wrong with the first item that is none.
Result<std::vector<std::string>> texts(const Val& list, std::string_view doing) {
  std::vector<std::string> out;
  for (const Val& item : items_of(list)) {
    if (!item.is(types::kString))
      return fail(invalid_argument("{}: {} is not a string", doing, text_of(item)));
    out.emplace_back(item.text());
  }
  return out;
}

// Arguments: name, addresses, DNS names, days.
Result<CertificateRequest> leaf_request(Arguments arguments, TimePoint now) {
  CertificateRequest request;
  request.common_name = arguments[0].text();
  request.addresses = TRY(texts(arguments[1], "error parsing ip"));
  request.names = TRY(texts(arguments[2], "error processing alternate dns name"));
  request.days = arguments[3].integer();
  request.now = now;
  return request;
}

// The key that the last argument holds, or a new one of 2048 bits.
Result<std::string> key_for(Arguments arguments, bool has_key) {
  if (!has_key) return generate_rsa_key(2048);
  std::string pem(arguments.back().text());
  if (auto checked = check_key(pem); !checked) {
    std::string_view why = checked.error().message;
    why.remove_prefix(std::string_view("error parsing private key: ").size());
    return fail(invalid_argument("parsing private key: {}", why));
  }
  return pem;
}

Result<Val> authority(Arguments arguments, bool has_key, TimePoint now) {
  const std::string key = TRY(key_for(arguments, has_key));
  CertificateRequest request;
  request.common_name = arguments[0].text();
  request.days = arguments[1].integer();
  request.is_authority = true;
  request.now = now;
  Certificate pair = TRY(issue(request, key, std::nullopt));
  return pair_value(std::move(pair));
}

Result<Val> self_signed(Arguments arguments, bool has_key, TimePoint now) {
  const CertificateRequest request = TRY(leaf_request(arguments, now));
  const std::string key = TRY(key_for(arguments, has_key));
  Certificate pair = TRY(issue(request, key, std::nullopt));
  return pair_value(std::move(pair));
}

Result<Val> signed_by(Arguments arguments, bool has_key, TimePoint now) {
  const CertificateRequest request = TRY(leaf_request(arguments, now));
  const std::string key = TRY(key_for(arguments, has_key));
  const Certificate& issuer = static_cast<const CertificateHost&>(arguments[4].host()).pair;
  Certificate pair = TRY(issue(request, key, issuer));
  return pair_value(std::move(pair));
}

Result<Val> custom(Arguments arguments) {
  auto certificate = decode_base64(arguments[0].text());
  if (!certificate) return fail(invalid_argument("unable to decode base64 certificate"));
  auto key = decode_base64(arguments[1].text());
  if (!key) return fail(invalid_argument("unable to decode base64 private key"));
  TRY(check_certificate(*certificate));
  TRY(check_key(*key));
  return pair_value({*std::move(certificate), *std::move(key)});
}

using Make = Result<Val> (*)(Arguments arguments, bool has_key, TimePoint now);

// `name`, and `nameWithKey`, which takes the key as one argument more.
void add_pair(Registry& registry, const std::string& name, Parameters parameters, Make make) {
  const Clock* clock = registry.environment.clock;
  registry.add({name}, parameters,
               [=](Arguments arguments) { return make(arguments, false, clock->now()); });
  parameters.push_back(&types::kString);
  registry.add({name + "WithKey"}, parameters,
               [=](Arguments arguments) { return make(arguments, true, clock->now()); });
}

}  // namespace

void add_certificates(Registry& registry) {
  const auto* text = &types::kString;
  const auto* list = &types::kList;
  const auto* days = &types::kInt;
  registry.add({"genPrivateKey"}, {text}, [](Arguments arguments) {
    auto key = generate_key(arguments[0].text());
    return Val::string(key ? *std::move(key) : key.error().message);
  });
  registry.add({"buildCustomCert"}, {text, text}, custom);
  add_pair(registry, "genCA", {text, days}, authority);
  add_pair(registry, "genSelfSignedCert", {text, list, list, days}, self_signed);
  add_pair(registry, "genSignedCert", {text, list, list, days, &kCertificate}, signed_by);
}

}  // namespace gp::sprig
