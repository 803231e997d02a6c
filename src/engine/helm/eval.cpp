#include "engine/helm/eval.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "engine/helm/flags.hpp"
#include "engine/helm/install.hpp"
#include "engine/helm/load.hpp"

namespace gp::helm {
namespace {

using Outcome = std::expected<std::string, std::pair<std::string, Error>>;

std::unexpected<std::pair<std::string, Error>> failed(std::string_view stage, Error error) {
  return std::unexpected(std::pair(std::string(stage), std::move(error)));
}

std::string_view stage_name(Stage stage) {
  switch (stage) {
    case Stage::Name: return "name";
    case Stage::Load: return "load";
    case Stage::Dependencies: return "dependencies";
    case Stage::Values: return "values";
    case Stage::Render: return "render";
  }
  return "render";
}

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> result;
  for (const Value& item : list.items()) result.push_back(item.string());
  return result;
}

// Chart.yaml: JSON is YAML.
std::string chart_yaml(const Value& over, std::string_view name) {
  Value fields = Value::object({{"apiVersion", "v2"}, {"name", Value(name)}, {"version", "0.1.0"}});
  for (const auto& member : over.members()) fields.set(member.key(), member.value);
  return to_json(fields);
}

// The files of the case's chart, or of one of its subcharts, below `folder`.
void add_files(const Value& spec, std::string_view name, const std::string& folder,
               std::vector<File>& files) {
  files.push_back({folder + "Chart.yaml", chart_yaml(spec["chart"], name)});
  for (const char* key : {"chart_values_yaml", "values_yaml"}) {
    if (spec[key].is_string()) files.push_back({folder + "values.yaml", spec[key].string()});
  }
  if (spec["schema"].is_string())
    files.push_back({folder + "values.schema.json", spec["schema"].string()});
  for (const auto& member : spec["templates"].members())
    files.push_back({fmt::format("{}templates/{}", folder, member.key()), member.value.string()});
  for (const auto& member : spec["files"].members())
    files.push_back({folder + std::string(member.key()), member.value.string()});
  for (const Value& subchart : spec["subcharts"].items()) {
    const std::string_view inner = subchart["name"].text();
    add_files(subchart, inner, fmt::format("{}charts/{}/", folder, inner), files);
  }
}

Result<Val> case_values(const Value& spec) {
  ValueFlags values;
  values.set = texts(spec["set"]);
  values.set_string = texts(spec["set_string"]);
  values.set_json = texts(spec["set_json"]);
  values.set_file = texts(spec["set_file"]);
  values.set_literal = texts(spec["set_literal"]);
  std::vector<std::string> given;
  if (spec.contains("values")) given.push_back(to_json(spec["values"]));
  for (const Value& text : spec["values_yaml"].items()) given.push_back(text.string());
  std::map<std::string, std::string> files;
  for (std::size_t i = 0; i < given.size(); ++i) {
    values.files.push_back(fmt::format("values{}.yaml", i));
    files[values.files.back()] = given[i];
  }
  const Value& named = spec["vfiles"];
  return merge_flags(
      values, [&](const std::string& name) -> Result<std::string> { return files[name]; },
      [&](const std::string& name) -> Result<std::string> {
        if (const Value* text = named.find(name)) return text->string();
        return fail(not_found("open {}: file does not exist", name));
      });
}

Outcome evaluate(const Value& spec, const tmpl::Limits& limits) {
  InstallOptions options;
  options.skip_kube_version = true;
  options.limits = limits;
  options.release = {.name = spec["release"].string("rel"),
                     .ns = spec["namespace"].string("ns"),
                     .is_upgrade = spec["is_upgrade"].boolean()};
  if (auto fine = check_release_name(options.release.name); !fine)
    return failed("name", std::move(fine).error());
  if (spec["kube_version"].is_string()) {
    auto version = parse_kube_version(spec["kube_version"].text());
    if (!version) return failed("kube-version", std::move(version).error());
    options.capabilities.kube_version = *std::move(version);
  }
  for (std::string& version : texts(spec["api_versions"]))
    options.capabilities.api_versions.push_back(std::move(version));

  auto values = case_values(spec);
  if (!values) return failed("flags", std::move(values).error());
  std::vector<File> files;
  Value own = spec;
  own.erase("values_yaml");
  add_files(own, "eval", "", files);
  files.push_back({"templates/main.yaml", spec["template"].string()});
  auto chart = load_chart(std::move(files));
  if (!chart) return failed("load", std::move(chart).error());
  if (const auto missing = missing_dependencies(**chart); !missing.empty()) {
    return failed("dependencies",
                  not_found("found in Chart.yaml, but missing in charts/ directory: {}",
                            fmt::join(missing, ", ")));
  }
  Renderer renderer;
  auto done = render_chart(renderer, *chart, *values, options);
  if (!done) return failed(stage_name(done.error().stage), std::move(done.error().error));
  return std::move(done->rendered["eval/templates/main.yaml"]);
}

}  // namespace

Value evaluate_case(const Value& spec, const tmpl::Limits& limits) {
  Value result = Value::object();
  if (spec.contains("id")) result.set("id", spec["id"]);
  Outcome outcome = evaluate(spec, limits);
  if (!outcome) {
    result.set("stage", Value(outcome.error().first));
    result.set("error", Value(replace_invalid_utf8(outcome.error().second.message)));
  } else if (is_utf8(*outcome)) {
    result.set("output", Value(*outcome));
  } else {
    result.set("output_b64", Value(base64_encode(*outcome)));
  }
  return result;
}

}  // namespace gp::helm
