#pragma once
// ApplicationSet generators: from a specification to sets of parameters (Argo CD's list, clusters,
// git directories and files, matrix, merge).

#include <functional>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "base/value.hpp"
#include "feature/gitops/checkout.hpp"

namespace gp::gitops {

// What generators look at.
class GeneratorSources {
 public:
  virtual ~GeneratorSources() = default;
  struct Cluster {
    std::string name, server;
    Value labels, annotations;
  };
  virtual Result<std::vector<Cluster>> clusters() = 0;
  virtual Result<Checkout> checkout(const std::string& url, const std::string& revision) = 0;
};

// Each set is an object. With `go_template` parameters are nested (.path.basename); without, they
// are flat ("path.basename") and all are texts.
Result<std::vector<Value>> generate_parameters(GeneratorSources& sources, const Value& generators,
                                               bool go_template);

}  // namespace gp::gitops
