// A webhook behind a Service: there is no cluster network here, so one of its endpoints is called
// directly.

#include <algorithm>

#include "platform/api/admission_webhook.hpp"

namespace gp::api::admission {
namespace {

std::string bracketed(std::string_view address) {
  const bool is_v6 = address.find(':') != std::string_view::npos;
  return is_v6 ? fmt::format("[{}]", address) : std::string(address);
}

// The Service's own entry for the port that the webhook names; null if there is none.
const Value* port_of(const Value& service, std::int64_t port) {
  for (const Value& entry : service["spec"]["ports"].items()) {
    if (entry["port"].integer() == port) return &entry;
  }
  return nullptr;
}

// "10.0.0.1:8443" of the first ready endpoint whose port has the entry's name; empty if none.
std::string endpoint_of(const Value& slice, const Value& entry) {
  std::int64_t port = 0;
  for (const Value& offered : slice["ports"].items()) {
    if (offered["name"].text() == entry["name"].text()) port = offered["port"].integer();
  }
  if (port == 0) return {};
  for (const Value& endpoint : slice["endpoints"].items()) {
    if (!endpoint["conditions"]["ready"].boolean(true)) continue;
    const std::string_view address = endpoint["addresses"].at(0).text();
    if (!address.empty()) return fmt::format("{}:{}", bracketed(address), port);
  }
  return {};
}

Result<std::string> find_endpoint(const ServiceReference& wanted, const Value& entry,
                                  const store::Store& store) {
  store::ListOptions options;
  options.resource = "endpointslices.discovery.k8s.io";
  options.ns = wanted.ns;
  options.labels = TRY(
      selector::LabelSelector::parse(fmt::format("kubernetes.io/service-name={}", wanted.name)));
  options.limit = 100;
  const store::Listed listed = TRY(store.list(options));
  for (const ObjectRef& slice : listed.objects) {
    if (std::string found = endpoint_of(slice->parse(), entry); !found.empty()) return found;
  }
  return fail(unavailable("no endpoints available for service \"{}\"", wanted.name));
}

}  // namespace

Result<Place> place_of(const Webhook& webhook, const store::Store& store) {
  if (!webhook.service) return Place{webhook.url, webhook.url, {}};
  const ServiceReference& wanted = *webhook.service;
  const std::string path =
      wanted.path.starts_with('/') ? wanted.path : fmt::format("/{}", wanted.path);
  Place place;
  place.server_name = fmt::format("{}.{}.svc", wanted.name, wanted.ns);
  place.shown_url = fmt::format("https://{}:{}{}", place.server_name, wanted.port, path);

  const ObjectRef found = store.get("services", wanted.ns, wanted.name);
  if (!found) {
    return fail(unavailable("Post \"{}\": service \"{}\" not found", place.shown_url, wanted.name));
  }
  const Value service = found->parse();
  std::string address;
  if (service["spec"]["type"].text() == "ExternalName") {
    address = fmt::format("{}:{}", service["spec"]["externalName"].text(), wanted.port);
  } else {
    const Value* entry = port_of(service, wanted.port);
    if (entry == nullptr) {
      return fail(unavailable("Post \"{}\": no service port {} found for service \"{}\"",
                              place.shown_url, wanted.port, wanted.name));
    }
    auto endpoint = find_endpoint(wanted, *entry, store);
    if (!endpoint) {
      return fail(unavailable("Post \"{}\": {}", place.shown_url, endpoint.error().message));
    }
    address = std::move(*endpoint);
  }
  place.url = fmt::format("https://{}{}", address, path);
  return place;
}

}  // namespace gp::api::admission
