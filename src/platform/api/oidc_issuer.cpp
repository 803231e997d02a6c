#include "platform/api/oidc_issuer.hpp"

#include <algorithm>

#include "adapter/files/files.hpp"
#include "base/edit_distance.hpp"
#include "base/yaml.hpp"

namespace gp::api {
namespace {

constexpr std::size_t kIssuersMax = 64;
constexpr std::size_t kFileBytesMax = 1U << 20U;

Error wrong(std::string_view field, std::string_view what) {
  return invalid_argument("{}: {}", field, what);
}

bool is_loopback_url(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return false;
  const std::string_view rest = url.substr(kScheme.size());
  const std::string_view host = rest.starts_with('[') ? rest.substr(0, rest.find(']') + 1)
                                                      : rest.substr(0, rest.find_first_of(":/"));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

// HTTPS, so that nobody between can hand out keys of their own; loopback has nobody between.
Result<> check_url(std::string_view field, std::string_view url) {
  if (url.empty()) return fail(wrong(field, "URL is required"));
  std::string_view problem;
  if (!url.starts_with("https://") && !is_loopback_url(url)) problem = "URL scheme must be https";
  if (url.find('@') != url.npos) problem = "URL must not contain a username or password";
  if (url.find('?') != url.npos) problem = "URL must not contain a query";
  if (url.find('#') != url.npos) problem = "URL must not contain a fragment";
  if (!problem.empty()) {
    return fail(wrong(field, fmt::format("Invalid value: \"{}\": {}", url, problem)));
  }
  return {};
}

// Reads the fields of one object; a field that nobody knows is an error.
class Fields {
 public:
  Fields(const Value& value, std::string path) : value_(value), path_(std::move(path)) {}

  Result<> known(std::initializer_list<std::string_view> names) const {
    if (!value_.is_object() && !value_.is_null()) return fail(wrong(path_, "expected an object"));
    for (const Value::Member& member : value_.members()) {
      if (std::ranges::find(names, member.key()) != names.end()) continue;
      Error unknown = wrong(at(member.key()), "unknown field");
      const std::string_view nearest = nearest_word(member.key(), names);
      if (!nearest.empty()) unknown.hint = fmt::format("did you mean \"{}\"?", nearest);
      return fail(std::move(unknown));
    }
    return {};
  }
  Result<std::string> text(std::string_view name) const {
    const Value& field = value_[name];
    if (field.is_null() || field.is_string()) return field.string();
    return fail(wrong(at(name), "expected a text"));
  }
  std::string at(std::string_view name) const {
    return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
  }
  const Value& operator[](std::string_view name) const { return value_[name]; }

 private:
  const Value& value_;
  std::string path_;
};

// What expressions may mention. Claims are whatever the issuer says, so they have no type.
const cel::Environment& environment_of(std::string_view variable) {
  static const cel::Environment claims = {
      {"claims", cel::Type::map(cel::Type::simple(cel::Type::Kind::String),
                                cel::Type::simple(cel::Type::Kind::Dyn))}};
  static const cel::Environment user = {{"user", cel::Type::simple(cel::Type::Kind::Dyn)}};
  return variable == "user" ? user : claims;
}

Result<OidcExpression> compile(std::string_view field, std::string text,
                               std::string_view variable = "claims") {
  OidcExpression expression;
  if (text.empty()) return expression;
  auto program = cel::Program::compile(text, environment_of(variable));
  if (!program) {
    return fail(wrong(field, fmt::format("compilation failed: {}", program.error().message)));
  }
  expression.program = std::move(*program);
  expression.text = std::move(text);
  return expression;
}

Result<OidcMapping> read_mapping(const Value& value, const std::string& path) {
  const Fields fields(value, path);
  TRY(fields.known({"claim", "prefix", "expression"}));
  OidcMapping mapping;
  mapping.claim = TRY(fields.text("claim"));
  mapping.prefix = TRY(fields.text("prefix"));
  const std::string expression = TRY(fields.text("expression"));
  mapping.expression = TRY(compile(fields.at("expression"), expression));
  if (mapping.expression.is_set() && !mapping.claim.empty()) {
    return fail(wrong(path, "claim and expression can't both be set"));
  }
  if (mapping.expression.is_set() && !value["prefix"].is_null()) {
    return fail(wrong(fields.at("prefix"), "prefix can't be set when expression is set"));
  }
  return mapping;
}

Result<> read_issuer(const Value& value, const std::string& path, OidcIssuer& issuer) {
  const Fields fields(value, path);
  TRY(fields.known(
      {"url", "discoveryURL", "certificateAuthority", "audiences", "audienceMatchPolicy"}));
  issuer.url = TRY(fields.text("url"));
  TRY(check_url(fields.at("url"), issuer.url));
  issuer.discovery_url = TRY(fields.text("discoveryURL"));
  if (!issuer.discovery_url.empty())
    TRY(check_url(fields.at("discoveryURL"), issuer.discovery_url));
  issuer.authority_pem = TRY(fields.text("certificateAuthority"));
  for (const Value& audience : fields["audiences"].items()) {
    if (audience.text().empty())
      return fail(wrong(fields.at("audiences"), "audience can't be empty"));
    issuer.audiences.push_back(audience.string());
  }
  if (issuer.audiences.empty()) {
    return fail(wrong(fields.at("audiences"), "at least one issuer audience is required"));
  }
  const std::string policy = TRY(fields.text("audienceMatchPolicy"));
  if (policy.empty() ? issuer.audiences.size() > 1 : policy != "MatchAny") {
    return fail(wrong(fields.at("audienceMatchPolicy"), "must be MatchAny for multiple audiences"));
  }
  return {};
}

Result<> read_claim_rules(const Value& rules, const std::string& path, OidcIssuer& issuer) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Fields fields(rules.at(i), fmt::format("{}[{}]", path, i));
    TRY(fields.known({"claim", "requiredValue", "expression", "message"}));
    const std::string claim = TRY(fields.text("claim"));
    const std::string value = TRY(fields.text("requiredValue"));
    const std::string text = TRY(fields.text("expression"));
    if (claim.empty() == text.empty()) {
      return fail(wrong(fields.at("claim"), "exactly one of claim or expression is required"));
    }
    if (!claim.empty()) {
      issuer.required_claims.emplace_back(claim, value);
      continue;
    }
    OidcExpression rule = TRY(compile(fields.at("expression"), text));
    rule.message = TRY(fields.text("message"));
    issuer.claim_rules.push_back(std::move(rule));
  }
  return {};
}

Result<> read_user_rules(const Value& rules, const std::string& path, OidcIssuer& issuer) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Fields fields(rules.at(i), fmt::format("{}[{}]", path, i));
    TRY(fields.known({"expression", "message"}));
    const std::string text = TRY(fields.text("expression"));
    if (text.empty()) return fail(wrong(fields.at("expression"), "expression is required"));
    OidcExpression rule = TRY(compile(fields.at("expression"), text, "user"));
    rule.message = TRY(fields.text("message"));
    issuer.user_rules.push_back(std::move(rule));
  }
  return {};
}

