#pragma once
// What the API benchmark writes: ConfigMaps of about 1 KB as stored, and a Deployment of a usual
// size.

#include <fmt/format.h>

#include <string>

#include "base/ids.hpp"

namespace gp::bench {

inline constexpr std::string_view kMaps = "/api/v1/namespaces/bench/configmaps";
inline constexpr std::string_view kDeployments = "/apis/apps/v1/namespaces/bench/deployments";

inline std::string map_name(std::size_t number) {
  return fmt::format("map-{:07}", number);
}

// Names from `prefix` on; one in a hundred is of team "green".
inline std::string map_document(std::size_t number, Random& random) {
  std::string data;
  for (int i = 0; i < 6; ++i) {
    data += fmt::format("{}\"SETTING_{}\":\"{}\"", i == 0 ? "" : ",", i, random_token(random, 64));
  }
  return fmt::format(
      R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}","labels":{{"app":"app-{}",)"
      R"("team":"{}"}}}},"data":{{{}}}}})",
      map_name(number), number % 500, number % 100 == 0 ? "green" : "blue", data);
}

// Two containers, a volume, probes. `tag` is what changes between two writes.
inline std::string deployment_document(std::string_view name, std::string_view tag) {
  return fmt::format(
      R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{0}","labels":{{"app":"{0}",)"
      R"("app.kubernetes.io/part-of":"shop"}},"annotations":{{"example.org/owner":"team-a"}}}},)"
      R"("spec":{{"replicas":3,"selector":{{"matchLabels":{{"app":"{0}"}}}},"template":{{"metadata":)"
      R"({{"labels":{{"app":"{0}","tier":"web"}}}},"spec":{{"containers":[{{"name":"web","image":)"
      R"("registry.example/shop/web:{1}","ports":[{{"name":"http","containerPort":8080}}],"env":[)"
      R"({{"name":"LOG_LEVEL","value":"info"}},{{"name":"DATABASE_URL","valueFrom":{{"secretKeyRef":)"
      R"({{"name":"db","key":"url"}}}}}}],"resources":{{"requests":{{"cpu":"100m","memory":"128Mi"}},)"
      R"("limits":{{"memory":"256Mi"}}}},"readinessProbe":{{"httpGet":{{"path":"/ready","port":"http"}}}},)"
      R"("volumeMounts":[{{"name":"config","mountPath":"/etc/shop"}}]}},{{"name":"proxy","image":)"
      R"("registry.example/infra/proxy:1.4","ports":[{{"containerPort":9090}}]}}],"volumes":[{{"name":)"
      R"("config","configMap":{{"name":"shop"}}}}]}}}}}}}})",
      name, tag);
}

}  // namespace gp::bench
