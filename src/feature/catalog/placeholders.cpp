#include "feature/catalog/placeholders.hpp"

#include "base/json.hpp"
#include "base/yaml.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/targets.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kDepthMax = 100;

class Resolver {
 public:
  Resolver(const LocationRef& location, Source& source, std::vector<LocationRef>& read)
      : location_(location), source_(source), read_(read) {}

  Result<> resolve(Value& value, const std::string& path, std::size_t depth) {
    if (depth > kDepthMax) return fail(failure(path, "Error", "the entity is nested too deeply"));
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (!has_placeholder(value.at(i), depth)) continue;
        TRY(resolve(value.item(i), fmt::format("{}.{}", path, i), depth + 1));
      }
      return {};
    }
    if (const auto name = placeholder_name(value); !name.empty()) {
      value = TRY(load(std::string(name), value.members().front().value.string(), path));
      return {};
    }
    for (std::size_t i = 0; i < value.members().size(); ++i) {
      const auto& member = value.members()[i];
      if (!has_placeholder(member.value, depth)) continue;
      const std::string key(member.key());
      TRY(resolve(value.edit(key), path.empty() ? key : path + "." + key, depth + 1));
    }
    return {};
  }

  // Most entities have none, and looking does not unshare anything.
  static bool has_placeholder(const Value& value, std::size_t depth) {
    if (depth > kDepthMax) return true;  // resolve() will say so
    if (!placeholder_name(value).empty()) return true;
    for (const Value& item : value.items()) {
      if (has_placeholder(item, depth + 1)) return true;
    }
    for (const auto& member : value.members()) {
      if (has_placeholder(member.value, depth + 1)) return true;
    }
    return false;
  }

 private:
  // "text" for {"$text": "…"}; other `$` keys (a JSON Schema's $ref) are plain data.
  static std::string_view placeholder_name(const Value& value) {
    const auto members = value.members();
    if (members.size() != 1 || !members.front().value.is_string()) return {};
    const std::string_view key = members.front().key();
    return key == "$text" || key == "$json" || key == "$yaml" ? key.substr(1) : std::string_view();
  }

  Error failure(const std::string& path, std::string_view name, std::string message) const {
    return with_place(named_error(name, std::move(message)), {}, 0, path);
  }

  Result<Value> load(const std::string& name, const std::string& target, const std::string& path) {
    if (++count_ > kPlaceholdersMax) {
      return fail(failure(
          path, "Error", fmt::format("more than {} placeholders in one entity", kPlaceholdersMax)));
    }
    auto location = resolve_target(location_, location_.type, target);
    if (!location) {
      return fail(
          failure(path, "Error",
                  fmt::format("Placeholder ${} could not form a URL out of {} and {}, {}", name,
                              location_.target, target, error_text(location.error()))));
    }
    read_.push_back(*location);
    auto text = source_.read_text(*location, kPlaceholderBytesMax - bytes_);
    if (!text) {
      return fail(failure(path, "Error",
                          fmt::format("Placeholder ${} could not read location {}, {}", name,
                                      location->target, error_text(text.error()))));
    }
    bytes_ += text->size();
    if (name == "text") return Value(*text);
    if (name == "json") return parsed(name, "JSON", target, path, parse_json(*text));
    return parsed(name, "YAML", target, path, parse_yaml(*text));
  }

  Result<Value> parsed(const std::string& name, std::string_view format, const std::string& target,
                       const std::string& path, Result<Value> value) const {
    if (value) return value;
    return fail(failure(path, "Error",
                        fmt::format("Placeholder ${} failed to parse {} data at {}, {}", name,
                                    format, target, value.error().message)));
  }

  const LocationRef& location_;
  Source& source_;
  std::vector<LocationRef>& read_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

Result<> resolve_placeholders(Value& entity, const LocationRef& location, Source& source,
                              std::vector<LocationRef>& read) {
  if (!Resolver::has_placeholder(entity, 0)) return {};
  Resolver resolver(location, source, read);
  auto resolved = resolver.resolve(entity, "", 0);
  if (resolved) return {};
  return fail(caused_by("InputError",
                        "Processor PlaceholderProcessor threw an error while preprocessing",
                        resolved.error()));
}

}  // namespace gp::catalog
