#pragma once
// What create, update, patch and remove share. Private to this folder.

#include <atomic>

#include "platform/api/definitions.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

struct Verbs::Impl {
  store::Store& store;
  const object::KindRegistry& kinds;
  Clock& clock;
  Random& random;
  Admission* admission = nullptr;
  std::atomic<Authorizer*> authorizer = nullptr;  // whose rules a writer of roles must hold
  Definitions* definitions = nullptr;             // who is told of custom resource definitions

  ObjectRef find(const Target& target) const {
    return store.get(target.kind->store_resource(), target.ns, target.name);
  }

  // Some kinds are the same objects under several versions or groups; one of them is how the store
  // keeps them (present.hpp). `written`: when the object was, if not at its own revision.
  Result<Value> read(const object::Kind& kind, const ObjectRef& object) const;
  Result<ObjectRef> present(const object::Kind& kind, const ObjectRef& object,
                            Revision written = 0) const;
  Result<object::Draft> draft(const object::Kind& kind, const Value& document) const;
  // True of an object that is still stored in a version that is no longer the one for storage:
  // also a write that changes nothing brings it up to date.
  bool is_outdated(const object::Kind& kind, const ObjectRef& object) const;
};

// Times that a write is tried again because another one came between. Each turn means that somebody
// else's write went through, so a document that is still contended after this many is hot indeed.
constexpr int kWriteTurnsMax = 100;

using object::Draft;
using object::Kind;

inline bool is_namespace(const Kind& kind) {
  return kind.group.empty() && kind.plural == "namespaces";
}

// What must still hold when an object is written.
using Preconditions = std::vector<std::pair<object::Key, Revision>>;

// A custom resource comes in only while its definition is there and not being deleted.
Result<> admit_into_definition(const Verbs::Impl& impl, const Kind& kind,
                               Preconditions& preconditions);

// Refuses, warns of or ignores what decoding found, as the client asked.
Result<> judge(const Kind& kind, std::span<const std::string> problems,
               const WriteOptions& options);

// The document's name and namespace are those of the URL, or filled in from there.
Result<> settle_place(const Target& target, Value& object);

// Whether managedFields still have to follow a write.
enum class Tracking { Needed, Done };

// The next state of `old`: what an update may not touch is carried over, defaults are filled in,
// everything is admitted and validated. `object` is decoded already.
Result<Value> next_state(const Verbs::Impl& impl, const Target& target, const Value& old,
                         Value object, const WriteOptions& options, TimePoint now,
                         Tracking tracking = Tracking::Needed);

// Creates an object that is decoded already. `target` may have no name.
Result<ObjectRef> create_decoded(const Verbs::Impl& impl, const Target& target, Value object,
                                 const WriteOptions& options, Tracking tracking);

// Server-side apply.
Result<ObjectRef> apply_patch(const Verbs::Impl& impl, const Target& target, const Value& patch,
                              const WriteOptions& options, bool& is_new);

// True once nothing holds a deleted object: no finalizer of its own nor (of a namespace) of its
// content.
bool is_released(const Kind& kind, const Value& object);

// Writes `wanted` where `old` is, or deletes it when that was all its deletion waited for. Answers
// the object as it then is. Code::Conflict without a Status: somebody else was faster.
Result<ObjectRef> replace(const Verbs::Impl& impl, const Target& target, const ObjectRef& old,
                          const Value& old_value, const Value& wanted, bool dry_run);

// The store's words for a write become the API's.
Error write_error(const Target& target, Error error);

// True for the store's "somebody else was faster".
bool is_race(const Error& error);

}  // namespace gp::api
