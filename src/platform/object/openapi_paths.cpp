// The paths of OpenAPI documents: one operation for each verb of each kind.

#include <algorithm>
#include <array>

#include "platform/object/openapi_build.hpp"

namespace gp::object {
namespace {

constexpr std::string_view kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

struct Verb {
  std::string_view verb;    // of the kind
  std::string_view method;  // of HTTP
  std::string_view word;    // first of the operation's name
  std::string_view action;  // x-kubernetes-action
  bool on_collection;
};

constexpr std::array<Verb, 7> kVerbs = {{
    {"list", "get", "list", "list", true},
    {"create", "post", "create", "post", true},
    {"deletecollection", "delete", "deleteCollection", "deletecollection", true},
    {"get", "get", "read", "get", false},
    {"update", "put", "replace", "put", false},
    {"patch", "patch", "patch", "patch", false},
    {"delete", "delete", "delete", "delete", false},
}};

struct ParameterLine {
  std::string_view name;
  std::string_view type;
  std::string_view description;
};

constexpr std::array<ParameterLine, 1> kDryRun = {
    {{"dryRun", "string", "\"All\": check everything, store nothing."}}};
constexpr std::array<ParameterLine, 2> kManager = {
    {{"fieldManager", "string", "Who owns the fields that this request sets."},
     {"fieldValidation", "string", "Unknown and duplicate fields: Ignore, Warn or Strict."}}};
constexpr std::array<ParameterLine, 1> kForce = {
    {{"force", "boolean", "Take fields over from other managers (server-side apply)."}}};
constexpr std::array<ParameterLine, 10> kList = {
    {{"allowWatchBookmarks", "boolean", "Send bookmark events while watching."},
     {"continue", "string", "Where the next page begins, as the last one said."},
     {"fieldSelector", "string", "Only objects with these field values."},
     {"labelSelector", "string", "Only objects with these labels."},
     {"limit", "integer", "At most so many objects on a page."},
     {"resourceVersion", "string", "At which revision, or after which one when watching."},
     {"resourceVersionMatch", "string", "Exact, or NotOlderThan."},
     {"sendInitialEvents", "boolean", "Begin a watch with the objects that exist."},
     {"timeoutSeconds", "integer", "End the request after so long."},
     {"watch", "boolean", "Send changes as they happen."}}};
constexpr std::array<ParameterLine, 3> kDelete = {
    {{"gracePeriodSeconds", "integer", "How long the object may take to end."},
     {"orphanDependents", "boolean", "Replaced by propagationPolicy."},
     {"propagationPolicy", "string", "What owned objects do: Orphan, Background or Foreground."}}};

class Paths {
 public:
  explicit Paths(RefStyle style) : style_(style) {}

  void add(const Kind& kind) {
    const std::string root = kind.group.empty() ? fmt::format("/api/{}", kind.version)
                                                : fmt::format("/apis/{}", kind.api_version());
    const std::string collection =
        kind.is_namespaced ? fmt::format("{}/namespaces/{{namespace}}/{}", root, kind.plural)
                           : fmt::format("{}/{}", root, kind.plural);
    add_item(kind, collection, true, "");
    if (kind.is_virtual) return;
    add_item(kind, collection + "/{name}", false, "");
    if (kind.has_status) add_item(kind, collection + "/{name}/status", false, "Status");
    if (kind.scale) add_item(kind, collection + "/{name}/scale", false, "Scale");
    if (kind.is_namespaced) add_all_namespaces(kind, fmt::format("{}/{}", root, kind.plural));
  }

  Value take() {
    paths_.sort_members();
    return std::move(paths_);
  }

 private:
  static bool has_verb(const Kind& kind, std::string_view verb) {
    return std::ranges::find(kind.verbs, verb) != kind.verbs.end();
  }

