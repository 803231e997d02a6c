#include "platform/config/platform_config.hpp"

#include <filesystem>

#include "adapter/files/files.hpp"
#include "base/edit_distance.hpp"
#include "base/yaml.hpp"

namespace gp::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kApiVersion = "goldenpath.dev/v1alpha1";
constexpr std::size_t kFileBytesMax = 1U << 20U;

// Reads one document and says `platform.yaml:LINE: …` for whatever is wrong with it.
class Reader {
 public:
  Reader(std::string file_name, YamlLines lines)
      : file_(std::move(file_name)), lines_(std::move(lines)) {}

  Error error(std::string_view path, std::string message) const {
    return invalid_argument("{}:{}: {}", file_, lines_.line_of(path), message);
  }
  int line(std::string_view path) const { return lines_.line_of(path); }

  Result<> known(const Value& object, std::string_view path,
                 std::initializer_list<std::string_view> fields) const {
    if (!object.is_object() && !object.is_null())
      return fail(error(path, wrong_type(path, "an object", object)));
    for (const auto& member : object.members()) {
      const std::string_view key = member.key();
      if (std::find(fields.begin(), fields.end(), key) != fields.end()) continue;
      std::string message = fmt::format("unknown field \"{}\"", join(path, key));
      Error unknown = error(join(path, key), std::move(message));
      const std::string_view nearest = nearest_word(key, fields);
      if (!nearest.empty()) unknown.hint = fmt::format("did you mean \"{}\"?", nearest);
      return fail(std::move(unknown));
    }
    return {};
  }

  Result<std::string> text(const Value& value, std::string_view path) const {
    if (!value.is_string() || value.text().empty()) {
      return fail(error(path, wrong_type(path, "a non-empty string", value)));
    }
    return value.string();
  }

  Result<bool> boolean(const Value& value, std::string_view path, bool fallback) const {
    if (value.is_null()) return fallback;
    if (!value.is_bool()) return fail(error(path, wrong_type(path, "true or false", value)));
    return value.boolean();
  }

  Result<std::vector<std::string>> texts(const Value& value, std::string_view path) const {
    std::vector<std::string> out;
    if (value.is_null()) return out;
    if (!value.is_array()) return fail(error(path, wrong_type(path, "a list of strings", value)));
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::string item = TRY(text(value.at(i), join(path, std::to_string(i))));
      out.push_back(std::move(item));
    }
    return out;
  }

  Result<> is_list(const Value& value, std::string_view path) const {
    if (value.is_null() || value.is_array()) return {};
    return fail(error(path, wrong_type(path, "a list", value)));
  }

  static std::string join(std::string_view path, std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  }

 private:
  static std::string wrong_type(std::string_view path, std::string_view wanted,
                                const Value& value) {
    constexpr std::string_view names[] = {"null",     "a boolean", "a number", "a number",
                                          "a number", "a string",  "a list",   "an object"};
    const std::string_view found = value.is_string() && value.text().empty()
                                       ? "an empty string"
                                       : names[static_cast<std::size_t>(value.kind())];
    return fmt::format("{} is {}, expected {}", path, found, wanted);
  }

  std::string file_;
  YamlLines lines_;
};

Result<> read_catalog(const Reader& reader, const Value& catalog, Platform& platform) {
  TRY(reader.known(catalog, "spec.catalog", {"locations", "rules", "reading"}));
  platform.catalog_reading = TRY(reader.texts(catalog["reading"], "spec.catalog.reading"));
  const Value& locations = catalog["locations"];
  TRY(reader.is_list(locations, "spec.catalog.locations"));
  for (std::size_t i = 0; i < locations.size(); ++i) {
    const std::string path = fmt::format("spec.catalog.locations.{}", i);
    CatalogLocation location;
    location.line = reader.line(path);
    if (locations.at(i).is_string()) {
      location.target = TRY(reader.text(locations.at(i), path));
    } else {
      const Value& item = locations.at(i);
      TRY(reader.known(item, path, {"type", "target"}));
      location.target = TRY(reader.text(item["target"], path + ".target"));
      location.type = item["type"].string("file");
    }
    if (location.target.starts_with("http://") || location.target.starts_with("https://"))
      location.type = "url";
    if (location.type != "file" && location.type != "url") {
      return fail(reader.error(
          path + ".type",
          fmt::format("{}.type is \"{}\", expected \"file\" or \"url\"", path, location.type)));
    }
    platform.locations.push_back(std::move(location));
  }
  const Value& rules = catalog["rules"];
  TRY(reader.is_list(rules, "spec.catalog.rules"));
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string path = fmt::format("spec.catalog.rules.{}", i);
    TRY(reader.known(rules.at(i), path, {"allow"}));
    platform.rules.push_back({TRY(reader.texts(rules.at(i)["allow"], path + ".allow"))});
  }
  return {};
}

