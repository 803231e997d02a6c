#include <iostream>

#include "app/commands/objects.hpp"
#include "app/terminal.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"
#include "engine/jsonpath/jsonpath.hpp"

namespace gp::app {
namespace {

constexpr std::string_view kTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

std::string cell_text(const Value& cell) {
  return cell.is_string() ? cell.string() : to_json(cell);
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// Collections to ask for: one path for all, or one a name.
std::vector<std::string> paths_of(const Named& named, const GetOptions& options) {
  const std::string ns = options.all_namespaces ? "" : options.ns;
  if (!named.names.empty()) {
    std::vector<std::string> paths;
    for (const std::string& name : named.names) paths.push_back(named.resource.path(ns, name));
    return paths;
  }
  std::string query;
  if (!options.selector.empty()) query += "&labelSelector=" + percent_encode(options.selector);
  if (!options.field_selector.empty())
    query += "&fieldSelector=" + percent_encode(options.field_selector);
  if (!query.empty()) query[0] = '?';
  return {named.resource.path(ns) + query};
}

struct Table {
  std::vector<std::vector<std::string>> rows;

  // One name column prefixed by its kind when several kinds share the screen, as kubectl does.
  void add(const Value& answer, const GetOptions& options, const Named& named, bool with_kind) {
    const Value& columns = answer["columnDefinitions"];
    const bool shows_ns = options.all_namespaces && named.resource.is_namespaced;
    if (rows.empty()) {
      rows.emplace_back();
      if (shows_ns) rows.back().push_back("NAMESPACE");
      for (const Value& column : columns.items()) {
        if (is_shown(column, options)) rows.back().push_back(upper(column["name"].text()));
      }
    }
    for (const Value& row : answer["rows"].items()) {
      std::vector<std::string> line;
      if (shows_ns) line.push_back(row["object"]["metadata"]["namespace"].string());
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!is_shown(columns.at(i), options)) continue;
        std::string text = cell_text(row["cells"].at(i));
        if (i == 0 && with_kind) text = named.resource.singular + "/" + text;
        line.push_back(std::move(text));
      }
      rows.push_back(std::move(line));
    }
  }

  static bool is_shown(const Value& column, const GetOptions& options) {
    return column["priority"].integer() == 0 || options.output == "wide";
  }
};

Result<> print_tables(ApiClient& client, const std::vector<Named>& wanted,
                      const GetOptions& options) {
  bool printed = false;
  for (const Named& named : wanted) {
    Table table;
    for (const std::string& path : paths_of(named, options)) {
      const Value answer = TRY(client.get(path, kTable));
      table.add(answer, options, named, wanted.size() > 1);
    }
    if (table.rows.size() < 2) continue;
    std::cout << (printed ? "\n" : "") << format_table(table.rows);
    printed = true;
  }
  if (!printed) {
    std::cerr << (options.all_namespaces
                      ? std::string("No resources found\n")
                      : fmt::format("No resources found in {} namespace.\n", options.ns));
  }
  return {};
}

Result<> print_objects(ApiClient& client, const std::vector<Named>& wanted,
                       const GetOptions& options) {
  Value items = Value::array();
  bool is_single = wanted.size() == 1 && wanted.front().names.size() == 1;
  for (const Named& named : wanted) {
    for (const std::string& path : paths_of(named, options)) {
      const Value answer = TRY(client.get(path));
      if (!answer["items"].is_array()) {
        items.push_back(answer);
        continue;
      }
      for (Value item : answer["items"].items()) {  // list items leave out what the list says once
        item.set("apiVersion", named.resource.api_version());
        item.set("kind", named.resource.kind);
        items.push_back(std::move(item));
      }
    }
  }
  const Value whole =
      is_single ? items.at(0)
                : Value::object({{"apiVersion", "v1"}, {"kind", "List"}, {"items", items}});
  if (options.output == "json") {
    std::cout << to_json(whole, {.escape_html = false, .indent = 4}) << "\n";
  } else if (options.output == "yaml") {
    std::cout << to_yaml(whole);
  } else if (options.output == "name") {
    for (const Value& item : items.items()) {
      const ApiResource resource =
          TRY(client.resolve_kind(item["apiVersion"].text(), item["kind"].text()));
      const std::string suffix = resource.group.empty() ? "" : "." + resource.group;
      std::cout << resource.singular << suffix << "/" << item["metadata"]["name"].text() << "\n";
    }
  } else {
    const auto path =
        TRY(jsonpath::JsonPath::parse(options.output.substr(options.output.find('=') + 1)));
    const std::string text = TRY(path.print(whole));
    std::cout << text;
  }
  return {};
}

Result<> print_types(ApiClient& client) {
  const std::vector<ApiResource> resources = TRY(client.discover());
  for (const ApiResource& resource : resources) std::cout << resource.plural << "\n";
  return {};
}

Result<> get(const GetOptions& options) {
  ApiClient client = TRY(connect(options.connection));
  if (options.list_types) return print_types(client);
  const std::vector<Named> wanted = TRY(parse_arguments(client, options.arguments));
  if (options.output == "table" || options.output == "wide")
    return print_tables(client, wanted, options);
  return print_objects(client, wanted, options);
}

}  // namespace

int run_get(const GetOptions& options) {
  const auto done = get(options);
  return done ? kFine : report(done.error());
}

}  // namespace gp::app
