#pragma once
// One kustomization of a build: what it gathers and what it changes. Private to this folder.

#include "engine/kustomize/kustomization.hpp"
#include "engine/kustomize/references.hpp"

namespace gp::kustomize {

// What a kustomization hands to the one above.
struct Gathered {
  Resources resources;
  Configuration configuration = Configuration::built_in();
  std::vector<Value> configurations;  // what `configurations:` has added to it
  std::vector<Variable> variables;

  Result<> configure(Value file);
};

class Builder {
 public:
  Builder(Environment& environment, const Options& options)
      : environment_(environment), options_(options) {}

  Result<Built> run(const Folder& folder);

 private:
  Result<Gathered> gather(const Folder& folder);
  // A component works on what its user has gathered.
  Result<> gather_into(Gathered& all, const Folder& folder, bool as_component);
  Result<> add_resources(Gathered& all, const Context& context, const Value& fields);
  Result<> add_resource(Gathered& all, const Context& context, const std::string& entry);
  Result<> add_generated(Gathered& all, const Context& context, const Value& fields);
  Result<> add_components(Gathered& all, const Context& context, const Value& fields);
  Result<> configure(Gathered& all, const Context& context, const Value& fields);
  Result<> transform(Gathered& all, const Context& context, const Value& fields);
  Result<> relabel(Gathered& all, const Value& fields);
  Result<> run_plugins(Gathered& all, const Context& context, const Value& entries,
                       bool are_generators);
  Result<Folder> folder_of(const Context& context, const std::string& entry);

  Environment& environment_;
  const Options& options_;
  Built built_;
  std::vector<std::string> open_;  // folders on the way here, for cycles
  std::size_t kustomizations_ = 0;
};

// The objects of built-in plugins: `apiVersion: builtin`, kind LabelTransformer and the like.
Result<> run_builtin_plugin(const Context& context, Gathered& all, const Value& plugin);

// Namespaces, definitions, accounts, … first and webhooks last, as `kustomize build` sorts; or as
// the root's sortOptions say.
Result<> sort_objects(std::vector<Resource>& resources, const Value& options);

}  // namespace gp::kustomize
