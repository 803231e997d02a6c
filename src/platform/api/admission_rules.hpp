#pragma once
// What is wrong with policies, their bindings and webhooks when they are written: above all
// expressions that do not compile, in the real server's words. Private to this folder.

#include <vector>

#include "platform/object/kind.hpp"

namespace gp::api {

// Appends to what the kind's own rules have found; other kinds pass. `old` is null on create.
void check_admission_object(const object::Kind& kind, const Value& object, const Value* old,
                            std::vector<object::FieldError>& errors);

}  // namespace gp::api
