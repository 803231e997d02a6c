#pragma once
// May this caller do that? One question a request; answered from memory, never blocking.

#include <string>
#include <string_view>

#include "platform/api/request_info.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

struct Attributes {
  std::string verb;
  std::string group, version, resource, subresource, ns, name;  // of a resource
  std::string path;                                             // otherwise
  bool is_resource = true;
};

Attributes attributes_of(const RequestInfo& info);

struct Decision {
  bool is_allowed = false;
  std::string reason;  // `RBAC: allowed by RoleBinding "rb/shop" of Role "r" to User "carol"`
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  virtual Decision decide(const Caller& caller, const Attributes& attributes) = 0;
  // What the caller may do in a namespace: {resourceRules, nonResourceRules, incomplete}, as
  // SelfSubjectRulesReview answers.
  virtual Value rules_of(const Caller& caller, std::string_view ns) = 0;
};

// The real server's words: `configmaps is forbidden: User "alice" cannot list resource "configmaps"
// in API group "" at the cluster scope`.
// `reason`: the decision's, why it found nothing; it ends the sentence.
Error forbidden_error(const Caller& caller, const Attributes& attributes,
                      std::string_view reason = {});

}  // namespace gp::api
