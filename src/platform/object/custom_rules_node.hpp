#pragma once
// Rules where they stand in the schema. Private to this folder.

#include <map>
#include <optional>

#include "engine/cel/cel.hpp"
#include "platform/object/custom_rules.hpp"

namespace gp::object {

struct CustomRule {
  cel::Program program;
  std::optional<cel::Program> message_program;
  std::string message_text;  // of message_program
  std::string text;          // the rule as written, trimmed
  std::string message;       // trimmed; may be empty
  std::string field;         // "replicas": the field to blame, below the rule's own place
  FieldError::Type type = FieldError::Type::Invalid;
  bool reads_old = false;
  bool old_is_optional = false;
};

struct RuleNode {
  std::vector<CustomRule> rules;
  cel::TypePtr type;
  std::string type_name;  // "object": what an Invalid value shows
  std::map<std::string, std::unique_ptr<RuleNode>, std::less<>> properties;
  std::unique_ptr<RuleNode> items;
  std::unique_ptr<RuleNode> additional;
  bool is_atomic = false;              // an object whose fields have no past
  std::vector<std::string> list_keys;  // of a list whose items have a past
};

}  // namespace gp::object
