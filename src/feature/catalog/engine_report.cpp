// What the catalog says about itself: a status for each source, and one line for the board.

#include "base/digest.hpp"
#include "base/json.hpp"
#include "feature/catalog/engine.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kExactLinesMax = 200;

// Lines of problems that are known by path only; each file is parsed once. Beyond a number of
// problems, and over the network, the document's own line is near enough.
void find_lines(std::vector<Problem>& problems, Source& source) {
  std::string of;
  std::optional<LineFinder> finder;
  std::size_t exact = 0;
  for (Problem& problem : problems) {
    if (problem.line > 0 || problem.document_line == 0) continue;
    problem.line = problem.document_line;
    if (++exact > kExactLinesMax || source.is_remote(problem.file)) continue;
    if (const std::string file = problem.file.text(); file != of) {
      of = file;
      finder.reset();
      if (const auto text = source.read_text(problem.file, kFileBytesMax)) finder.emplace(*text);
    }
    if (finder) problem.line = finder->line(problem.document_line, problem.path);
  }
}

}  // namespace

// As a person at the repository's root would name it.
std::string Engine::shown(const LocationRef& file) const {
  const std::string& target = file.target;
  const bool is_below =
      !options_.root.empty() && file.type == "file" && target.starts_with(options_.root + "/");
  return is_below ? target.substr(options_.root.size() + 1) : target;
}

Value Engine::status_value(RefId root, const std::vector<Problem>& problems,
                           std::size_t entities) const {
  Value listed = Value::array();
  std::size_t errors = 0, warnings = 0;
  for (const Problem& problem : problems) {
    if (problem.root != root) continue;
    ++(problem.is_error ? errors : warnings);
    if (listed.size() >= options_.problems_max) continue;
    Value item = Value::object({{"file", shown(problem.file)},
                                {"entityRef", problem.ref},
                                {"message", problem.message},
                                {"severity", problem.is_error ? "error" : "warning"}});
    if (problem.line > 0) item.set("line", problem.line);
    listed.push_back(std::move(item));
  }
  return Value::object({{"entities", static_cast<std::uint64_t>(entities)},
                        {"problemCount", static_cast<std::uint64_t>(errors + warnings)},
                        {"errors", static_cast<std::uint64_t>(errors)},
                        {"warnings", static_cast<std::uint64_t>(warnings)},
                        {"problems", std::move(listed)}});
}

void Engine::report() {
  std::vector<Problem> problems;
  std::unordered_map<RefId, std::size_t> counts;
  std::vector<std::pair<SourceRecord, RefId>> sources;
  Summary summary;
  {
    const std::lock_guard lock(mutex_);
    problems = state_.problems();
    counts = state_.entities_per_root();
    for (const SourceRecord& source : sources_) {
      if (const auto root = state_.find(source.entity_ref())) sources.emplace_back(source, *root);
    }
    summary.is_settled = has_settled_;
  }
  find_lines(problems, source_);
  summary.sources = sources.size();
  for (const Problem& problem : problems) {
    ++(problem.is_error ? summary.errors : summary.warnings);
    if (problem.is_error && summary.first_error.empty()) {
      const std::string line = problem.line > 0 ? fmt::format(":{}", problem.line) : "";
      summary.first_error = fmt::format("{}{}: {}", shown(problem.file), line,
                                        problem.cause.empty() ? problem.message : problem.cause);
    }
  }
  for (const auto& [source, root] : sources) {
    const std::size_t entities = counts.contains(root) ? counts.at(root) : 0;
    summary.entities += entities;
    Value status = status_value(root, problems, entities);
    const std::string digest = sha1_hex(to_json(status));
    {
      const std::lock_guard lock(mutex_);
      if (!state_.is_root(root) || reported_[root] == digest) continue;
      reported_[root] = digest;
    }
    status.set("source", shown(source.location));
    status.set("lastRead", format_time(clock_.now()));
    port_.report_source(source, std::move(status));
  }
  if (options_.on_summary) options_.on_summary(summary);
}

}  // namespace gp::catalog