  void add_item(const Kind& kind, const std::string& path, bool on_collection,
                std::string_view subresource) {
    Value item = Value::object();
    for (const Verb& verb : kVerbs) {
      if (verb.on_collection != on_collection || !has_verb(kind, verb.verb)) continue;
      if (!subresource.empty() && verb.verb == "delete") continue;
      item.set(verb.method, operation(kind, verb, subresource));
    }
    item.set("parameters", path_parameters(path));
    paths_.set(path, std::move(item));
  }

  void add_all_namespaces(const Kind& kind, const std::string& path) {
    Value item = Value::object();
    Value list = operation(kind, kVerbs[0], "");
    list.set("operationId", fmt::format("list{}ForAllNamespaces", name_of(kind, false)));
    item.set("get", std::move(list));
    item.set("parameters", path_parameters(path));
    paths_.set(path, std::move(item));
  }

  Value operation(const Kind& kind, const Verb& verb, std::string_view subresource) {
    const bool is_scale = subresource == "Scale";
    const std::string body_schema =
        is_scale ? "io.k8s.api.autoscaling.v1.Scale" : schema_name_of(kind);
    Value out = Value::object();
    out.set("description", describe(kind, verb, subresource));
    out.set("operationId",
            fmt::format("{}{}{}", verb.word, name_of(kind, kind.is_namespaced), subresource));
    out.set("tags", Value::array({tag(kind)}));
    out.set("x-kubernetes-action", verb.action);
    out.set("x-kubernetes-group-version-kind",
            is_scale
                ? Value::object({{"group", "autoscaling"}, {"kind", "Scale"}, {"version", "v1"}})
                : Value::object(
                      {{"group", kind.group}, {"kind", kind.kind}, {"version", kind.version}}));
    Value parameters = query_parameters(verb);
    add_body(kind, verb, body_schema, parameters, out);
    if (!parameters.empty()) out.set("parameters", std::move(parameters));
    out.set("responses", responses(kind, verb, body_schema));
    return out;
  }

  static std::string describe(const Kind& kind, const Verb& verb, std::string_view subresource) {
    if (!subresource.empty()) {
      return fmt::format("{} the {} of a {}", verb.verb,
                         subresource == "Scale" ? "scale" : "status", kind.kind);
    }
    return fmt::format("{} {}", verb.verb, verb.on_collection ? kind.plural : kind.kind);
  }

  // "CoreV1NamespacedConfigMap"
  static std::string name_of(const Kind& kind, bool namespaced) {
    std::string group = kind.group.empty() ? "core" : kind.group.substr(0, kind.group.find('.'));
    std::string version = kind.version;
    for (std::string* word : {&group, &version}) {
      if (!word->empty() && (*word)[0] >= 'a' && (*word)[0] <= 'z') {
        (*word)[0] = static_cast<char>((*word)[0] - 'a' + 'A');
      }
    }
    return fmt::format("{}{}{}{}", group, version, namespaced ? "Namespaced" : "", kind.kind);
  }

  static std::string tag(const Kind& kind) {
    std::string group =
        kind.group.empty() ? "core" : kind.group.substr(0, kind.group.find(".k8s.io"));
    std::ranges::replace(group, '.', '_');
    return fmt::format("{}_{}", group, kind.version);
  }

  Value typed(std::string_view type) const {
    Value schema = Value::object({{"type", type}, {"uniqueItems", true}});
    return style_ == RefStyle::Definitions ? schema
                                           : Value::object({{"schema", std::move(schema)}});
  }

  Value parameter(std::string_view in, const ParameterLine& line) const {
    Value out = typed(line.type);
    out.set("name", line.name);
    out.set("in", in);
    out.set("description", line.description);
    if (in == "path") out.set("required", true);
    return out;
  }

  Value path_parameters(std::string_view path) const {
    Value out = Value::array();
    if (path.contains("{name}")) {
      out.push_back(parameter("path", {"name", "string", "The object's name."}));
    }
    if (path.contains("{namespace}")) {
      out.push_back(parameter("path", {"namespace", "string", "The namespace it lives in."}));
    }
    out.push_back(parameter("query", {"pretty", "string", "Indent the answer."}));
    return out;
  }

