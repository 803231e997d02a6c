#pragma once
// The Kubernetes verbs without HTTP: what the API server's handlers and the local Cluster both
// call.
//
// They default, validate, admit, fill in metadata (uid, creationTimestamp, generation,
// generateName, managedFields), honour preconditions and dry-run, decide what a deletion means
// (finalizers, propagation), and talk to the store. Errors carry a whole Kubernetes `Status` in
// Error::details, worded as the real server words it; see status.hpp.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "platform/object/kind.hpp"
#include "platform/object/object.hpp"
#include "platform/store/store.hpp"

namespace gp::api {

using object::FieldError;
using object::KindPtr;
using object::ObjectRef;
using object::Revision;

// Who asks. The zero value is nobody; controllers use `system()`.
struct Caller {
  std::string user = "system:anonymous";
  std::string uid;
  std::vector<std::string> groups = {"system:unauthenticated"};
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;

  static Caller system(std::string_view component);  // system:masters
  bool in_group(std::string_view group) const;
};

struct Target {
  KindPtr kind;
  std::string ns;           // empty for cluster scope, or for all namespaces in list and watch
  std::string name;         // empty for collections
  std::string subresource;  // "", "status", "scale"; "finalize" of namespaces
};

enum class FieldValidation { Ignore, Warn, Strict };

struct WriteOptions {
  Caller caller;
  bool dry_run = false;
  std::string field_manager;
  bool force = false;  // server-side apply only
  FieldValidation field_validation = FieldValidation::Warn;
  std::vector<std::string>* warnings = nullptr;                     // texts for the Warning header
  std::map<std::string, std::string>* audit_annotations = nullptr;  // for the audit log
  std::vector<std::string>
      duplicates;            // members that the document's text repeats (parse_json_strict)
  bool is_admitted = false;  // policies and webhooks have had their say already
};

enum class PatchType { Json, Merge, Strategic, Apply };

class Admission;    // admission.hpp
class Authorizer;   // authorizer.hpp
class Definitions;  // definitions.hpp

struct DeleteOptions {
  Caller caller;
  bool dry_run = false;
  enum class Propagation {
    Default,
    Orphan,
    Background,
    Foreground
  } propagation = Propagation::Default;
  std::string precondition_uid;
  std::string precondition_resource_version;
  std::vector<std::string>* warnings = nullptr;                     // texts for the Warning header
  std::map<std::string, std::string>* audit_annotations = nullptr;  // for the audit log
};

struct Deleted {
  ObjectRef object;      // the final state, or the object that still waits for its finalizers
  bool is_gone = false;  // false: finalizers (or foreground deletion) hold it
};

class Verbs {
 public:
  Verbs(store::Store& store, const object::KindRegistry& kinds, Clock& clock, Random& random);
  ~Verbs();

  Result<ObjectRef> get(const Target& target) const;
  Result<store::Listed> list(const Target& target, store::ListOptions options) const;
  Result<std::unique_ptr<store::Watcher>> watch(const Target& target,
                                                store::WatchOptions options) const;

  // `document` as the client sent it, decoded and checked against the kind's type (decode.hpp).
  Result<ObjectRef> create(const Target& target, Value document, const WriteOptions& options);
  Result<ObjectRef> update(const Target& target, Value document, const WriteOptions& options);
  // Retries by itself when another write comes between, unless the patch names a resourceVersion.
  // `is_new`, if given, is told whether server-side apply has created the object.
  Result<ObjectRef> patch(const Target& target, PatchType type, const Value& patch,
                          const WriteOptions& options, bool* is_new = nullptr);
  Result<Deleted> remove(const Target& target, const DeleteOptions& options);
  Result<std::vector<ObjectRef>> remove_collection(const Target& target, store::ListOptions which,
                                                   const DeleteOptions& options);

  // Who may change or refuse writes; before the first one. It must outlive the verbs.
  void set_admission(Admission* admission);
  Admission* admission() const;
  // Whose rules a writer of roles and bindings must hold; null: nobody is asked. Its owner takes it
  // back before it goes.
  void set_authorizer(Authorizer* authorizer);
  // Who serves custom resource definitions; null: they are objects like others. Before the first
  // write; it must outlive the verbs.
  void set_definitions(Definitions* definitions);

  store::Store& store() const;
  const object::KindRegistry& kinds() const;
  Clock& clock() const;

  struct Impl;  // write.hpp

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::api
