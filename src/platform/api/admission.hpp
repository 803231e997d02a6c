#pragma once
// What may change or refuse a write before it reaches the store: webhooks, policies, built-in
// rules.
//
// Order, as in the real server: mutating webhooks → defaults and validation of the kind → policies
// → validating webhooks. The verbs ask `may_…()` first, which costs next to nothing when nobody has
// said anything about such requests. Calls may block (webhooks); they run on workers.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/api/verbs.hpp"

namespace gp::api {

enum class Operation { Create, Update, Delete, Connect };

std::string_view operation_name(Operation operation);  // "CREATE"

struct AdmissionRequest {
  Operation operation = Operation::Create;
  Target target;     // `name` may be empty: a name is still to be generated, or a collection
  Value object;      // null on delete
  Value old_object;  // null on create and connect
  Value options;     // CreateOptions, …; apiVersion and kind included
  const Caller* caller = nullptr;
  bool dry_run = false;
  std::vector<std::string>* warnings = nullptr;                     // for the Warning header
  std::map<std::string, std::string>* audit_annotations = nullptr;  // for the audit log
  bool is_changed = false;  // set by mutate(): `object` is not what it was

  // The document's own type, "autoscaling/v1" "Scale" of a scale subresource.
  std::string_view api_version() const;
  std::string_view kind() const;
};

class Admission {
 public:
  virtual ~Admission() = default;

  // Whether anybody could have a say in such a request.
  virtual bool may_mutate(Operation operation, const Target& target) = 0;
  virtual bool may_validate(Operation operation, const Target& target) = 0;

  // Changes `request.object`; a refusal is a Status in the real server's words.
  virtual Result<> mutate(AdmissionRequest& request) = 0;
  virtual Result<> validate(AdmissionRequest& request) = 0;
};

}  // namespace gp::api
