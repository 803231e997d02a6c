#include "engine/helm/render.hpp"

#include <algorithm>

#include "base/deep_stack.hpp"
#include "engine/helm/functions.hpp"
#include "engine/helm/objects.hpp"
#include "engine/sprig/sprig.hpp"

namespace gp::helm {

struct Renderer::Template {
  std::string path;
  const std::string* text;
  Val scope;  // what the template sees as `.`
  std::string folder;
};

namespace {

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// Deeper paths first, and within a depth the last by name: the last definition of a helper wins, so
// a chart's own beat those of its dependencies.
bool parsed_before(std::string_view a, std::string_view b) {
  const auto depth = [](std::string_view path) { return std::ranges::count(path, '/'); };
  return depth(a) != depth(b) ? depth(a) > depth(b) : a > b;
}

std::vector<std::string> split_message(const std::string& message, std::size_t parts_max) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (parts.size() + 1 < parts_max) {
    const std::size_t end = message.find(": ", at);
    if (end == std::string::npos) break;
    parts.push_back(message.substr(at, end - at));
    at = end + 2;
  }
  parts.push_back(message.substr(at));
  return parts;
}

Error clean_parse_error(std::string_view path, Error error) {
  const auto parts = split_message(error.message, std::string::npos);
  error.message = parts.size() == 1
                      ? fmt::format("parse error in ({}): {}", path, error.message)
                      : fmt::format("parse error at ({}): {}", parts[1], parts.back());
  return error;
}

Error clean_error(std::string_view path, Error error) {
  const auto parts = split_message(error.message, 3);
  if (parts.size() != 3) {
    error.message = fmt::format("execution error in ({}): {}", path, error.message);
    return error;
  }
  const std::size_t start = parts[2].find(kWarnStart);
  const std::size_t end = parts[2].rfind(kWarnEnd);
  if (start == std::string::npos || end == std::string::npos || end < start) return error;
  const std::size_t from = start + kWarnStart.size();
  error.message = fmt::format("execution error at ({}): {}", parts[1],
                              std::string_view(parts[2]).substr(from, end - from));
  return error;
}

Val release_object(const Release& release) {
  Val result = Val::new_map();
  auto& map = result.map();
  map.set("IsInstall", Val::boolean(!release.is_upgrade));
  map.set("IsUpgrade", Val::boolean(release.is_upgrade));
  map.set("Name", Val::string(release.name));
  map.set("Namespace", Val::string(release.ns));
  map.set("Revision", Val::integer(release.revision));
  map.set("Service", Val::string("Helm"));
  return result;
}

// A chart's `.`, filled in depth first.
struct ScopeMaker {
  const Val release;
  const Val capabilities;

  template <typename Add>
  Val make(const ActiveChart& chart, const Val& values, const std::string& path, bool is_root,
           const Add& add) const {
    Val scope = Val::new_map();
    Val subcharts = Val::new_map();
    auto& map = scope.map();
    map.set("Capabilities", capabilities);
    map.set("Chart", chart_object(chart.metadata, is_root));
    map.set("Files", files_object(chart.chart->files));
    map.set("Release", release);
    map.set("Subcharts", subcharts);
    map.set("Values", as_values(values));
    for (const ActiveChart& dependency : chart.dependencies) {
      const Val* own = values.is_map() ? values.map().find(dependency.name()) : nullptr;
      const Val below = own && own->is_map() ? *own : Val::new_map();
      subcharts.map().set(
          dependency.name(),
          make(dependency, below, path + "/charts/" + dependency.name(), false, add));
    }
    add(chart, path, scope);
    return scope;
  }
};

}  // namespace

tmpl::Limits deep_stack_limits() {
  constexpr std::size_t kLeft = std::size_t{4} << 20U;  // for what is not the template
  return {.stack_bytes = kDeepStackBytes - kLeft};
}

const tmpl::FunctionTable& functions() {
  static const tmpl::FunctionTable kTable = [] {
    tmpl::FunctionTable table;
    sprig::add_functions(table);
    add_functions(table);
    return table;
  }();
  return kTable;
}

std::vector<Renderer::Template> Renderer::collect(const ActiveChart& chart, const Val& values,
                                                  const Release& release,
                                                  const Capabilities& capabilities) const {
  std::vector<Template> templates;
  const ScopeMaker maker{release_object(release), capabilities_object(capabilities)};
  maker.make(
      chart, values, chart.name(), true,
      [&](const ActiveChart& part, const std::string& path, const Val& scope) {
        const bool is_library = part.metadata.type == "library";
        for (const File& file : part.chart->templates) {
          if (is_library && !base_name(file.name).starts_with('_')) continue;
          templates.push_back({path + "/" + file.name, &file.data, scope, path + "/templates"});
        }
      });
  std::ranges::sort(templates, [](const Template& a, const Template& b) {
    return parsed_before(a.path, b.path);
  });
  return templates;
}

Result<void> Renderer::parse(const std::vector<Template>& templates) {
  const bool is_same =
      set_ && std::ranges::equal(templates, parsed_, [](const Template& now, const auto& then) {
        return now.text == then.second && now.path == then.first;
      });
  if (is_same) return {};
  auto set = std::make_unique<tmpl::TemplateSet>(&functions());
  set_.reset();
  parsed_.clear();
  for (const Template& one : templates) {
    auto done = set->parse(one.path, *one.text);
    if (!done) return fail(clean_parse_error(one.path, std::move(done).error()));
    parsed_.emplace_back(one.path, one.text);
  }
  set_ = std::move(set);
  return {};
}

namespace {

void keep(const ActiveChart& chart, std::vector<std::shared_ptr<const Chart>>& into) {
  into.push_back(chart.chart);
  for (const ActiveChart& dependency : chart.dependencies) keep(dependency, into);
}

}  // namespace

Result<Rendered> Renderer::render(const ActiveChart& chart, const Val& values,
                                  const Release& release, const Capabilities& capabilities,
                                  const tmpl::Limits& limits) {
  const auto templates = collect(chart, values, release, capabilities);
  TRY(parse(templates));
  charts_.clear();
  keep(chart, charts_);

  RenderState state;
  tmpl::Execution execution(*set_, limits, &state);
  Rendered rendered;
  std::size_t bytes = 0;
  for (const Template& one : templates) {
    if (base_name(one.path).starts_with('_')) continue;
    Val about = Val::new_map();
    about.map().set("BasePath", Val::string(one.folder));
    about.map().set("Name", Val::string(one.path));
    one.scope.map().set("Template", as_values(std::move(about)));
    auto text = execution.render(one.path, as_values(Val(one.scope)));
    if (!text) return fail(clean_error(one.path, std::move(text).error()));
    bytes += text->size();
    if (bytes > limits.output_bytes) {
      return fail(too_large("the chart \"{}\" renders to more than {} bytes", chart.name(),
                            limits.output_bytes));
    }
    rendered[one.path] = without_no_value(*std::move(text));
  }
  return rendered;
}

}  // namespace gp::helm
