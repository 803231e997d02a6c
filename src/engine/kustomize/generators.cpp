#include "engine/kustomize/generators.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace gp::kustomize {
namespace {

constexpr std::size_t kKeyBytesMax = 253;
constexpr std::size_t kBase64Line = 70;

struct Entry {
  std::string key, value;
};

std::string without_quotes(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == text.back() &&
                         (text.front() == '"' || text.front() == '\'');
  return std::string(is_quoted ? text.substr(1, text.size() - 2) : text);
}

Result<Entry> literal(std::string_view source) {
  const std::size_t equals = source.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return fail(invalid_argument("invalid literal source {}, expected key=value",
                                 source.substr(0, equals == 0 ? 1 : source.size())));
  }
  return Entry{std::string(source.substr(0, equals)), without_quotes(source.substr(equals + 1))};
}

Result<Entry> file_entry(const Context& context, std::string_view source) {
  const std::size_t equals = source.find('=');
  std::string_view path = source;
  std::string key;
  if (equals == std::string_view::npos) {
    key = source.substr(source.rfind('/') + 1);
  } else {
    key = source.substr(0, equals);
    path = source.substr(equals + 1);
    if (key.empty()) return fail(invalid_argument("key name for file path {} missing", path));
    if (path.empty()) return fail(invalid_argument("file path for key name {} missing", key));
  }
  std::string content = TRY(context.read(path));
  return Entry{std::move(key), std::move(content)};
}

// KEY=VALUE lines; "#" begins a comment. A key alone stands for a variable of the process in
// kustomize: here it is empty, as a build depends on its files only.
Result<> read_env_file(const Context& context, std::string_view path, std::vector<Entry>& entries) {
  const std::string text = TRY(context.read(path));
  std::string_view rest = text;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  int number = 0;
  for (std::string_view line : split(rest, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty() || line.front() == '#') continue;
    if (!is_utf8(line)) return fail(invalid_argument("{}:{}: invalid UTF-8", path, number));
    const std::size_t equals = line.find('=');
    if (equals == 0) return fail(invalid_argument("{}:{}: the line has no key", path, number));
    const bool has_value = equals != std::string_view::npos;
    entries.push_back({std::string(line.substr(0, equals)),
                       std::string(has_value ? line.substr(equals + 1) : std::string_view())});
  }
  return {};
}

Result<std::vector<Entry>> entries_of(const Context& context, const Value& arguments) {
  std::vector<Entry> entries;
  std::vector<std::string> env_files;
  for (const Value& path : arguments["envs"].items()) env_files.push_back(path.string());
  if (!arguments["env"].empty()) env_files.push_back(arguments["env"].string());
  for (const std::string& path : env_files) TRY(read_env_file(context, path, entries));
  for (const Value& source : arguments["literals"].items()) {
    Entry entry = TRY(literal(source.text()));
    entries.push_back(std::move(entry));
  }
  for (const Value& source : arguments["files"].items()) {
    Entry entry = TRY(file_entry(context, source.text()));
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool is_key(std::string_view key) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !key.empty() && key.size() <= kKeyBytesMax && key != "." && !key.starts_with("..") &&
         std::ranges::all_of(key, is_plain);
}

// In lines, each ended, when it is longer than one: the names' hashes depend on it.
std::string base64_lines(std::string_view bytes) {
  const std::string whole = base64_encode(bytes);
  if (whole.size() < kBase64Line) return whole;
  std::string lines;
  for (std::size_t at = 0; at < whole.size(); at += kBase64Line)
    lines += whole.substr(at, kBase64Line) + "\n";
  return lines;
}

Result<> put(Value& object, Generated kind, const Entry& entry) {
  if (!is_key(entry.key)) {
    return fail(invalid_argument(
        "\"{}\" is not a valid key name: use letters, digits, \"-\", \"_\" and \".\"", entry.key));
  }
  if (object["data"].contains(entry.key) || object["binaryData"].contains(entry.key)) {
    return fail(
        invalid_argument("cannot add key {}, another key by that name already exists", entry.key));
  }
  if (kind == Generated::Secret) {
    object.edit("data").set(entry.key, base64_lines(entry.value));
  } else if (is_utf8(entry.value)) {
    object.edit("data").set(entry.key, entry.value);
  } else {
    object.edit("binaryData").set(entry.key, base64_lines(entry.value));
  }
  return {};
}

Result<Behavior> behavior_of(const Value& arguments) {
  const std::string_view text = arguments["behavior"].text();
  if (text.empty()) return Behavior::Unspecified;
  if (text == "create") return Behavior::Create;
  if (text == "merge") return Behavior::Merge;
  if (text == "replace") return Behavior::Replace;
  return fail(invalid_argument("behavior \"{}\" is none of create, merge, replace", text));
}

// The entry's own options over those of all generators.
Value options_of(const Value& arguments, const Value& defaults) {
  Value options = defaults;
  for (const auto& member : arguments["options"].members()) {
    const bool adds = member.key() == "labels" || member.key() == "annotations";
    if (!adds) {
      options.set(member.key(), member.value);
      continue;
    }
    for (const auto& pair : member.value.members())
      options.edit(member.key()).set(pair.key(), pair.value);
  }
  return options;
}

}  // namespace

Result<Resource> generate(const Context& context, Generated kind, const Value& arguments,
                          const Value& defaults) {
  const std::string name = arguments["name"].string();
  if (name.empty()) {
    return fail(invalid_argument("a generator of {} has no name",
                                 kind == Generated::Secret ? "Secrets" : "ConfigMaps"));
  }
  Resource made;
  made.behavior = TRY(behavior_of(arguments));
  made.object = Value::object({{"apiVersion", "v1"},
                               {"kind", kind == Generated::Secret ? "Secret" : "ConfigMap"},
                               {"metadata", Value::object({{"name", name}})}});
  if (!arguments["namespace"].empty()) made.set_namespace(arguments["namespace"].text());
  if (kind == Generated::Secret) made.object.set("type", arguments["type"].text("Opaque"));
  const std::vector<Entry> entries = TRY(entries_of(context, arguments));
  for (const Entry& entry : entries) TRY(put(made.object, kind, entry));

  const Value options = options_of(arguments, defaults);
  for (const char* part : {"labels", "annotations"}) {
    if (!options[part].empty()) made.object.edit("metadata").set(part, options[part]);
  }
  if (options["immutable"].boolean()) made.object.set("immutable", true);
  made.needs_hash = !options["disableNameSuffixHash"].boolean();
  return made;
}

}  // namespace gp::kustomize
