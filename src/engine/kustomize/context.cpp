#include "engine/kustomize/context.hpp"

#include "base/text.hpp"

namespace gp::kustomize {

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string clean;
  for (const std::string_view part : kept) clean += fmt::format("/{}", part);
  return clean.empty() ? "/" : clean;
}

bool is_within(std::string_view path, std::string_view folder) {
  if (folder == "/" || path == folder) return true;
  return path.starts_with(folder) && path[folder.size()] == '/';
}

bool is_url(std::string_view text) {
  return text.contains("://") || text.starts_with("git@") || text.starts_with("github.com/") ||
         text.starts_with("git::");
}

std::string Context::resolve(std::string_view relative) const {
  return clean_path(relative.starts_with('/') ? std::string(relative)
                                              : fmt::format("{}/{}", folder.path, relative));
}

Result<std::string> Context::read(std::string_view relative) const {
  if (is_url(relative)) return environment.fetch_file(relative);
  const std::string path = resolve(relative);
  if (!is_within(path, folder.path)) {
    return fail(forbidden("security; file '{}' is not in or below '{}'", path, folder.path)
                    .with_hint("a kustomization reads files of its own folder only: move the file, "
                               "or make its folder a base"));
  }
  return environment.read(path);
}

Result<std::vector<Value>> parse_objects(std::string_view text, std::string_view where) {
  auto documents = parse_yaml_stream(text);
  if (!documents) return fail(std::move(documents.error()).with_context(where));
  std::vector<Value> objects;
  for (YamlDocument& document : *documents) {
    Value& value = document.value;
    if (value.is_null()) continue;
    if (!value.is_object()) {
      return fail(invalid_argument("{}:{}: an object was expected", where, document.line));
    }
    const bool is_list = value["kind"].text().ends_with("List") && value["items"].is_array();
    if (!is_list) {
      objects.push_back(std::move(value));
      continue;
    }
    for (const Value& item : value["items"].items()) objects.push_back(item);
  }
  return objects;
}

Result<std::vector<Value>> Context::read_yaml(std::string_view relative) const {
  const std::string text = TRY(read(relative));
  return parse_objects(text, relative);
}

}  // namespace gp::kustomize
