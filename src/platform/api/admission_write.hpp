#pragma once
// What the verbs ask of the admission, and what a changed object needs before it can be written.
// Private to this folder.

#include <functional>

#include "platform/api/admission.hpp"
#include "platform/api/write.hpp"

namespace gp::api {

// Asks whoever may change an object on its way in. True if `object` has changed: it is decoded and
// defaulted, but its metadata and status are for the verb to settle again. `before_asking` is
// called first if anybody is asked at all (managed fields are written before webhooks see them).
Result<bool> admit_changes(Admission* admission, Operation operation, const Target& target,
                           Value& object, const Value* old, const WriteOptions& options,
                           const std::function<void(Value& object)>& before_asking);

// Asks whoever may refuse what is about to be written.
Result<> admit_write(Admission* admission, Operation operation, const Target& target,
                     const Value& object, const Value* old, const WriteOptions& options);

Result<> admit_deletion(Admission* admission, const Target& target, const object::Object& old,
                        const DeleteOptions& options);

// A connection to a subresource, `pods/portforward`. `options` is its own kind
// (PodPortForwardOptions).
Result<> admit_connection(Admission* admission, const Target& target, Value options,
                          const Caller& caller, std::vector<std::string>* warnings);

}  // namespace gp::api
