#include "engine/helm/load.hpp"

#include <map>

#include "engine/helm/archive.hpp"
#include "engine/helm/document.hpp"
#include "engine/helm/ignore.hpp"
#include "engine/helm/metadata.hpp"

namespace gp::helm {
namespace {

class Loader {
 public:
  explicit Loader(const LoadLimits& limits) : limits_(limits) {}

  Result<std::shared_ptr<const Chart>> load(std::vector<File> files) {
    if (++depth_ > limits_.depth_max)
      return fail(too_large("charts are nested more than {} deep", limits_.depth_max));
    auto chart = std::make_shared<Chart>();
    TRY(read_chart_yaml(*chart, files));
    std::map<std::string, std::vector<File>> packed;
    for (File& file : files) TRY(take(*chart, std::move(file), packed));
    if (!has_metadata_) return fail(not_found("Chart.yaml file is missing"));
    TRY(validate(chart->metadata));
    for (auto& [name, inner] : packed) TRY(add_dependency(*chart, name, std::move(inner)));
    --depth_;
    return std::shared_ptr<const Chart>(std::move(chart));
  }

 private:
  Result<void> read_chart_yaml(Chart& chart, const std::vector<File>& files) {
    has_metadata_ = false;
    for (const File& file : files) {
      if (file.name != "Chart.yaml") continue;
      has_metadata_ = true;
      TRY(in_file("Chart.yaml", read_metadata(chart.metadata, file.data)));
      // Charts of Helm 2 may leave it out.
      if (chart.metadata.api_version.empty()) chart.metadata.api_version = "v1";
    }
    return {};
  }

  Result<void> take(Chart& chart, File file, std::map<std::string, std::vector<File>>& packed) {
    const bool is_old = chart.metadata.api_version == "v1";
    if (file.name == "Chart.yaml") return {};
    if (file.name == "Chart.lock") {
      TRY(in_file(file.name, parse_map(file.data)));
      return {};
    }
    if (file.name == "values.yaml") {
      auto values = parse_map(file.data);
      if (!values) return fail(std::move(values).error().with_context("cannot load values.yaml"));
      chart.values = values->is_null() ? Value::object() : *std::move(values);
      return {};
    }
    if (file.name == "values.schema.json") {
      chart.schema = std::move(file.data);
      return {};
    }
    if (file.name == "requirements.yaml") {
      if (!is_old && has_metadata_) {
        chart.warnings.emplace_back(
            "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend "
            "migrating dependencies to Chart.yaml.");
      }
      has_metadata_ = true;
      TRY(in_file(file.name, read_metadata(chart.metadata, file.data)));
      if (is_old) chart.files.push_back(std::move(file));
      return {};
    }
    if (file.name == "requirements.lock") {
      TRY(in_file(file.name, parse_map(file.data)));
      if (is_old) chart.files.push_back(std::move(file));
      return {};
    }
    if (file.name.starts_with("templates/")) {
      chart.templates.push_back(std::move(file));
      return {};
    }
    constexpr std::string_view kCharts = "charts/";
    if (!file.name.starts_with(kCharts) || file.name.ends_with(".prov")) {
      chart.files.push_back(std::move(file));
      return {};
    }
    file.name.erase(0, kCharts.size());
    packed[file.name.substr(0, file.name.find('/'))].push_back(std::move(file));
    return {};
  }

  Result<void> add_dependency(Chart& chart, const std::string& name, std::vector<File> files) {
    if (name.empty() || name[0] == '_' || name[0] == '.') return {};
    auto dependency =
        name.ends_with(".tgz") ? unpack(chart, name, files) : nested(std::move(files));
    if (!dependency) {
      return fail(std::move(dependency)
                      .error()
                      .with_context(fmt::format("error unpacking subchart {} in {}", name,
                                                chart.metadata.name)));
    }
    chart.dependencies.push_back(*std::move(dependency));
    return {};
  }

  Result<std::shared_ptr<const Chart>> unpack(const Chart& chart, const std::string& name,
                                              const std::vector<File>& files) {
    if (files[0].name != name) {
      return fail(invalid_argument("error unpacking subchart tar in {}: expected {}, got {}",
                                   chart.metadata.name, name, files[0].name));
    }
    std::vector<File> inner = TRY(read_archive(files[0].data, limits_));
    for (const File& file : inner) unpacked_bytes_ += file.data.size();
    if (unpacked_bytes_ > limits_.bytes_max) {
      return fail(too_large("the chart's archives hold more than {} bytes", limits_.bytes_max));
    }
    return load(std::move(inner));
  }

  // Files that lie in charts/ itself are no chart.
  Result<std::shared_ptr<const Chart>> nested(std::vector<File> files) {
    std::vector<File> inner;
    for (File& file : files) {
      const std::size_t slash = file.name.find('/');
      if (slash == std::string::npos) continue;
      file.name.erase(0, slash + 1);
      inner.push_back(std::move(file));
    }
    return load(std::move(inner));
  }

  template <typename T>
  static Result<void> in_file(std::string_view name, Result<T> result) {
    if (!result)
      return fail(std::move(result).error().with_context(fmt::format("cannot load {}", name)));
    return {};
  }

  const LoadLimits limits_;
  int depth_ = 0;
  bool has_metadata_ = false;
  std::size_t unpacked_bytes_ = 0;
};

class FolderReader {
 public:
  FolderReader(Folder& folder, IgnoreRules rules, const LoadLimits& limits)
      : folder_(folder), rules_(std::move(rules)), limits_(limits) {}

  Result<void> read(const std::string& path, int depth) {
    if (depth > kFoldersMax)
      return fail(too_large("folders are nested too deeply at \"{}\"", path));
    const auto entries = TRY(folder_.list(path));
    for (const Folder::Entry& entry : entries) {
      const std::string name = path.empty() ? entry.name : path + "/" + entry.name;
      if (rules_.ignores(name, entry.is_folder)) continue;
      if (entry.is_folder) {
        TRY(read(name, depth + 1));
        continue;
      }
      std::string data = TRY(folder_.read(name, limits_.file_bytes_max));
      if (data.starts_with("\xEF\xBB\xBF")) data.erase(0, 3);
      bytes_ += data.size();
      files.push_back({name, std::move(data)});
      if (bytes_ > limits_.bytes_max || files.size() > limits_.files_max) {
        return fail(too_large("the chart's folder holds more than {} files or {} bytes",
                              limits_.files_max, limits_.bytes_max));
      }
    }
    return {};
  }

  std::vector<File> files;

 private:
  static constexpr int kFoldersMax = 64;
  Folder& folder_;
  const IgnoreRules rules_;
  const LoadLimits limits_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::vector<std::string> missing_dependencies(const Chart& chart) {
  std::vector<std::string> missing;
  for (const Dependency& wanted : chart.metadata.dependencies) {
    const bool found = std::ranges::any_of(
        chart.dependencies, [&](const auto& have) { return have->metadata.name == wanted.name; });
    if (!found) missing.push_back(wanted.name);
  }
  return missing;
}

Result<std::shared_ptr<const Chart>> load_chart(std::vector<File> files, const LoadLimits& limits) {
  return Loader(limits).load(std::move(files));
}

Result<std::shared_ptr<const Chart>> load_folder(Folder& folder, const LoadLimits& limits) {
  IgnoreRules rules;
  auto text = folder.read(".helmignore", limits.file_bytes_max);
  if (text) rules = TRY(IgnoreRules::parse(*text));
  FolderReader reader(folder, std::move(rules), limits);
  TRY(reader.read("", 0));
  return load_chart(std::move(reader.files), limits);
}

}  // namespace gp::helm