  Value query_parameters(const Verb& verb) const {
    Value out = Value::array();
    const auto add = [&](std::span<const ParameterLine> lines) {
      for (const ParameterLine& line : lines) out.push_back(parameter("query", line));
    };
    if (verb.verb == "list" || verb.verb == "deletecollection") add(kList);
    if (verb.verb == "delete" || verb.verb == "deletecollection") add(kDelete);
    if (verb.verb != "list" && verb.verb != "get") add(kDryRun);
    if (verb.verb == "create" || verb.verb == "update" || verb.verb == "patch") add(kManager);
    if (verb.verb == "patch") add(kForce);
    return out;
  }

  Value ref(std::string_view name) const {
    return Value::object(
        {{"$ref",
          fmt::format("{}{}",
                      style_ == RefStyle::Definitions ? "#/definitions/" : "#/components/schemas/",
                      name)}});
  }

  void add_body(const Kind& kind, const Verb& verb, std::string_view schema, Value& parameters,
                Value& out) const {
    if (verb.verb == "get" || verb.verb == "list") return;
    std::vector<std::string_view> types = {"*/*"};
    std::string name(schema);
    if (verb.verb == "patch") {
      name = fmt::format("{}Patch", kMeta);
      types = {"application/json-patch+json", "application/merge-patch+json",
               "application/apply-patch+yaml"};
      if (kind.has_strategic_merge()) types.push_back("application/strategic-merge-patch+json");
    } else if (verb.verb == "delete" || verb.verb == "deletecollection") {
      name = fmt::format("{}DeleteOptions", kMeta);
    }
    const bool is_needed = verb.method != "delete";
    if (style_ == RefStyle::Definitions) {
      Value body = Value::object({{"name", "body"}, {"in", "body"}, {"schema", ref(name)}});
      if (is_needed) body.set("required", true);
      parameters.push_back(std::move(body));
      Value consumes = Value::array();
      for (const std::string_view type : types) consumes.push_back(type);
      out.set("consumes", std::move(consumes));
      return;
    }
    Value content = Value::object();
    for (const std::string_view type : types) {
      content.set(type, Value::object({{"schema", ref(name)}}));
    }
    Value body = Value::object({{"content", std::move(content)}});
    if (is_needed) body.set("required", true);
    out.set("requestBody", std::move(body));
  }

  Value responses(const Kind& kind, const Verb& verb, const std::string& schema) const {
    std::string name = schema;
    if (verb.verb == "list") {
      name = schema.substr(0, schema.size() - kind.kind.size()) + kind.list_kind;
    } else if (verb.method == "delete") {
      name = fmt::format("{}Status", kMeta);
    }
    Value out = Value::object();
    out.set("200", response("OK", name));
    if (verb.verb == "create" || verb.verb == "update" || verb.verb == "patch") {
      out.set("201", response("Created", name));
    }
    if (verb.verb == "create" || verb.verb == "delete") out.set("202", response("Accepted", name));
    out.set("401", Value::object({{"description", "Unauthorized"}}));
    return out;
  }

  Value response(std::string_view description, std::string_view schema) const {
    Value out = Value::object({{"description", description}});
    if (style_ == RefStyle::Definitions) {
      out.set("schema", ref(schema));
      return out;
    }
    Value content = Value::object();
    for (const std::string_view type : {"application/json", "application/yaml"}) {
      content.set(type, Value::object({{"schema", ref(schema)}}));
    }
    out.set("content", std::move(content));
    return out;
  }

  RefStyle style_;
  Value paths_ = Value::object();
};

}  // namespace

Value paths_of(std::span<const KindPtr> kinds, RefStyle style) {
  Paths paths(style);
  for (const KindPtr& kind : kinds) paths.add(*kind);
  return paths.take();
}

}  // namespace gp::object
