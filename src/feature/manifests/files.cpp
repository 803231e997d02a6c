#include "feature/manifests/files.hpp"

#include <charconv>
#include <filesystem>
#include <set>

#include "adapter/files/files.hpp"
#include "adapter/files/glob.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"

namespace gp::manifests {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolderPattern = "**/*.{yaml,yml,json}";
constexpr std::size_t kFileBytesMax = 16U << 20U;
constexpr std::size_t kListDepthMax = 4;  // a List of Lists of …

std::string absolute(const std::string& root, const std::string& path) {
  return (fs::path(root) / path).lexically_normal().string();
}

// How a path is shown: inside the repository relative to it, outside as it is.
std::string shown(const std::string& root, const std::string& path) {
  const std::string relative = fs::path(path).lexically_relative(root).string();
  return relative.empty() || relative.starts_with("..") ? path : relative;
}

// The part of a glob before its first special character: "a/b" of "a/b/*.yaml".
std::string fixed_folder(const std::string& pattern) {
  std::string folder;
  for (const fs::path& part : fs::path(pattern)) {
    if (files::is_glob(part.string())) break;
    folder = (fs::path(folder) / part).string();
  }
  return folder;
}

// Absolute paths of the files that one entry of spec.manifests stands for.
Result<std::vector<std::string>> find_files(const std::string& root, const std::string& path) {
  const bool is_glob = files::is_glob(path);
  const std::string base = absolute(root, is_glob ? fixed_folder(path) : path);
  if (!files::exists(base)) return fail(not_found("\"{}\" does not exist", path));
  if (!is_glob && !files::is_directory(base)) return std::vector{base};

  const std::string pattern =
      is_glob ? fs::path(path)
                    .lexically_relative(fixed_folder(path).empty() ? "." : fixed_folder(path))
                    .string()
              : std::string(kFolderPattern);
  std::vector<std::string> found;
  const std::vector<std::string> names = TRY(files::glob(base, pattern));
  for (const std::string& name : names) {
    found.push_back(absolute(base, name));
  }
  if (found.empty()) return fail(not_found("\"{}\" matches no file", path));
  return found;
}

int line_in(std::string_view message) {
  int line = 0;
  const std::size_t at = message.find("line ");
  if (at == std::string_view::npos) return 0;
  std::from_chars(message.data() + at + 5, message.data() + message.size(), line);
  return line;
}

// "line 3: found …" without what the problem's own field says.
std::string without_line(std::string_view message) {
  const std::size_t colon = message.find(": ");
  const bool begins_so = message.starts_with("line ") && colon != std::string_view::npos;
  return std::string(begins_so ? message.substr(colon + 2) : message);
}

std::string flaw_of(const Value& document) {
  if (!document.is_object()) return "not a Kubernetes object: the document is not a map";
  const bool has_version = !document["apiVersion"].text().empty();
  const bool has_kind = !document["kind"].text().empty();
  if (!has_version && !has_kind) return "not a Kubernetes object: apiVersion and kind are missing";
  if (!has_version) return "apiVersion is missing";
  if (!has_kind) return "kind is missing";
  return {};
}

void add_document(const Value& value, const std::string& file, int line, std::size_t depth,
                  Collected& collected) {
  if (const std::string flaw = flaw_of(value); !flaw.empty()) {
    collected.problems.push_back({file, line, {}, flaw});
    return;
  }
  const std::string_view kind = value["kind"].text();
  const bool is_list = kind.ends_with("List") && value["items"].is_array() && depth < kListDepthMax;
  if (!is_list) {
    collected.documents.push_back({file, line, value});
    return;
  }
  for (Value item : value["items"].items()) {
    if (kind != "List" &&
        item.is_object()) {  // items of a ConfigMapList need not repeat what they are
      if (item["apiVersion"].is_null()) item.set("apiVersion", value["apiVersion"]);
      if (item["kind"].is_null()) item.set("kind", kind.substr(0, kind.size() - 4));
    }
    add_document(item, file, line, depth + 1, collected);
  }
}

void add_unread(const std::string& file, const Error& error, Collected& collected) {
  collected.problems.push_back({file, line_in(error.message), {}, without_line(error.message)});
  collected.unread_files.push_back(file);
}

}  // namespace

void read_documents(std::string_view text, const std::string& file, Collected& collected) {
  if (file.ends_with(".json")) {
    const auto parsed = parse_json(text, {.bytes_max = kFileBytesMax, .depth_max = 256});
    if (!parsed) return add_unread(file, parsed.error(), collected);
    return add_document(*parsed, file, 1, 0, collected);
  }
  const auto parsed = parse_yaml_stream(text);
  if (!parsed) return add_unread(file, parsed.error(), collected);
  for (const YamlDocument& document : *parsed) {
    if (document.value.is_null()) continue;
    add_document(document.value, file, document.line, 0, collected);
  }
}

Collected collect(const std::string& root, const std::vector<std::string>& paths,
                  std::string_view origin) {
  Collected collected;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    const auto found = find_files(root, path);
    if (!found) {
      collected.problems.push_back(
          {std::string(origin), 0, {}, fmt::format("spec.manifests: {}", found.error().message)});
      collected.is_complete = false;
      continue;
    }
    for (const std::string& file : *found) {
      if (!seen.insert(file).second) continue;
      ++collected.files;
      const auto text = files::read_file(file, kFileBytesMax);
      if (text) {
        read_documents(*text, shown(root, file), collected);
      } else {
        add_unread(shown(root, file), text.error(), collected);
      }
    }
  }
  return collected;
}

std::string place_in_catalog(const std::string& root, const std::string& origin,
                             const Value& entity) {
  constexpr std::string_view kFile = "file:";
  if (!origin.starts_with(kFile)) return origin;
  const std::string path = origin.substr(kFile.size());
  const std::string name = shown(root, path);
  const auto text = files::read_file(path, kFileBytesMax);
  if (!text) return name;

  Collected found;
  read_documents(*text, path, found);
  const auto is_it = [&](const Document& document) {
    const Value& metadata = document.value["metadata"];
    return document.value["kind"] == entity["kind"] &&
           metadata["name"] == entity["metadata"]["name"] &&
           metadata["namespace"].text("default") == entity["metadata"]["namespace"].text("default");
  };
  const auto at = std::ranges::find_if(found.documents, is_it);
  return at == found.documents.end() ? name : fmt::format("{}:{}", name, at->line);
}

std::vector<std::string> watched_folders(const std::string& root,
                                         const std::vector<std::string>& paths) {
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    std::string folder = absolute(root, files::is_glob(path) ? fixed_folder(path) : path);
    if (!files::is_directory(folder)) folder = fs::path(folder).parent_path().string();
    if (files::is_directory(folder)) folders.insert(folder);
  }
  return {folders.begin(), folders.end()};
}

}  // namespace gp::manifests
