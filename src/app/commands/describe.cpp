#include <iostream>

#include "app/commands/objects.hpp"
#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"

namespace gp::app {
namespace {

// "lastTransitionTime" -> "Last Transition Time", as kubectl heads fields.
std::string heading(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const char c = key[i];
    const bool starts_word =
        i > 0 && c >= 'A' && c <= 'Z' && key[i - 1] >= 'a' && key[i - 1] <= 'z';
    if (starts_word) out += ' ';
    out += i == 0 && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

void print_value(std::string& out, const Value& value, std::size_t depth);

void print_member(std::string& out, std::string_view name, const Value& value, std::size_t depth) {
  const std::string indent(depth * 2, ' ');
  if (value.is_object() || value.is_array()) {
    if (value.empty()) return;
    out += fmt::format("{}{}:\n", indent, name);
    print_value(out, value, depth + 1);
    return;
  }
  std::string text = value.is_string() ? value.string() : to_json(value);
  if (text.find('\n') == std::string::npos) {
    out += fmt::format("{}{}:  {}\n", indent, name, text);
    return;
  }
  out += fmt::format("{}{}:\n", indent, name);
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out += fmt::format("{}  {}\n", indent, std::string_view(text).substr(start, end - start));
    start = end + 1;
  }
}

void print_value(std::string& out, const Value& value, std::size_t depth) {
  const std::string indent(depth * 2, ' ');
  for (const auto& member : value.members())
    print_member(out, heading(member.key()), member.value, depth);
  for (const Value& item : value.items()) {
    if (!item.is_object()) {
      out += fmt::format("{}{}\n", indent, item.is_string() ? item.string() : to_json(item));
      continue;
    }
    std::string block;
    print_value(block, item, depth + 1);
    if (block.size() > indent.size() + 2) block.replace(indent.size(), 1, "-");
    out += block;
  }
}

std::string describe_head(const Value& object) {
  const Value& metadata = object["metadata"];
  std::string out = fmt::format("Name:         {}\n", metadata["name"].text());
  if (!metadata["namespace"].empty())
    out += fmt::format("Namespace:    {}\n", metadata["namespace"].text());
  for (const auto& [title, field] :
       {std::pair{"Labels:       ", "labels"}, std::pair{"Annotations:  ", "annotations"}}) {
    out += title;
    if (metadata[field].empty()) out += "<none>\n";
    bool is_first = true;
    for (const auto& member : metadata[field].members()) {
      out += fmt::format("{}{}={}\n", is_first ? "" : "              ", member.key(),
                         shorten(member.value.text(), 120));
      is_first = false;
    }
  }
  out += fmt::format("API Version:  {}\nKind:         {}\nCreated:      {}\n",
                     object["apiVersion"].text(), object["kind"].text(),
                     metadata["creationTimestamp"].text());
  return out;
}

// A Secret's values never reach the screen: sizes only, as kubectl shows them.
Value without_secret_values(Value object) {
  if (object["kind"].text() != "Secret" || object["apiVersion"].text() != "v1") return object;
  Value sizes = Value::object();
  for (const auto& member : object["data"].members()) {
    const auto bytes = base64_decode(member.value.text());
    sizes.set(member.key(), fmt::format("{} bytes", bytes ? bytes->size() : 0));
  }
  object.set("data", std::move(sizes));
  return object;
}

Result<std::string> describe_events(ApiClient& client, const Value& object) {
  const Value& metadata = object["metadata"];
  const std::string selector =
      fmt::format("involvedObject.kind={},involvedObject.name={},involvedObject.uid={}",
                  object["kind"].text(), metadata["name"].text(), metadata["uid"].text());
  const std::string path =
      metadata["namespace"].empty()
          ? std::string("/api/v1/events")
          : fmt::format("/api/v1/namespaces/{}/events", metadata["namespace"].text());
  const Value events = TRY(client.get(path + "?fieldSelector=" + percent_encode(selector)));
  if (events["items"].empty()) return std::string("Events:  <none>\n");

  std::vector<std::vector<std::string>> rows = {{"  Type", "Reason", "Age", "From", "Message"}};
  for (const Value& event : events["items"].items()) {
    const auto last = parse_time(event["lastTimestamp"].text());
    const std::string age = last ? human_duration(system_clock().now() - *last) : "<unknown>";
    rows.push_back({"  " + event["type"].string(), event["reason"].string(),
                    event["count"].integer(1) > 1
                        ? fmt::format("{} (x{})", age, event["count"].integer())
                        : age,
                    event["source"]["component"].string(event["reportingComponent"].text()),
                    event["message"].string()});
  }
  return "Events:\n" + format_table(rows);
}

Result<> describe(const GetOptions& options) {
  ApiClient client = TRY(connect(options.connection));
  bool is_first = true;
  const std::vector<Named> wanted = TRY(parse_arguments(client, options.arguments));
  for (const Named& named : wanted) {
    std::vector<Value> objects;
    const std::string ns = options.all_namespaces ? "" : options.ns;
    for (const std::string& name : named.names) {
      Value object = TRY(client.get(named.resource.path(ns, name)));
      objects.push_back(std::move(object));
    }
    if (named.names.empty()) {
      const Value list = TRY(client.get(named.resource.path(ns)));
      for (Value item : list["items"].items()) {
        item.set("apiVersion", named.resource.api_version());
        item.set("kind", named.resource.kind);
        objects.push_back(std::move(item));
      }
    }
    for (const Value& object : objects) {
      std::string out = is_first ? "" : "\n\n";
      out += describe_head(object);
      const Value shown = without_secret_values(object);
      for (const auto& member : shown.members()) {
        const std::string_view key = member.key();
        if (key != "apiVersion" && key != "kind" && key != "metadata")
          print_member(out, heading(key), member.value, 0);
      }
      const std::string events = TRY(describe_events(client, object));
      std::cout << out << events;
      is_first = false;
    }
  }
  return {};
}

}  // namespace

int run_describe(const GetOptions& options) {
  const auto done = describe(options);
  return done ? kFine : report(done.error());
}

}  // namespace gp::app
