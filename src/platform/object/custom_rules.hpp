#pragma once
// x-kubernetes-validations: the rules in CEL of a custom resource's schema, compiled once and
// shared by all threads.
//
// A rule may cost as much as on the real server: 10 million units by estimate when it is declared
// (times how often its place can occur in one request), a million when it runs, ten million for one
// object.

#include <memory>
#include <string>
#include <vector>

#include "platform/object/kind.hpp"

namespace gp::object {

struct RuleNode;  // custom_rules_node.hpp

class CustomRules {
 public:
  // `path` names the schema in `problems`: what is wrong with the rules themselves. A rule with a
  // problem is left out. `before` is what the schema was, or null.
  static CustomRules compile(const Value& schema, const std::string& path, const Value* before,
                             std::vector<FieldError>& problems);

  bool empty() const { return root_ == nullptr; }
  // `before` is null on create: rules that read oldSelf wait for the first update.
  void check(const Value& object, const Value* before, std::vector<FieldError>& errors) const;

 private:
  std::shared_ptr<const RuleNode> root_;
};

}  // namespace gp::object
