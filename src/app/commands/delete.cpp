#include <iostream>

#include "app/commands/objects.hpp"

namespace gp::app {
namespace {

Result<> delete_one(ApiClient& client, const ApiResource& resource, const std::string& ns,
                    const std::string& name, const DeleteOptions& options) {
  const Value body = Value::object({{"propagationPolicy", "Background"}});
  auto answer = client.send("DELETE", resource.path(ns, name), body);
  if (!answer) {
    if (answer.error().code == Code::NotFound && options.ignore_not_found) return {};
    return fail(std::move(answer).error());
  }
  const bool waits = !(*answer)["metadata"]["deletionTimestamp"].empty();
  std::cout << resource.singular << (resource.group.empty() ? "" : "." + resource.group) << " \""
            << name << "\" " << (waits ? "is being deleted (waits for its finalizers)" : "deleted")
            << "\n";
  return {};
}

Result<int> remove(const DeleteOptions& options) {
  ApiClient client = TRY(connect(options.connection));
  int failures = 0;
  const auto attempt = [&](const ApiResource& resource, const std::string& ns,
                           const std::string& name) {
    const auto done = delete_one(client, resource, ns, name, options);
    if (!done) failures += report(done.error()) == kFine ? 0 : 1;
  };
  if (!options.files.empty()) {
    const std::vector<ManifestDocument> manifests = TRY(read_manifests(options.files));
    for (const ManifestDocument& manifest : manifests) {
      const Value& metadata = manifest.value["metadata"];
      const auto resource = TRY(
          client.resolve_kind(manifest.value["apiVersion"].text(), manifest.value["kind"].text()));
      attempt(resource, metadata["namespace"].string(options.ns), metadata["name"].string());
    }
    return failures == 0 ? kFine : kFindings;
  }
  const std::vector<Named> wanted = TRY(parse_arguments(client, options.arguments));
  for (const Named& named : wanted) {
    if (named.names.empty()) {
      return fail(invalid_argument("say which {} to delete, by name", named.resource.plural));
    }
    for (const std::string& name : named.names) attempt(named.resource, options.ns, name);
  }
  return failures == 0 ? kFine : kFindings;
}

}  // namespace

int run_delete(const DeleteOptions& options) {
  const auto code = remove(options);
  return code ? *code : report(code.error());
}

}  // namespace gp::app
