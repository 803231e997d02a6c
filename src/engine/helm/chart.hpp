#pragma once
// A chart as its files say it: immutable once loaded, shared by any number of renders.
//
//   auto chart = TRY(load_archive(bytes));                    // archive.hpp
//   auto chart = TRY(load_chart(std::move(files)));           // load.hpp
//
// What values decide (which dependencies are enabled, aliases, imported values) is not here but in
// active_chart.hpp.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::helm {

struct File {
  std::string name;  // by '/', below the chart's folder
  std::string data;
};

struct Maintainer {
  std::string name, email, url;
};

// Of a chart on another one: an entry of `dependencies` in Chart.yaml.
struct Dependency {
  std::string name, version, repository, condition, alias;
  std::vector<std::string> tags;
  std::vector<Value> import_values;  // names, or {child, parent}
  bool enabled = false;

  // What templates and values call it.
  const std::string& known_as() const { return alias.empty() ? name : alias; }
};

// Chart.yaml, and requirements.yaml of old charts.
struct Metadata {
  std::string name, home, version, description, icon, api_version, condition, tags, app_version,
      kube_version, type;
  std::vector<std::string> sources, keywords;
  std::vector<Maintainer> maintainers;
  std::map<std::string, std::string> annotations;
  std::vector<Dependency> dependencies;
  bool deprecated = false;
};

struct Chart {
  Metadata metadata;
  std::vector<File> templates;  // below templates/
  std::vector<File> files;      // what .Files shows, crds/ among it
  Value values;                 // of values.yaml; null when there is none
  std::string schema;           // text of values.schema.json
  std::vector<std::shared_ptr<const Chart>> dependencies;  // below charts/
  std::vector<std::string> warnings;
};

// Dependencies of Chart.yaml that charts/ does not hold, by name.
std::vector<std::string> missing_dependencies(const Chart& chart);

}  // namespace gp::helm
