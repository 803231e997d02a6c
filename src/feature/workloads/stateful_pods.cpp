#include "feature/workloads/stateful_pods.hpp"

#include <charconv>

#include "feature/workloads/pods.hpp"
#include "feature/workloads/revisions.hpp"

namespace gp::workloads {
namespace {

std::string pod_name(const Value& set, std::int64_t ordinal) {
  return fmt::format("{}-{}", set["metadata"]["name"].text(), ordinal);
}

std::string claim_name(const Value& set, const Value& claim, std::int64_t ordinal) {
  return fmt::format("{}-{}", claim["metadata"]["name"].text(), pod_name(set, ordinal));
}

// A volume of the template's that is called like a claim gives way to the claim.
void mount_claims(const Value& set, std::int64_t ordinal, Value& spec) {
  Value volumes = Value::array();
  for (const Value& claim : set["spec"]["volumeClaimTemplates"].items()) {
    volumes.push_back(
        Value::object({{"name", claim["metadata"]["name"]},
                       {"persistentVolumeClaim",
                        Value::object({{"claimName", claim_name(set, claim, ordinal)}})}}));
  }
  const std::size_t claims = volumes.size();
  for (const Value& volume : spec["volumes"].items()) {
    bool is_claimed = false;
    for (std::size_t i = 0; i < claims; ++i) is_claimed |= volumes.at(i)["name"] == volume["name"];
    if (!is_claimed) volumes.push_back(volume);
  }
  if (!volumes.empty()) spec.set("volumes", std::move(volumes));
}

}  // namespace

std::int64_t first_ordinal(const Value& set) {
  return set["spec"]["ordinals"]["start"].integer();
}

std::int64_t ordinal_of(const Value& set, const Value& pod) {
  const std::string_view name = pod["metadata"]["name"].text();
  const std::string prefix = fmt::format("{}-", set["metadata"]["name"].text());
  if (!name.starts_with(prefix)) return -1;
  std::int64_t ordinal = -1;
  const char* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + prefix.size(), end, ordinal);
  return read.ec == std::errc() && read.ptr == end ? ordinal : -1;
}

Value stateful_pod(const Value& set, std::int64_t ordinal, std::string_view revision) {
  Value pod = pod_from(set["spec"]["template"], set);
  const std::string name = pod_name(set, ordinal);
  Value& metadata = pod.edit("metadata");
  metadata.erase("generateName");
  metadata.set("name", name);
  Value& labels = metadata.edit("labels");
  labels.set("statefulset.kubernetes.io/pod-name", name);
  labels.set("apps.kubernetes.io/pod-index", std::to_string(ordinal));
  labels.set(kRevisionLabel, revision);
  Value& spec = pod.edit("spec");
  spec.set("hostname", name);
  const Value& service = set["spec"]["serviceName"];
  if (!service.empty()) spec.set("subdomain", service);
  mount_claims(set, ordinal, spec);
  return pod;
}

std::vector<Value> claims_of(const Value& set, std::int64_t ordinal) {
  std::vector<Value> claims;
  for (const Value& pattern : set["spec"]["volumeClaimTemplates"].items()) {
    Value claim = pattern;
    claim.erase("status");
    claim.set("apiVersion", "v1");
    claim.set("kind", "PersistentVolumeClaim");
    Value& metadata = claim.edit("metadata");
    metadata.set("name", claim_name(set, pattern, ordinal));
    metadata.set("namespace", set["metadata"]["namespace"]);
    for (const auto& label : set["spec"]["selector"]["matchLabels"].members()) {
      metadata.edit("labels").set(label.key(), label.value);
    }
    if (set["spec"]["persistentVolumeClaimRetentionPolicy"]["whenDeleted"].text() == "Delete") {
      metadata.edit("ownerReferences").push_back(owner_reference(set));
    }
    claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace gp::workloads