Result<> read_extra(const Value& extra, const std::string& path, OidcIssuer& issuer) {
  for (std::size_t i = 0; i < extra.size(); ++i) {
    const Fields fields(extra.at(i), fmt::format("{}[{}]", path, i));
    TRY(fields.known({"key", "valueExpression"}));
    const std::string key = TRY(fields.text("key"));
    const std::string text = TRY(fields.text("valueExpression"));
    if (key.find('/') == key.npos) {
      return fail(
          wrong(fields.at("key"), "must be a domain-prefixed path (such as \"acme.io/foo\")"));
    }
    if (text.empty())
      return fail(wrong(fields.at("valueExpression"), "valueExpression is required"));
    OidcExpression value = TRY(compile(fields.at("valueExpression"), text));
    issuer.extra.emplace_back(key, std::move(value));
  }
  return {};
}

Result<OidcIssuer> read_authenticator(const Value& value, const std::string& path) {
  const Fields fields(value, path);
  TRY(fields.known({"issuer", "claimValidationRules", "claimMappings", "userValidationRules"}));
  OidcIssuer issuer;
  TRY(read_issuer(fields["issuer"], fields.at("issuer"), issuer));
  TRY(read_claim_rules(fields["claimValidationRules"], fields.at("claimValidationRules"), issuer));
  TRY(read_user_rules(fields["userValidationRules"], fields.at("userValidationRules"), issuer));

  const Fields mappings(fields["claimMappings"], fields.at("claimMappings"));
  TRY(mappings.known({"username", "groups", "uid", "extra"}));
  issuer.username = TRY(read_mapping(mappings["username"], mappings.at("username")));
  if (!issuer.username.is_set()) {
    return fail(wrong(mappings.at("username"), "claim or expression is required"));
  }
  if (!issuer.username.claim.empty() && mappings["username"]["prefix"].is_null()) {
    return fail(wrong(mappings.at("username.prefix"),
                      "prefix is required when claim is set. It can be set to an empty string to "
                      "disable prefixing"));
  }
  issuer.groups = TRY(read_mapping(mappings["groups"], mappings.at("groups")));
  issuer.uid = TRY(read_mapping(mappings["uid"], mappings.at("uid")));
  TRY(read_extra(mappings["extra"], mappings.at("extra"), issuer));
  return issuer;
}

