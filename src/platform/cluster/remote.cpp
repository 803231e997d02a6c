#include "platform/cluster/remote.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "platform/cluster/parallel.hpp"
#include "platform/cluster/remote_watch.hpp"
#include "platform/cluster/watch_all.hpp"

namespace gp::cluster {
namespace {

constexpr int kListTurnsMax = 3;   // 410 between pages; then everything at once
constexpr int kWriteTurnsMax = 4;  // others write in between
constexpr std::size_t kTokensMax = 64;

std::string write_query(std::string_view manager) {
  return fmt::format("?fieldManager={}&fieldValidation=Ignore", percent_encode(manager));
}

std::string_view content_type_of(PatchType type) {
  switch (type) {
    case PatchType::Json: return "application/json-patch+json";
    case PatchType::Merge: return "application/merge-patch+json";
    case PatchType::Strategic: return "application/strategic-merge-patch+json";
    case PatchType::Apply: return "application/apply-patch+yaml";
  }
  return {};
}

// The real server insists on a resourceVersion in updates of custom resources.
bool wants_revision(const Error& error) {
  if (error.details["reason"].text() != "Invalid") return false;
  for (const Value& cause : error.details["details"]["causes"].items()) {
    if (cause["field"].text() == "metadata.resourceVersion") return true;
  }
  return false;
}

Value delete_body(const DeleteOptions& options) {
  using Propagation = DeleteOptions::Propagation;
  Value body = Value::object({{"apiVersion", "v1"}, {"kind", "DeleteOptions"}});
  Value preconditions = Value::object();
  if (!options.precondition_uid.empty()) preconditions.set("uid", options.precondition_uid);
  if (!options.precondition_resource_version.empty())
    preconditions.set("resourceVersion", options.precondition_resource_version);
  if (!preconditions.empty()) body.set("preconditions", std::move(preconditions));
  switch (options.propagation) {
    case Propagation::Default: break;
    case Propagation::Orphan: body.set("propagationPolicy", "Orphan"); break;
    case Propagation::Background: body.set("propagationPolicy", "Background"); break;
    case Propagation::Foreground: body.set("propagationPolicy", "Foreground"); break;
  }
  if (options.dry_run) body.set("dryRun", Value::array({"All"}));
  return body;
}

std::string list_path(const RemoteKind& kind, const ListOptions& options, std::size_t page,
                      const std::string& token) {
  std::string query;
  if (page != 0) query += fmt::format("&limit={}", page);
  if (!token.empty()) query += "&continue=" + percent_encode(token);
  if (options.at != 0 && token.empty())
    query += fmt::format("&resourceVersion={}&resourceVersionMatch=Exact", options.at);
  if (!options.labels.empty())
    query += "&labelSelector=" + percent_encode(options.labels.to_string());
  if (!options.fields.empty())
    query += "&fieldSelector=" + percent_encode(options.fields.to_string());
  if (!query.empty()) query[0] = '?';
  return kind.path(options.ns) + query;
}

// Adds a page's objects. Items of lists leave out what the list says once.
Result<> append(const RemoteKind& kind, const ListOptions& options, const Value& page,
                Listed& listed) {
  const Value& metadata = page["metadata"];
  const std::string version = metadata["resourceVersion"].string();
  listed.revision = std::strtoull(version.c_str(), nullptr, 10);
  for (Value item : page["items"].items()) {
    item.set("apiVersion", kind.api_version());
    item.set("kind", kind.kind);
    ObjectRef object = TRY(remote_object(options.resource, item));
    listed.objects.push_back(std::move(object));
  }
  listed.has_more = !metadata["continue"].empty();
  listed.remaining = static_cast<std::size_t>(metadata["remainingItemCount"].unsigned_integer());
  return {};
}

std::string token_key(const ListOptions& options, Revision at, std::string_view after) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", options.resource, options.ns,
                     options.labels.to_string(), options.fields.to_string(), at, after);
}

bool by_place(const ObjectRef& a, const ObjectRef& b) {
  return std::pair(a->ns(), a->name()) < std::pair(b->ns(), b->name());
}

}  // namespace

RemoteCluster::RemoteCluster(std::string name, std::unique_ptr<kubeconfig::Credentials> credentials,
                             http::Network& network, Clock& clock, RemoteOptions options)
    : session_(std::move(name), std::move(credentials), network, clock, options),
      discovery_(session_) {}

// --- reading -------------------------------------------------------------------------------------

