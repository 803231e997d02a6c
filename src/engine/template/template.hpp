#pragma once
// Go's text/template: parse once, execute many times.
//
//   TemplateSet set(functions);
//   TRY(set.parse("main.yaml", text));
//   std::string out = TRY(set.execute("main.yaml", data));
//
// Semantics and messages are those of Go 1.23's text/template with `missingkey=zero`, as Helm runs
// it. A set is immutable while it executes and may then be used by several threads, each with
// values of its own.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "engine/template/host.hpp"
#include "engine/template/node.hpp"

namespace gp::tmpl {

// What one execution may use; beyond it ends with Code::TooLarge or ResourceExhausted.
struct Limits {
  std::size_t output_bytes = std::size_t{256} << 20;
  std::uint64_t steps = 200'000'000;               // nodes evaluated
  std::size_t made_bytes = std::size_t{1} << 30;   // of all texts and lists that functions make
  std::size_t stack_bytes = std::size_t{5} << 20;  // of the thread that executes
};

using FunctionTable = std::unordered_map<std::string, Function>;

// and, or, not, len, index, slice, print, printf, println, html, js, urlquery, call, eq, ne, lt,
// le, gt, ge. `and` and `or` are evaluated by the executor, which stops at the first answer.
const FunctionTable& builtin_functions();

class TemplateSet {
 public:
  // `functions` win over built-in ones of the same name; the table outlives the set.
  explicit TemplateSet(const FunctionTable* functions = nullptr);
  // A set on top of another one, which it sees and does not change, as `tpl` parses into a clone.
  // `below` outlives it.
  explicit TemplateSet(const TemplateSet* below);

  // Adds a text under its name, and what it defines. A later definition replaces an earlier one,
  // unless it is blank.
  Result<void> parse(std::string name, std::string text);

  const Tree* find(std::string_view name) const;
  const Function* function(std::string_view name) const;

  Result<std::string> execute(std::string_view name, const Val& data, const Limits& limits = {},
                              void* host = nullptr) const;

 private:
  friend class Execution;
  const TemplateSet* below_ = nullptr;
  const FunctionTable* functions_;
  std::map<std::string, std::shared_ptr<const Tree>, std::less<>> trees_;
};

// One run of a template, as functions see it.
class Execution {
 public:
  Execution(const TemplateSet& set, const Limits& limits, void* host);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  // Renders another template of the set, as `include` does.
  Result<std::string> render(std::string_view name, const Val& data);
  // Renders a template of another set, which is this run's set meanwhile.
  Result<std::string> render_in(const TemplateSet& set, std::string_view name, const Val& data);

  // To be told of a map into which a function has put a map or list that existed before (`set`,
  // `merge`): it may now hold itself. Such a map is freed when the run is over, unless it is still
  // held from outside.
  void changed(const Val& map);

  const TemplateSet& set() const { return *set_; }
  void* host() const { return host_; }  // what the embedder gave: its own state of this run

 private:
  friend class Walk;
  Result<void> check_budget(std::size_t output_size);
  Result<void> charge(const Val& made);

  const TemplateSet* set_;
  const Limits limits_;
  void* const host_;
  std::uint64_t steps_ = 0;
  std::size_t made_bytes_ = 0;
  std::vector<Val> changed_;
  std::unordered_set<const void*> changed_ids_;
  const char* stack_base_;
};

}  // namespace gp::tmpl