Result<> read_repositories(const Reader& reader, const Value& repositories, Platform& platform) {
  TRY(reader.is_list(repositories, "spec.repositories"));
  for (std::size_t i = 0; i < repositories.size(); ++i) {
    const std::string path = fmt::format("spec.repositories.{}", i);
    const Value& item = repositories.at(i);
    TRY(reader.known(item, path, {"url", "path", "ref"}));
    Repository repository;
    repository.line = reader.line(path);
    repository.url = TRY(reader.text(item["url"], path + ".url"));
    const std::string folder = TRY(reader.text(item["path"], path + ".path"));
    repository.path = (fs::path(platform.root) / folder).lexically_normal().string();
    if (repository.path.size() > 1 && repository.path.ends_with('/')) repository.path.pop_back();
    repository.ref = item["ref"].string();
    std::error_code ignored;
    if (!fs::is_directory(repository.path, ignored)) {
      return fail(
          reader
              .error(path + ".path", fmt::format("{}.path \"{}\" is not a folder (looked at {})",
                                                 path, folder, repository.path))
              .with_hint("paths are relative to the folder of platform.yaml"));
    }
    platform.repositories.push_back(std::move(repository));
  }
  return {};
}

}  // namespace

Result<Platform> load_platform(const std::string& path) {
  std::error_code error;
  fs::path file = fs::absolute(path, error).lexically_normal();
  if (fs::is_directory(file, error)) file /= "platform.yaml";
  if (!fs::exists(file, error)) {
    return fail(
        not_found("there is no platform at \"{}\": {} does not exist", path, file.string())
            .with_hint(
                "name a folder that holds platform.yaml, or write one: docs/platform-yaml.md"));
  }

  const std::string name = file.filename().string();
  const std::string text = TRY(files::read_file(file.string(), kFileBytesMax));
  auto documents = parse_yaml_with_lines(text, {.limits = {}, .refuse_duplicate_keys = true});
  if (!documents) return fail(std::move(documents.error()).with_context(name));
  if (documents->size() != 1) {
    return fail(invalid_argument("{}: has {} documents, expected one", name, documents->size()));
  }
  const Value& document = documents->front().first.value;
  const Reader reader(name, documents->front().second);

  TRY(reader.known(document, "", {"apiVersion", "kind", "metadata", "spec"}));
  if (document["apiVersion"].text() != kApiVersion || document["kind"].text() != "Platform") {
    return fail(reader.error(
        "apiVersion",
        fmt::format("is \"{}\" of \"{}\", expected \"Platform\" of \"{}\"", document["kind"].text(),
                    document["apiVersion"].text(), kApiVersion)));
  }

  Platform platform;
  platform.file = file.string();
  platform.root = file.parent_path().string();
  if (!document["metadata"]["name"].is_null()) {
    platform.name = TRY(reader.text(document["metadata"]["name"], "metadata.name"));
  }
  const Value& spec = document["spec"];
  TRY(reader.known(
      spec, "spec",
      {"audit", "authentication", "catalog", "manifests", "repositories", "workloads"}));
  TRY(read_catalog(reader, spec["catalog"], platform));
  platform.manifests = TRY(reader.texts(spec["manifests"], "spec.manifests"));
  TRY(read_repositories(reader, spec["repositories"], platform));
  TRY(reader.known(spec["authentication"], "spec.authentication", {"jwt"}));
  platform.jwt = spec["authentication"]["jwt"];
  TRY(reader.known(spec["workloads"], "spec.workloads", {"controllers"}));
  platform.runs_workloads =
      TRY(reader.boolean(spec["workloads"]["controllers"], "spec.workloads.controllers", true));
  TRY(reader.known(spec["audit"], "spec.audit", {"enabled", "policy"}));
  platform.audits =
      TRY(reader.boolean(spec["audit"]["enabled"], "spec.audit.enabled", !spec["audit"].is_null()));
  if (!spec["audit"]["policy"].is_null()) {
    const std::string policy = TRY(reader.text(spec["audit"]["policy"], "spec.audit.policy"));
    platform.audit_policy = (fs::path(platform.root) / policy).lexically_normal().string();
  }
  return platform;
}

}  // namespace gp::config