Result<ObjectRef> RemoteCluster::get(const Context& context, const Key& key) {
  TRY(context.check());
  const RemoteKind kind = TRY(discovery_.of_resource(context, key.resource));
  ApiCall call;
  call.path = kind.path(key.ns, key.name);
  const Value answer = TRY(session_.call(context, call));
  return remote_object(key.resource, answer);
}

Result<Listed> RemoteCluster::list(const Context& context, const ListOptions& options) {
  TRY(context.check());
  const RemoteKind kind = TRY(discovery_.of_resource(context, options.resource));
  for (int turn = 1;; ++turn) {
    const bool is_last = turn == kListTurnsMax;
    auto listed = list_once(context, kind, options, is_last ? 0 : session_.options().page_objects);
    const bool was_forgotten = !listed && listed.error().code == Code::Gone;
    if (!was_forgotten || is_last || options.limit != 0 || options.at != 0) return listed;
  }
}

Result<Listed> RemoteCluster::list_once(const Context& context, const RemoteKind& kind,
                                        const ListOptions& options, std::size_t page) {
  std::string token;
  if (!options.continue_after.empty()) token = TRY(token_for(options));
  if (options.limit != 0) page = options.limit;
  Listed listed;
  do {
    ApiCall call;
    call.path = list_path(kind, options, page, token);
    const Value answer = TRY(session_.call(context, call));
    TRY(append(kind, options, answer, listed));
    token = answer["metadata"]["continue"].string();
    if (options.limit != 0) {
      if (listed.has_more) keep_token(options, listed, std::move(token));
      return listed;
    }
  } while (!token.empty());
  std::ranges::sort(listed.objects, by_place);
  return listed;
}

Result<std::string> RemoteCluster::token_for(const ListOptions& options) {
  const std::string key = token_key(options, options.at, options.continue_after);
  const std::lock_guard lock(mutex_);
  for (const auto& [known, token] : tokens_) {
    if (known == key) return token;
  }
  return fail(
      gone("the list behind \"{}\" is no longer known, list again", options.continue_after));
}

void RemoteCluster::keep_token(const ListOptions& options, const Listed& listed,
                               std::string token) {
  if (listed.objects.empty()) return;
  const object::Object& last = *listed.objects.back();
  const std::lock_guard lock(mutex_);
  tokens_.emplace_front(
      token_key(options, listed.revision, fmt::format("{}/{}", last.ns(), last.name())),
      std::move(token));
  if (tokens_.size() > kTokensMax) tokens_.pop_back();
}

Result<Revision> RemoteCluster::newest(const Context& context, const RemoteKind& kind,
                                       std::string_view ns) {
  ApiCall call;
  call.path = kind.path(ns) + "?limit=1";
  const Value page = TRY(session_.call(context, call));
  return std::strtoull(page["metadata"]["resourceVersion"].string().c_str(), nullptr, 10);
}

Result<KindInfo> RemoteCluster::kind_of(const Context& context, std::string_view api_version,
                                        std::string_view kind) {
  TRY(context.check());
  const RemoteKind found = TRY(discovery_.of_kind(context, api_version, kind));
  return KindInfo{found.resource(), found.is_namespaced};
}

Result<std::unique_ptr<Watcher>> RemoteCluster::watch(const Context& context,
                                                      const WatchOptions& options) {
  TRY(context.check());
  if (options.resource.empty()) return watch_all(*this, context, options);
  const RemoteKind kind = TRY(discovery_.of_resource(context, options.resource));
  const Revision after =
      options.after != 0 ? options.after : TRY(newest(context, kind, options.ns));
  return RemoteWatcher::open(session_, context, kind, options, after);
}

// --- writing -------------------------------------------------------------------------------------

Result<ObjectRef> RemoteCluster::create(const Context& context, const Value& document,
                                        std::string_view manager) {
  TRY(context.check());
  const RemoteKind kind =
      TRY(discovery_.of_kind(context, document["apiVersion"].text(), document["kind"].text()));
  ApiCall call;
  call.method = "POST";
  call.path = kind.path(document["metadata"]["namespace"].text()) + write_query(manager);
  call.body = to_json(document);
  const Value answer = TRY(session_.call(context, call));
  return remote_object(kind.resource(), answer);
}

