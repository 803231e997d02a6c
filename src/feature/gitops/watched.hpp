#pragma once
// Which Applications an event of some other object concerns.

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "platform/object/object.hpp"

namespace gp::gitops {

// Any thread.
class Watched {
 public:
  void set(const object::Key& app, const std::string& project, std::set<object::Key> objects);
  void forget(const object::Key& app);
  std::vector<object::Key> of_object(const object::Key& object) const;
  std::vector<object::Key> of_project(std::string_view project) const;
  std::vector<object::Key> all() const;

 private:
  struct Entry {
    std::string project;
    std::set<object::Key> objects;
  };
  mutable std::mutex mutex_;  // guards the fields below
  std::map<object::Key, Entry> apps_;
  std::multimap<object::Key, object::Key> by_object_;
};

}  // namespace gp::gitops
