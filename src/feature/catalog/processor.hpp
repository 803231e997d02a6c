#pragma once
// One entity through the catalog's steps: placeholders, annotations, policies, the kind's rules,
// relations; and for a Location, the entities in the files it names.
//
// A Location emits all or nothing: one unreadable target, one unparsable document or one entity of
// a kind that the rules forbid, and the outcome has errors and no emissions. Nothing here knows the
// catalog's state; any thread may call.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "feature/catalog/relations.hpp"
#include "feature/catalog/source.hpp"

namespace gp::catalog {

constexpr std::size_t kLocationTargetsMax = 1'000;     // in one Location's spec
constexpr std::size_t kLocationEntitiesMax = 100'000;  // from one Location

// Which kinds locations may bring; empty allows all.
struct Rules {
  std::vector<std::string> kinds;
  bool allow(std::string_view kind) const;
};

struct Emitted {
  std::string ref;
  Value entity;          // as read, with the location annotations
  LocationRef location;  // the file it stands in
  int line = 0;
};

struct Outcome {
  Value entity;  // processed; null when errors say why not
  std::vector<StatedRelation> relations;
  std::vector<Emitted> emitted;  // by a Location
  std::vector<Error> errors;
  std::vector<LocationRef> reads;  // targets and globs whose change makes the outcome stale
  bool is_location = false;
};

class Processor {
 public:
  Processor(Source& source, Rules rules) : source_(source), rules_(std::move(rules)) {}

  // `entity` has the location annotations.
  Outcome process(const Value& entity) const;

  const Rules& rules() const { return rules_; }

 private:
  Result<> prepare(Value& entity, const LocationRef& location, Outcome& outcome) const;
  Result<> emit(const Value& entity, const LocationRef& location, Outcome& outcome) const;
  Result<> emit_target(const Value& entity, const LocationRef& target, bool is_optional,
                       Outcome& outcome) const;

  Source& source_;
  Rules rules_;
};

// The Location entity behind a configured or registered source.
Value location_entity(const LocationRef& location, std::string_view name);

}  // namespace gp::catalog
