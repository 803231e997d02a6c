// Questions to the state: who hangs below whom, and what is wrong with which file.

#include "feature/catalog/errors.hpp"
#include "feature/catalog/state.hpp"

namespace gp::catalog {
namespace {

LocationRef location_or_empty(std::string_view text) {
  auto location = parse_location_ref(text);
  return location ? std::move(*location) : LocationRef{};
}

std::string innermost(const Error& error) {
  const Value* cause = &error.details["cause"];
  if (!cause->is_object()) return error.message;
  while ((*cause)["cause"].is_object()) cause = &(*cause)["cause"];
  return (*cause)["message"].string();
}

}  // namespace

std::optional<RefId> State::find(std::string_view ref) const {
  const RefId id = refs_.find(lower(ref));
  if (id == TextTable::kNone || node(id) == nullptr) return std::nullopt;
  return id;
}

Value State::final_entity(RefId id) const {
  const Node* found = node(id);
  return found == nullptr ? Value() : found->visible;
}

std::vector<RefId> State::parents(RefId id) const {
  const Node* found = node(id);
  return found == nullptr ? std::vector<RefId>{} : found->parents;
}

std::optional<RefId> State::root_of(RefId id) const {
  std::vector<RefId> seen{id};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (roots_.contains(seen[i])) return seen[i];
    const Node* at = node(seen[i]);
    if (at == nullptr) continue;
    for (const RefId parent : at->parents) {
      if (std::ranges::find(seen, parent) == seen.end()) seen.push_back(parent);
    }
  }
  return std::nullopt;
}

std::unordered_map<RefId, std::size_t> State::entities_per_root() const {
  std::unordered_map<RefId, std::size_t> counts;
  for (const auto& [id, one] : nodes_) {
    if (one.visible.is_null() || roots_.contains(id)) continue;
    if (const auto root = root_of(id)) ++counts[*root];
  }
  return counts;
}

std::vector<Problem> State::problems() const {
  std::vector<Problem> problems;
  for (const auto& [id, one] : nodes_) add_node_problems(id, one, problems);
  for (const auto& [id, claims] : claims_) {
    const Node* owner = node(id);
    for (const Claim& claim : claims) {
      Problem problem;
      problem.root = root_of(claim.parent).value_or(claim.parent);
      problem.file = location_or_empty(locations_.text(claim.location));
      problem.line = claim.line;
      problem.ref = refs_.text(id);
      problem.message = fmt::format(
          "Detected conflicting entityRef {} already referenced by {} and now also {}", problem.ref,
          owner == nullptr ? std::string_view("another location")
                           : locations_.text(owner->location),
          locations_.text(claim.location));
      problems.push_back(std::move(problem));
    }
  }
  std::ranges::sort(problems, [](const Problem& a, const Problem& b) {
    if (a.is_error != b.is_error) return a.is_error;
    return std::tie(a.file.target, a.document_line, a.line, a.ref, a.message) <
           std::tie(b.file.target, b.document_line, b.line, b.ref, b.message);
  });
  return problems;
}

void State::add_node_problems(RefId id, const Node& one, std::vector<Problem>& problems) const {
  Problem base;
  base.root = id;
  base.file = location_or_empty(locations_.text(one.location));
  base.document_line = one.line;
  base.ref = refs_.text(id);
  for (const Error& error : one.errors) {
    const Place place = place_of(error);
    Problem problem = base;
    problem.message = error_text(error);
    problem.cause = innermost(error);
    problem.path = place.path;
    if (!place.file.empty()) {  // in a file that the Location names
      problem.file = location_or_empty(place.file);
      problem.document_line = 0;
      problem.line = place.line;
    }
    problems.push_back(std::move(problem));
  }
  for (const Edge& edge : one.relations) {
    if (node(edge.target) != nullptr) continue;
    Problem problem = base;
    problem.is_error = false;
    problem.path = path_of(*edge.field, edge.index);
    problem.message = fmt::format("{} refers to {}, which is not in the catalog", problem.path,
                                  refs_.text(edge.target));
    problems.push_back(std::move(problem));
  }
  for (std::size_t i = problems.size(); i-- > 0 && problems[i].root == id;) {
    problems[i].root = root_of(id).value_or(id);
  }
}

}  // namespace gp::catalog
