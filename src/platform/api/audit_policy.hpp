#pragma once
// Which requests the audit log tells of, and how much: a policy of audit.k8s.io/v1.
//
//   apiVersion: audit.k8s.io/v1
//   kind: Policy
//   omitStages: [RequestReceived]
//   rules:
//   - { level: Request, resources: [{ group: "", resources: [configmaps] }] }
//   - { level: Metadata }
//
// The first rule that matches decides; without one nothing is told. Users are those who signed in,
// not those whom they impersonate.

#include <optional>
#include <string>
#include <vector>

#include "platform/api/request_info.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api::audit {

enum class Level { None, Metadata, Request, RequestResponse };
enum class Stage { RequestReceived, ResponseStarted, ResponseComplete, Panic };

std::string_view level_name(Level level);
std::string_view stage_name(Stage stage);

struct Verdict {
  Level level = Level::None;
  unsigned omitted_stages = 0;  // a bit for each Stage
  bool omits_managed_fields = false;

  bool omits(Stage stage) const {
    return ((omitted_stages >> static_cast<unsigned>(stage)) & 1U) != 0;
  }
};

class Policy {
 public:
  // YAML or JSON. Errors name the file and the field: `audit.yaml: rules[1].level is "Some", …`.
  static Result<Policy> parse(std::string_view text, std::string_view path);
  // Metadata of everything but probes, discovery and Events.
  static Policy standard();

  Verdict judge(const Caller& caller, const RequestInfo& info) const;

 private:
  struct Resources {
    std::string group;
    std::vector<std::string> resources, names;
  };
  struct Rule {
    Verdict verdict;
    std::vector<std::string> users, groups, verbs, namespaces, urls;
    std::vector<Resources> resources;
    std::optional<bool> omits_managed_fields;

    bool matches(const Caller& caller, const RequestInfo& info) const;
    bool matches_resource(const RequestInfo& info) const;
  };
  static Result<Rule> read_rule(const Value& value, const std::string& where);

  std::vector<Rule> rules_;
};

}  // namespace gp::api::audit
