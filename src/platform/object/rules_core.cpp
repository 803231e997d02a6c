// Rules of core v1's plain kinds: ConfigMap, Secret, Namespace, Event.

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "engine/selector/names.hpp"
#include "platform/object/rules.hpp"
#include "platform/object/rules_builtin.hpp"

namespace gp::object {
namespace {

constexpr std::size_t kDataBytesMax = 1U << 20U;
constexpr std::string_view kSetOnce = "field is immutable when `immutable` is set";

std::vector<std::string> config_key_errors(std::string_view key) {
  std::vector<std::string> errors;
  if (key.size() > 253) errors.emplace_back("must be no more than 253 characters");
  const bool is_valid = !key.empty() && key.find_first_not_of(
                                            "-._abcdefghijklmnopqrstuvwxyz"
                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789") == key.npos;
  if (!is_valid) {
    errors.emplace_back(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
        "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
        "'[-._a-zA-Z0-9]+')");
  } else if (key == "." || key == "..") {
    errors.push_back(fmt::format("must not be '{}'", key));
  } else if (key.starts_with("..")) {
    errors.emplace_back("must not start with '..'");
  }
  return errors;
}

std::size_t decoded_size(std::string_view base64) {
  std::size_t size = base64.size() / 4 * 3;
  if (base64.ends_with("==")) return size - 2;
  return base64.ends_with('=') ? size - 1 : size;
}

void check_keys(std::string_view field, const Value& data, const Value& other,
                std::string_view other_name, Report& report) {
  for (const Value::Member& member : data.members()) {
    const std::string path = key_of(field, member.key());
    report.invalid_all(path, member.key(), config_key_errors(member.key()));
    if (other.contains(member.key())) {
      report.invalid(path, member.key(), fmt::format("duplicate of key present in {}", other_name));
    }
  }
}

// `immutable: true` may not be taken back, and freezes the data.
void check_frozen(const Value& now, const Value& before,
                  std::initializer_list<std::string_view> fields, Report& report) {
  if (!before["immutable"].boolean()) return;
  if (!now["immutable"].boolean()) report.forbidden("immutable", std::string(kSetOnce));
  for (const std::string_view field : fields) {
    if (now[field] != before[field]) report.forbidden(std::string(field), std::string(kSetOnce));
  }
}

void check_json_text(const Value& secret, std::string_view key, Report& report) {
  const Value* text = secret["data"].find(key);
  const std::string path = key_of("data", key);
  if (text == nullptr) {
    report.required(path);
    return;
  }
  const auto decoded = base64_decode(text->text());
  if (!decoded || !parse_json(*decoded)) {
    report.invalid(path, "<secret contents redacted>", "invalid character in the JSON text");
  }
}

void check_secret_type(const Value& secret, Report& report) {
  const std::string_view type = secret["type"].text();
  const Value& data = secret["data"];
  const auto need = [&](std::string_view key) {
    if (!data.contains(key)) report.required(key_of("data", key));
  };
  if (type == "kubernetes.io/service-account-token") {
    constexpr std::string_view kName = "kubernetes.io/service-account.name";
    if (secret["metadata"]["annotations"][kName].empty()) {
      report.required(key_of("metadata.annotations", kName));
    }
  } else if (type == "kubernetes.io/dockercfg") {
    check_json_text(secret, ".dockercfg", report);
  } else if (type == "kubernetes.io/dockerconfigjson") {
    check_json_text(secret, ".dockerconfigjson", report);
  } else if (type == "kubernetes.io/basic-auth") {
    if (!data.contains("username") && !data.contains("password")) {
      need("username");
      need("password");
    }
  } else if (type == "kubernetes.io/ssh-auth") {
    need("ssh-privatekey");
  } else if (type == "kubernetes.io/tls") {
    need("tls.crt");
    need("tls.key");
  }
}

}  // namespace

void check_config_map(const Value& object, const Value* before, Report& report) {
  const Value& data = object["data"];
  const Value& binary = object["binaryData"];
  check_keys("data", data, binary, "binaryData", report);
  check_keys("binaryData", binary, data, "data", report);
  std::size_t bytes = 0;
  for (const Value::Member& member : data.members()) bytes += member.value.size();
  for (const Value::Member& member : binary.members()) bytes += decoded_size(member.value.text());
  if (bytes > kDataBytesMax) report.too_long("[]", kDataBytesMax);
  if (before != nullptr) check_frozen(object, *before, {"data", "binaryData"}, report);
}

void check_secret(const Value& object, const Value* before, Report& report) {
  const Value& data = object["data"];
  std::size_t bytes = 0;
  for (const Value::Member& member : data.members()) {
    report.invalid_all(key_of("data", member.key()), member.key(), config_key_errors(member.key()));
    bytes += decoded_size(member.value.text());
  }
  if (bytes > kDataBytesMax) report.too_long("data", kDataBytesMax);
  check_secret_type(object, report);
  if (before == nullptr) return;
  report.immutable("type", object["type"], (*before)["type"]);
  check_frozen(object, *before, {"data"}, report);
}

void check_event(const Value& object, const Value* /*before*/, Report& report) {
  const std::string_view ns = object["metadata"]["namespace"].text();
  const Value& subject = object["involvedObject"]["namespace"];
  // Events about cluster-scoped objects live in "default".
  const bool fits = subject.empty() ? ns == "default" || ns.empty() : subject.text() == ns;
  if (!fits) {
    report.invalid("involvedObject.namespace", subject.is_null() ? Value("") : subject,
                   "does not match event.namespace");
  }
}

}  // namespace gp::object
