#pragma once
// How things stand with the owners that an object names. Reads the store, writes nothing.

#include <string>
#include <vector>

#include "platform/api/verbs.hpp"

namespace gp::lifecycle {

inline constexpr std::string_view kForeground = "foregroundDeletion";
inline constexpr std::string_view kOrphan = "orphan";

enum class OwnerState {
  Living,
  Waiting,  // being deleted, and waits for its dependents to go first
  Gone,     // does not exist, or is another object of that name, or lives in another namespace
  Unknown,  // cannot be looked up: its kind is not served, or cannot own this object; left alone
};

struct Owner {
  Value reference;  // as in metadata.ownerReferences
  OwnerState state = OwnerState::Unknown;
  std::string complaint;  // for the event, when the reference itself is wrong
};

std::vector<Owner> look_up_owners(const api::Verbs& verbs, const object::Object& object,
                                  const Value& document);

bool has_finalizer(const Value& document, std::string_view finalizer);

}  // namespace gp::lifecycle
