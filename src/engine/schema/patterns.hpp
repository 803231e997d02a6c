#pragma once
// Regular expressions of schemas: RE2, so linear in time whatever pattern and text. Private to this
// folder.

#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace gp::schema {

class Pattern {
 public:
  virtual ~Pattern() = default;
  virtual bool is_found_in(std::string_view text) const = 0;
};

// An error if RE2 does not know the syntax (look-around, back-references) or the pattern is too
// large.
Result<std::shared_ptr<const Pattern>> compile_pattern(std::string_view pattern);

}  // namespace gp::schema
