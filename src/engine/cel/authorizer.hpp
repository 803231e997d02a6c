#pragma once
// The `authorizer` of admission policies: an expression asks whether the caller (or a service
// account) may do something, and somebody outside answers.

#include <functional>
#include <string>

#include "engine/cel/val.hpp"

namespace gp::cel {

struct AccessQuestion {
  bool is_resource = true;
  std::string service_account_ns, service_account;  // empty: the caller of the request
  std::string path;                                 // of a question about a path
  std::string group, version, resource, subresource, ns, name;
  std::string verb;
};

struct AccessAnswer {
  bool is_allowed = false;
  std::string reason;
};

// Called while an expression runs; must not block.
using AccessSource = std::function<AccessAnswer(const AccessQuestion&)>;

TypePtr authorizer_type();
TypePtr resource_check_type();

// The variable `authorizer`.
Val make_authorizer(AccessSource source);
// The variable `authorizer.requestResource`: a question about the request's own resource.
Val make_resource_check(AccessSource source, AccessQuestion question);

}  // namespace gp::cel
