#pragma once
// The `fields` parameter: only the named subtrees of an entity.
//
// A path is matched against keys that may hold dots themselves
// ("metadata.annotations.backstage.io/techdocs-ref"); unknown paths vanish.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::catalog {

class Projection {
 public:
  // Values of the repeated parameter, each a comma list. None: the whole entity.
  static Result<Projection> parse(const std::vector<std::string_view>& fields);

  bool is_whole() const { return paths_.empty(); }
  Value apply(const Value& entity) const;

 private:
  std::vector<std::string> paths_;
};

}  // namespace gp::catalog
