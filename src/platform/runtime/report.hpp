#pragma once
// What a reconcile has to say: conditions and status fields, gathered while it runs and put into
// the object's status once, afterwards. Pure: computes documents, writes nothing.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/value.hpp"

namespace gp::runtime {

class Report {
 public:
  // The last word about a type counts.
  void condition(std::string_view type, std::string_view status, std::string_view reason,
                 std::string message);
  void field(std::string_view name, Value value);  // null: removes it

  bool has_condition(std::string_view type) const;
  bool empty() const { return conditions_.empty() && fields_.empty(); }

  // The status with all of this in it. Other conditions and fields stay; lastTransitionTime moves
  // only where a condition's status changes. A generation is written as observedGeneration, also
  // into the conditions.
  Value applied_to(const Value& status, TimePoint now,
                   std::optional<std::int64_t> generation) const;

 private:
  struct Condition {
    std::string type, status, reason, message;
  };
  std::vector<Condition> conditions_;
  std::vector<std::pair<std::string, Value>> fields_;
};

// Shortened to at most `bytes_max` at a character's boundary, with an ellipsis.
std::string shortened(std::string text, std::size_t bytes_max);

}  // namespace gp::runtime
