#include "feature/gitops/watched.hpp"

namespace gp::gitops {

void Watched::set(const object::Key& app, const std::string& project,
                  std::set<object::Key> objects) {
  const std::lock_guard lock(mutex_);
  Entry& entry = apps_[app];
  entry.project = project;
  if (entry.objects == objects) return;
  std::erase_if(by_object_, [&](const auto& pair) { return pair.second == app; });
  for (const object::Key& object : objects) by_object_.emplace(object, app);
  entry.objects = std::move(objects);
}

void Watched::forget(const object::Key& app) {
  const std::lock_guard lock(mutex_);
  apps_.erase(app);
  std::erase_if(by_object_, [&](const auto& pair) { return pair.second == app; });
}

std::vector<object::Key> Watched::of_object(const object::Key& object) const {
  const std::lock_guard lock(mutex_);
  std::vector<object::Key> keys;
  const auto [begin, end] = by_object_.equal_range(object);
  for (auto it = begin; it != end; ++it) keys.push_back(it->second);
  return keys;
}

std::vector<object::Key> Watched::of_project(std::string_view project) const {
  const std::lock_guard lock(mutex_);
  std::vector<object::Key> keys;
  for (const auto& [key, entry] : apps_) {
    if (entry.project == project) keys.push_back(key);
  }
  return keys;
}

std::vector<object::Key> Watched::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<object::Key> keys;
  for (const auto& [key, entry] : apps_) keys.push_back(key);
  return keys;
}

}  // namespace gp::gitops
