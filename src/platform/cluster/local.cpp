#include "platform/cluster/local.hpp"

#include "platform/cluster/parallel.hpp"

namespace gp::cluster {

namespace {

api::WriteOptions write_options(std::string_view manager) {
  api::WriteOptions options;
  options.caller = api::Caller::system(manager);
  options.field_manager = manager;
  options.field_validation = api::FieldValidation::Ignore;
  return options;
}

}  // namespace

Result<api::KindPtr> LocalCluster::served(std::string_view api_version,
                                          std::string_view kind_name) const {
  const std::size_t slash = api_version.find('/');
  const std::string_view group =
      slash == std::string_view::npos ? "" : api_version.substr(0, slash);
  const std::string_view version =
      slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
  api::KindPtr kind = verbs_.kinds().find_kind(group, version, kind_name);
  if (kind) return kind;
  return fail(not_found("no kind \"{}\" in \"{}\" is served here", kind_name, api_version)
                  .with_hint("check apiVersion and kind, or install its CustomResourceDefinition"));
}

Result<KindInfo> LocalCluster::kind_of(const Context& context, std::string_view api_version,
                                       std::string_view kind_name) {
  TRY(context.check());
  const api::KindPtr kind = TRY(served(api_version, kind_name));
  return KindInfo{kind->resource(), kind->is_namespaced};
}

Result<api::Target> LocalCluster::target_of(const Value& document) const {
  api::Target target;
  target.kind = TRY(served(document["apiVersion"].text(), document["kind"].text()));
  if (target.kind->is_namespaced) target.ns = document["metadata"]["namespace"].text();
  target.name = document["metadata"]["name"].text();
  return target;
}

Result<api::Target> LocalCluster::target_of(const Key& key) const {
  api::Target target{verbs_.kinds().find_resource(key.resource), key.ns, key.name, {}};
  if (!target.kind) return fail(not_found("no resource \"{}\" is served here", key.resource));
  return target;
}

Result<ObjectRef> LocalCluster::get(const Context& context, const Key& key) {
  TRY(context.check());
  const api::Target target = TRY(target_of(key));
  return verbs_.get(target);
}

Result<Listed> LocalCluster::list(const Context& context, const ListOptions& options) {
  TRY(context.check());
  const api::Target target = TRY(target_of(Key{options.resource, options.ns, {}}));
  return verbs_.list(target, options);
}

Result<std::unique_ptr<Watcher>> LocalCluster::watch(const Context& context,
                                                     const WatchOptions& options) {
  TRY(context.check());
  if (options.resource.empty()) return verbs_.store().watch(options);
  const api::Target target = TRY(target_of(Key{options.resource, options.ns, {}}));
  return verbs_.watch(target, options);
}

Result<ObjectRef> LocalCluster::create(const Context& context, const Value& document,
                                       std::string_view manager) {
  TRY(context.check());
  const api::Target target = TRY(target_of(document));
  return verbs_.create(target, document, write_options(manager));
}

Result<ObjectRef> LocalCluster::update(const Context& context, const Value& document,
                                       std::string_view manager) {
  TRY(context.check());
  const api::Target target = TRY(target_of(document));
  return verbs_.update(target, document, write_options(manager));
}

Result<ObjectRef> LocalCluster::update_status(const Context& context, const Value& document,
                                              std::string_view manager) {
  TRY(context.check());
  api::Target target = TRY(target_of(document));
  target.subresource = "status";
  return verbs_.update(target, document, write_options(manager));
}

Result<ObjectRef> LocalCluster::patch(const Context& context, const Key& key, PatchType type,
                                      const Value& patch, std::string_view manager,
                                      std::string_view subresource) {
  TRY(context.check());
  api::Target target = TRY(target_of(key));
  target.subresource = subresource;
  api::WriteOptions options = write_options(manager);
  options.force = type == PatchType::Apply;  // controllers own what they apply
  return verbs_.patch(target, type, patch, options);
}

Result<ObjectRef> LocalCluster::preview(const Context& context, const Key& key,
                                        const Value& applied, std::string_view manager) {
  TRY(context.check());
  const api::Target target = TRY(target_of(key));
  api::WriteOptions options = write_options(manager);
  options.force = true;
  options.dry_run = true;
  return verbs_.patch(target, PatchType::Apply, applied, options);
}

Result<api::Deleted> LocalCluster::remove(const Context& context, const Key& key,
                                          const DeleteOptions& options) {
  TRY(context.check());
  const api::Target target = TRY(target_of(key));
  return verbs_.remove(target, options);
}

// Creates, or replaces what is there.
Result<ObjectRef> LocalCluster::put(const Context& context, const Value& document,
                                    std::string_view manager) {
  const api::Target target = TRY(target_of(document));
  constexpr int kTurnsMax = 4;  // created and deleted by others in between
  for (int turn = 1;; ++turn) {
    const bool exists =
        static_cast<bool>(verbs_.store().get(target.kind->resource(), target.ns, target.name));
    auto written = exists ? update(context, document, manager) : create(context, document, manager);
    if (written || turn == kTurnsMax) return written;
    const Code code = written.error().code;
    const bool has_crossed = exists ? code == Code::NotFound : code == Code::AlreadyExists;
    if (!has_crossed) return written;
  }
}

std::vector<Result<ObjectRef>> LocalCluster::write_all(const Context& context,
                                                       std::vector<Value> documents,
                                                       std::string_view manager) {
  std::vector<Result<ObjectRef>> results(documents.size());
  in_parallel(documents.size(),
              [&](std::size_t i) { results[i] = put(context, documents[i], manager); });
  return results;
}

}  // namespace gp::cluster
