#pragma once
// A set of values under reflect.DeepEqual, in linear time for scalars.

#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "engine/template/value.hpp"

namespace gp::sprig {

class ListSet {
 public:
  // True if the value was not there. Maps and lists are compared one by one, so there may only be
  // kContainersMax different ones.
  Result<bool> insert(const tmpl::Val& value);
  Result<bool> contains(const tmpl::Val& value) const;

 private:
  static constexpr std::size_t kContainersMax = 3'000;

  std::unordered_set<std::string> scalars_;  // type and value
  std::vector<tmpl::Val> containers_;
};

}  // namespace gp::sprig
