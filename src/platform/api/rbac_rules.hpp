#pragma once
// RBAC rules in memory and what they match. Private to this folder.

#include <map>
#include <string>
#include <vector>

#include "platform/api/authorizer.hpp"

namespace gp::api::rbac {

struct Rule {
  std::vector<std::string> verbs, groups, resources, names, urls;

  bool allows(const Attributes& attributes) const;
};

struct Role {
  std::vector<Rule> rules;
};

struct Subject {
  std::string kind, name, ns;

  bool is(const Caller& caller) const;
  std::string to_string() const;  // `User "carol"`, `ServiceAccount "bot/shop"`
};

struct Binding {
  std::string ns, name;  // no namespace: of the cluster
  std::string role_kind, role_name;
  std::vector<Subject> subjects;

  const Subject* subject_of(const Caller& caller) const;
};

Rule read_rule(const Value& value);
Role read_role(const Value& document);
Binding read_binding(const Value& document);

}  // namespace gp::api::rbac
