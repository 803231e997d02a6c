#pragma once
// Nobody gives away more than they hold: what a Role grants and a binding hands out must be covered
// by the writer's own rules, unless they may `escalate` or `bind`. Private to this folder.
//
// The real server's `policybased` storages are the model, words included. Asked on every create and
// update; of other kinds it costs one comparison.

#include "platform/api/write.hpp"

namespace gp::api {

// `target` is the URL's: on a POST it has no name, and permissions are asked for without one.
// `old`: null on create. Forbidden with what is missing.
Result<> check_escalation(const Verbs::Impl& impl, const Target& target, const Value* old,
                          const Value& object, const WriteOptions& options);

}  // namespace gp::api
