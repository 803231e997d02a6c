#include "feature/catalog/kinds.hpp"

namespace gp::catalog {
namespace {

constexpr ReferenceField kOwner{"owner", "Group", "ownedBy", "ownerOf"};
constexpr ReferenceField kSystem{"system", "System", "partOf", "hasPart"};
constexpr ReferenceField kDependsOn{"dependsOn", "", "dependsOn", "dependencyOf", true};
constexpr ReferenceField kDependencyOf{"dependencyOf", "", "dependencyOf", "dependsOn", true};

constexpr ReferenceField kComponentReferences[] = {
    kOwner,
    kSystem,
    {"subcomponentOf", "Component", "partOf", "hasPart"},
    {"providesApis", "API", "providesApi", "apiProvidedBy", true},
    {"consumesApis", "API", "consumesApi", "apiConsumedBy", true},
    kDependsOn,
    kDependencyOf,
};
constexpr ReferenceField kApiReferences[] = {kOwner, kSystem, kDependsOn};
constexpr ReferenceField kResourceReferences[] = {kOwner, kSystem, kDependsOn, kDependencyOf};
constexpr ReferenceField kSystemReferences[] = {
    kOwner, {"domain", "Domain", "partOf", "hasPart"}, kDependsOn};
constexpr ReferenceField kDomainReferences[] = {kOwner,
                                                {"subdomainOf", "Domain", "partOf", "hasPart"}};
constexpr ReferenceField kGroupReferences[] = {
    {"parent", "Group", "childOf", "parentOf"},
    {"children", "Group", "parentOf", "childOf", true},
    {"members", "User", "hasMember", "memberOf", true},
};
constexpr ReferenceField kUserReferences[] = {{"memberOf", "Group", "memberOf", "hasMember", true}};
constexpr ReferenceField kTemplateReferences[] = {kOwner};

constexpr std::string_view kComponentSpec = R"({
  "type": "object", "required": ["type", "lifecycle", "owner"],
  "properties": {
    "type": {"type": "string", "minLength": 1}, "lifecycle": {"type": "string", "minLength": 1},
    "owner": {"type": "string", "minLength": 1}, "system": {"type": "string", "minLength": 1},
    "subcomponentOf": {"type": "string", "minLength": 1},
    "providesApis": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "consumesApis": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "dependsOn": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "dependencyOf": {"type": "array", "items": {"type": "string", "minLength": 1}}}})";
constexpr std::string_view kApiSpec = R"({
  "type": "object", "required": ["type", "lifecycle", "owner", "definition"],
  "properties": {
    "type": {"type": "string", "minLength": 1}, "lifecycle": {"type": "string", "minLength": 1},
    "owner": {"type": "string", "minLength": 1}, "system": {"type": "string", "minLength": 1},
    "definition": {"type": "string", "minLength": 1},
    "dependsOn": {"type": "array", "items": {"type": "string", "minLength": 1}}}})";
constexpr std::string_view kResourceSpec = R"({
  "type": "object", "required": ["type", "owner"],
  "properties": {
    "type": {"type": "string", "minLength": 1}, "owner": {"type": "string", "minLength": 1},
    "system": {"type": "string", "minLength": 1},
    "dependsOn": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "dependencyOf": {"type": "array", "items": {"type": "string", "minLength": 1}}}})";
constexpr std::string_view kSystemSpec = R"({
  "type": "object", "required": ["owner"],
  "properties": {
    "owner": {"type": "string", "minLength": 1}, "domain": {"type": "string", "minLength": 1},
    "type": {"type": "string", "minLength": 1},
    "dependsOn": {"type": "array", "items": {"type": "string", "minLength": 1}}}})";
constexpr std::string_view kDomainSpec = R"({
  "type": "object", "required": ["owner"],
  "properties": {
    "owner": {"type": "string", "minLength": 1}, "subdomainOf": {"type": "string", "minLength": 1},
    "type": {"type": "string", "minLength": 1}}})";
