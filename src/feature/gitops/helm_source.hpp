#pragma once
// Charts as Argo CD renders them: the release is the application's name, values come from files of
// this and of other sources ("$ref/path"), from the Application itself, and from parameters.

#include <map>

#include "feature/gitops/application.hpp"
#include "feature/gitops/checkout.hpp"

namespace gp::gitops {

struct ChartRequest {
  const Application& app;
  const Source& source;
  const Checkout& checkout;
  std::map<std::string, Checkout> references;  // "$values": checkouts of sources with a `ref`
  std::vector<std::string> api_versions;       // that the cluster serves beside Helm's own list
};

Result<std::vector<Value>> render_chart(const ChartRequest& request,
                                        std::vector<std::string>& warnings);

}  // namespace gp::gitops