Result<std::vector<OidcIssuer>> read_config_document(const Value& document) {
  const Fields fields(document, "");
  TRY(fields.known({"apiVersion", "kind", "jwt", "anonymous"}));
  const std::string_view version = document["apiVersion"].text();
  if (document["kind"].text() != "AuthenticationConfiguration" ||
      !version.starts_with("apiserver.config.k8s.io/v1")) {
    return fail(wrong("kind",
                      "expected AuthenticationConfiguration of "
                      "apiserver.config.k8s.io/v1beta1"));
  }
  return read_jwt_authenticators(document["jwt"]);
}

}  // namespace

Result<std::vector<OidcIssuer>> read_jwt_authenticators(const Value& jwt) {
  if (!jwt.is_array() && !jwt.is_null()) return fail(wrong("jwt", "expected a list"));
  if (jwt.size() > kIssuersMax) return fail(wrong("jwt", "must have at most 64 items"));
  std::vector<OidcIssuer> issuers;
  for (std::size_t i = 0; i < jwt.size(); ++i) {
    const std::string path = fmt::format("jwt[{}]", i);
    OidcIssuer issuer = TRY(read_authenticator(jwt.at(i), path));
    for (const OidcIssuer& other : issuers) {
      if (other.url == issuer.url) return fail(wrong(path + ".issuer.url", "Duplicate value"));
    }
    issuers.push_back(std::move(issuer));
  }
  return issuers;
}

Result<std::vector<OidcIssuer>> read_authentication_config(const std::string& path) {
  const std::string text = TRY(files::read_file(path, kFileBytesMax));
  auto document = parse_yaml(text);
  if (!document) return fail(std::move(document.error()).with_context(path));
  auto issuers = read_config_document(*document);
  if (!issuers) return fail(std::move(issuers.error()).with_context(path));
  return issuers;
}

Result<std::optional<OidcIssuer>> read_oidc_flags(const OidcFlags& flags) {
  if (flags.issuer_url.empty() && flags.client_id.empty()) return std::nullopt;
  if (flags.issuer_url.empty() || flags.client_id.empty()) {
    return fail(
        invalid_argument("--oidc-issuer-url and --oidc-client-id must be specified together"));
  }
  OidcIssuer issuer;
  TRY(check_url("--oidc-issuer-url", flags.issuer_url));
  issuer.url = flags.issuer_url;
  issuer.audiences = {flags.client_id};
  if (!flags.ca_file.empty())
    issuer.authority_pem = TRY(files::read_file(flags.ca_file, kFileBytesMax));

  issuer.username.claim = flags.username_claim;
  const bool has_own_names = flags.username_claim == "email";  // unique without the issuer's help
  if (flags.username_prefix.empty() && !has_own_names)
    issuer.username.prefix = flags.issuer_url + "#";
  if (!flags.username_prefix.empty() && flags.username_prefix != "-") {
    issuer.username.prefix = flags.username_prefix;
  }
  issuer.groups.claim = flags.groups_claim;
  issuer.groups.prefix = flags.groups_prefix;
  for (const std::string& required : flags.required_claims) {
    const std::size_t equals = required.find('=');
    if (equals == 0 || equals == required.npos) {
      return fail(invalid_argument("--oidc-required-claim \"{}\": expected claim=value", required));
    }
    issuer.required_claims.emplace_back(required.substr(0, equals), required.substr(equals + 1));
  }
  issuer.algorithms = {};
  for (const std::string& name : flags.signing_algorithms) {
    const auto algorithm = jose::parse_algorithm(name);
    if (!algorithm || !jose::Algorithms::asymmetric().contains(*algorithm)) {
      return fail(
          invalid_argument("--oidc-signing-algs \"{}\": unsupported signing algorithm", name));
    }
    issuer.algorithms.add(*algorithm);
  }
  return issuer;
}

}  // namespace gp::api
