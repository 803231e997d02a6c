#pragma once
// What an AppProject allows: sources, destinations, kinds, and when syncs may happen.

#include <string>
#include <vector>

#include "feature/gitops/application.hpp"
#include "feature/gitops/resource_key.hpp"

namespace gp::gitops {

// The conditions of an application that asks for more than its project allows, in Argo CD's words;
// none when all is well. `server`: of the destination, as a URL.
std::vector<std::string> project_problems(const Value& project, const Application& app,
                                          const std::string& server);

// Why an object of this kind may not be deployed; empty when it may.
std::string kind_problem(const Value& project, const ResourceKey& key, bool is_namespaced);

// "https://git.example/*" and "!https://git.example/secret": * stands for anything.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace gp::gitops