constexpr std::string_view kGroupSpec = R"({
  "type": "object", "required": ["type", "children"],
  "properties": {
    "type": {"type": "string", "minLength": 1},
    "profile": {"type": "object", "properties": {
      "displayName": {"type": "string", "minLength": 1}, "email": {"type": "string", "minLength": 1},
      "picture": {"type": "string", "minLength": 1}}},
    "parent": {"type": "string", "minLength": 1},
    "children": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "members": {"type": "array", "items": {"type": "string", "minLength": 1}}}})";
constexpr std::string_view kUserSpec = R"({
  "type": "object", "required": ["memberOf"],
  "properties": {
    "profile": {"type": "object", "properties": {
      "displayName": {"type": "string", "minLength": 1}, "email": {"type": "string", "minLength": 1},
      "picture": {"type": "string", "minLength": 1}}},
    "memberOf": {"type": "array", "items": {"type": "string", "minLength": 1}}}})";
constexpr std::string_view kLocationSpec = R"({
  "type": "object",
  "properties": {
    "type": {"type": "string", "minLength": 1}, "target": {"type": "string", "minLength": 1},
    "targets": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "presence": {"type": "string", "enum": ["required", "optional"]}}})";
constexpr std::string_view kTemplateSpec = R"({
  "type": "object", "required": ["type", "steps"],
  "properties": {
    "type": {"type": "string", "minLength": 1}, "owner": {"type": "string", "minLength": 1},
    "lifecycle": {"type": "string", "minLength": 1},
    "parameters": {"type": ["object", "array"], "items": {"type": "object"}},
    "steps": {"type": "array", "items": {"type": "object", "required": ["action"], "properties": {
      "id": {"type": "string"}, "name": {"type": "string"}, "action": {"type": "string"},
      "input": {"type": "object"}, "if": {"type": ["string", "boolean"]}}}},
    "output": {"type": "object"}}})";

constexpr std::string_view kGroup = "backstage.io";
constexpr std::string_view kVersion = "v1alpha1";
constexpr std::string_view kBuiltin = "BuiltinKindsEntityProcessor";

constexpr EntityKind kKinds[] = {
    {"API", "apis", "api", kGroup, kVersion, kBuiltin, kApiSpec, kApiReferences},
    {"Component", "components", "component", kGroup, kVersion, kBuiltin, kComponentSpec,
     kComponentReferences},
    {"Domain", "domains", "domain", kGroup, kVersion, kBuiltin, kDomainSpec, kDomainReferences},
    {"Group", "groups", "group", kGroup, kVersion, kBuiltin, kGroupSpec, kGroupReferences},
    {"Location", "locations", "location", kGroup, kVersion, kBuiltin, kLocationSpec, {}},
    {"Resource", "resources", "resource", kGroup, kVersion, kBuiltin, kResourceSpec,
     kResourceReferences},
    {"System", "systems", "system", kGroup, kVersion, kBuiltin, kSystemSpec, kSystemReferences},
    {"User", "users", "user", kGroup, kVersion, kBuiltin, kUserSpec, kUserReferences},
    {"Template", "templates", "template", "scaffolder.backstage.io", "v1beta3",
     "ScaffolderEntitiesProcessor", kTemplateSpec, kTemplateReferences},
};

}  // namespace

std::span<const EntityKind> entity_kinds() {
  return kKinds;
}

const EntityKind* find_entity_kind(std::string_view api_version, std::string_view kind) {
  for (const EntityKind& known : kKinds) {
    if (known.kind != kind) continue;
    const auto slash = api_version.find('/');
    if (slash == std::string_view::npos || api_version.substr(0, slash) != known.group)
      return nullptr;
    const std::string_view version = api_version.substr(slash + 1);
    const bool is_known =
        version == known.version || (known.group == kGroup && version == "v1beta1");
    return is_known ? &known : nullptr;
  }
  return nullptr;
}

}  // namespace gp::catalog
