#pragma once
// Objects are stored in one form and shown in others: events under two groups, autoscalers and
// custom resources in several versions, and custom resources that met another schema when they were
// written. Private to this folder.

#include "platform/api/write.hpp"

namespace gp::api {

// Shows what a watch of `kind` brings as `kind` has it. Ends with "expired" when the kind is served
// no more.
Result<std::unique_ptr<store::Watcher>> present_watch(const Verbs::Impl& impl, KindPtr kind,
                                                      std::unique_ptr<store::Watcher> inner);

// Whether nothing of the kind ever has to be shown in another form than it is stored in.
bool is_always_stored_form(const Verbs::Impl& impl, const object::Kind& kind);

}  // namespace gp::api