Result<ObjectRef> RemoteCluster::put(const Context& context, const Value& document,
                                     std::string_view manager, std::string_view subresource) {
  TRY(context.check());
  const RemoteKind kind =
      TRY(discovery_.of_kind(context, document["apiVersion"].text(), document["kind"].text()));
  const Value& metadata = document["metadata"];
  const std::string path =
      kind.path(metadata["namespace"].text(), metadata["name"].text(), subresource);
  ApiCall call;
  call.method = "PUT";
  call.path = path + write_query(manager);
  call.body = to_json(document);
  auto written = session_.call(context, call);
  const bool is_blind = metadata["resourceVersion"].empty();
  for (int turn = 1; !written && is_blind && turn <= kWriteTurnsMax; ++turn) {
    const bool has_crossed = turn > 1 && written.error().code == Code::Conflict;
    if (!has_crossed && !wants_revision(written.error())) break;
    ApiCall read;
    read.path = path;
    const Value live = TRY(session_.call(context, read));
    Value on_top = document;
    on_top.edit("metadata").set("resourceVersion", live["metadata"]["resourceVersion"]);
    call.body = to_json(on_top);
    written = session_.call(context, call);
  }
  if (!written) return fail(std::move(written).error());
  return remote_object(kind.resource(), *written);
}

Result<ObjectRef> RemoteCluster::update(const Context& context, const Value& document,
                                        std::string_view manager) {
  return put(context, document, manager, {});
}

Result<ObjectRef> RemoteCluster::update_status(const Context& context, const Value& document,
                                               std::string_view manager) {
  return put(context, document, manager, "status");
}

Result<ObjectRef> RemoteCluster::send_patch(const Context& context, const Key& key, PatchType type,
                                            const Value& patch, std::string_view subresource,
                                            const std::string& query) {
  TRY(context.check());
  const RemoteKind kind = TRY(discovery_.of_resource(context, key.resource));
  ApiCall call;
  call.method = "PATCH";
  call.path = kind.path(key.ns, key.name, subresource) + query;
  if (type == PatchType::Apply) call.path += "&force=true";  // controllers own what they apply
  call.content_type = content_type_of(type);
  call.body = to_json(patch);
  Value answer = TRY(session_.call(context, call));
  // A dry run of a creation has none.
  if (answer["metadata"]["resourceVersion"].empty())
    answer.edit("metadata").set("resourceVersion", "0");
  return remote_object(key.resource, answer);
}

Result<ObjectRef> RemoteCluster::patch(const Context& context, const Key& key, PatchType type,
                                       const Value& patch, std::string_view manager,
                                       std::string_view subresource) {
  return send_patch(context, key, type, patch, subresource, write_query(manager));
}

Result<ObjectRef> RemoteCluster::preview(const Context& context, const Key& key,
                                         const Value& applied, std::string_view manager) {
  return send_patch(context, key, PatchType::Apply, applied, {},
                    write_query(manager) + "&dryRun=All");
}

Result<api::Deleted> RemoteCluster::remove(const Context& context, const Key& key,
                                           const DeleteOptions& options) {
  TRY(context.check());
  const RemoteKind kind = TRY(discovery_.of_resource(context, key.resource));
  ApiCall call;
  call.method = "DELETE";
  call.path = kind.path(key.ns, key.name);
  call.body = to_json(delete_body(options));
  const Value answer = TRY(session_.call(context, call));
  if (answer["kind"].text() != "Status") {
    // Without a deletionTimestamp this is the last state (some kinds are answered so).
    ObjectRef object = TRY(remote_object(key.resource, answer));
    const bool is_held = object->is_deleting();
    return api::Deleted{std::move(object), !is_held};
  }
  const Value last = Value::object({{"apiVersion", kind.api_version()},
                                    {"kind", kind.kind},
                                    {"metadata", Value::object({{"name", key.name},
                                                                {"namespace", key.ns},
                                                                {"uid", answer["details"]["uid"]},
                                                                {"resourceVersion", "0"}})}});
  ObjectRef gone = TRY(remote_object(key.resource, last));
  return api::Deleted{std::move(gone), true};
}

Result<ObjectRef> RemoteCluster::create_or_update(const Context& context, const Value& document,
                                                  std::string_view manager) {
  if (document["metadata"]["name"].empty()) return create(context, document, manager);
  for (int turn = 1;; ++turn) {
    auto updated = update(context, document, manager);
    if (updated || updated.error().code != Code::NotFound) return updated;
    auto created = create(context, document, manager);
    if (created || created.error().code != Code::AlreadyExists || turn == kWriteTurnsMax)
      return created;
  }
}

std::vector<Result<ObjectRef>> RemoteCluster::write_all(const Context& context,
                                                        std::vector<Value> documents,
                                                        std::string_view manager) {
  std::vector<Result<ObjectRef>> results(documents.size());
  in_parallel(documents.size(), [&](std::size_t i) {
    results[i] = create_or_update(context, documents[i], manager);
  });
  return results;
}

}  // namespace gp::cluster
