#include "app/commands/objects.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>

#include "adapter/files/files.hpp"
#include "app/data_dir.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"

namespace gp::app {
namespace {

namespace fs = std::filesystem;

bool is_manifest(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

Result<> add_documents(const std::string& name, std::string_view text,
                       std::vector<ManifestDocument>& out) {
  auto documents = parse_yaml_stream(text);
  if (!documents) return fail(std::move(documents.error()).with_context(name));
  for (const YamlDocument& document : *documents) {
    const std::string where = fmt::format("{}:{}", name, document.line);
    if (document.value["kind"].text().ends_with("List") && document.value["items"].is_array()) {
      for (const Value& item : document.value["items"].items()) out.push_back({item, where});
    } else {
      out.push_back({document.value, where});
    }
  }
  return {};
}

Result<> read_file(const fs::path& path, std::vector<ManifestDocument>& out) {
  const std::string text = TRY(files::read_file(path.string()));
  return add_documents(path.string(), text, out);
}

}  // namespace

Result<ApiClient> connect(const Connection& connection) {
  if (!connection.kubeconfig.empty()) return ApiClient::open(connection.kubeconfig);
  return ApiClient::open((fs::path(choose_data_dir(connection.data)) / "kubeconfig").string());
}

Result<std::vector<Named>> parse_arguments(ApiClient& client,
                                           const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    return fail(invalid_argument("say what: a type such as \"components\"")
                    .with_hint("`goldenpath get components`, `goldenpath get component/web-shop`"));
  }
  std::vector<Named> out;
  if (arguments.front().find('/') != std::string::npos) {
    for (const std::string& argument : arguments) {
      const auto parts = split(argument, '/');
      if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
        return fail(invalid_argument("\"{}\" is not TYPE/NAME", argument));
      }
      ApiResource resource = TRY(client.resolve(parts[0]));
      out.push_back({std::move(resource), {std::string(parts[1])}});
    }
    return out;
  }
  const std::vector<std::string> names(arguments.begin() + 1, arguments.end());
  for (const std::string_view type : split(arguments.front(), ',')) {
    ApiResource resource = TRY(client.resolve(type));
    out.push_back({std::move(resource), names});
  }
  return out;
}

Result<std::vector<ManifestDocument>> read_manifests(const std::vector<std::string>& files) {
  if (files.empty())
    return fail(invalid_argument("say what to read with -f FILE, -f FOLDER or -f -"));
  std::vector<ManifestDocument> out;
  for (const std::string& file : files) {
    std::error_code error;
    if (file == "-") {
      const std::string text((std::istreambuf_iterator<char>(std::cin)),
                             std::istreambuf_iterator<char>());
      TRY(add_documents("standard input", text, out));
    } else if (fs::is_directory(file, error)) {
      std::vector<fs::path> paths;
      for (const auto& entry : fs::recursive_directory_iterator(file, error)) {
        if (entry.is_regular_file(error) && is_manifest(entry.path()))
          paths.push_back(entry.path());
      }
      std::sort(paths.begin(), paths.end());
      for (const fs::path& path : paths) TRY(read_file(path, out));
    } else {
      TRY(read_file(file, out));
    }
  }
  return out;
}

int report(const Error& error) {
  std::cerr << "error: " << error.message << "\n";
  if (!error.hint.empty()) std::cerr << "  " << error.hint << "\n";
  return error.code == Code::Unavailable ? kUnreachable : kFindings;
}

}  // namespace gp::app
