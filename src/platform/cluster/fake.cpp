#include "platform/cluster/fake.hpp"

#include <algorithm>
#include <cctype>
#include "base/text.hpp"

namespace gp::cluster {

namespace {

Value merged(const Value& target, const Value& patch) {  // RFC 7386
  if (!patch.is_object()) return patch;
  Value result = target.is_object() ? target : Value::object();
  for (const auto& member : patch.members()) {
    if (member.value.is_null()) {
      result.erase(member.key());
    } else {
      result.set(member.key(), merged(result[member.key()], member.value));
    }
  }
  return result;
}

Value without_metadata_and_status(Value document) {
  document.erase("metadata");
  document.erase("status");
  return document;
}

bool is_deleting(const Value& document) {
  return !document["metadata"]["deletionTimestamp"].is_null();
}

bool has_finalizers(const Value& document) {
  return !document["metadata"]["finalizers"].empty();
}

template <typename Options>
bool is_selected(const ObjectRef& object, const Options& options) {
  if (!options.resource.empty() && object->resource() != options.resource) return false;
  if (!options.ns.empty() && object->ns() != options.ns) return false;
  return options.labels.matches([&](std::string_view name) { return object->label(name); }) &&
         options.fields.matches(
             [&](std::string_view path) { return std::optional(object->field(path)); });
}

}  // namespace

// --- watching ------------------------------------------------------------------------------------

class FakeCluster::FakeWatcher final : public Watcher {
 public:
  FakeWatcher(FakeCluster& cluster, WatchOptions options, Revision after)
      : cluster_(cluster), options_(std::move(options)), position_(after) {}

  ~FakeWatcher() override {
    const std::lock_guard lock(cluster_.mutex_);
    std::erase(cluster_.watchers_, this);
  }

  Result<> poll(std::vector<Event>& out, std::size_t max) override {
    const std::lock_guard lock(cluster_.mutex_);
    if (is_disconnected_) return fail(unavailable("the watch was disconnected"));
    if (position_ < cluster_.oldest_)
      return fail(gone("revision {} is no longer retained", position_));
    for (const Event& event : cluster_.history_) {
      if (event.revision <= position_) continue;
      if (max == 0) return {};
      position_ = event.revision;
      if (!is_selected(event.object, options_)) continue;
      out.push_back(event);
      --max;
    }
    position_ = cluster_.revision_;
    return {};
  }

  Revision position() const override {
    const std::lock_guard lock(cluster_.mutex_);
    return position_;
  }

  void on_ready(std::function<void()> wake) override {
    const std::lock_guard lock(cluster_.mutex_);
    wake_ = std::move(wake);
  }

 private:
  friend class FakeCluster;
  FakeCluster& cluster_;
  const WatchOptions options_;
  // Guarded by the cluster's mutex:
  Revision position_;
  bool is_disconnected_ = false;
  std::function<void()> wake_;
};

void FakeCluster::wake_all() {
  for (const FakeWatcher* watcher : watchers_) {
    if (watcher->wake_) watcher->wake_();
  }
}

Result<std::unique_ptr<Watcher>> FakeCluster::watch(const Context& context,
                                                    const WatchOptions& options) {
  TRY(context.check());
  const std::lock_guard lock(mutex_);
  TRY(watch_fault_.take());
  const Revision after = options.after == 0 ? revision_ : options.after;
  if (after < oldest_) return fail(gone("revision {} is no longer retained", after));
  auto watcher = std::make_unique<FakeWatcher>(*this, options, after);
  watchers_.push_back(watcher.get());
  return watcher;
}

// --- faults --------------------------------------------------------------------------------------

FakeCluster::~FakeCluster() = default;

Result<> FakeCluster::Fault::take() {
  if (count == 0) return {};
  --count;
  return fail(Error(error));
}

void FakeCluster::fail_next_writes(std::size_t count, Error error) {
  const std::lock_guard lock(mutex_);
  write_fault_ = {count, std::move(error)};
}

void FakeCluster::conflict_next_writes(std::size_t count) {
  fail_next_writes(count, conflict("the object has been modified"));
}

void FakeCluster::fail_next_lists(std::size_t count, Error error) {
  const std::lock_guard lock(mutex_);
  list_fault_ = {count, std::move(error)};
}

void FakeCluster::refuse_next_watches(std::size_t count, Error error) {
  const std::lock_guard lock(mutex_);
  watch_fault_ = {count, std::move(error)};
}

void FakeCluster::disconnect_watches() {
  const std::lock_guard lock(mutex_);
  for (FakeWatcher* watcher : watchers_) watcher->is_disconnected_ = true;
  wake_all();
}

void FakeCluster::forget_history() {
  const std::lock_guard lock(mutex_);
  history_.clear();
  oldest_ = revision_;
  wake_all();
}

// --- what came out -------------------------------------------------------------------------------

std::size_t FakeCluster::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

std::size_t FakeCluster::open_watches() const {
  const std::lock_guard lock(mutex_);
  return watchers_.size();
}

ObjectRef FakeCluster::peek(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? ObjectRef() : found->second;
}

std::vector<ObjectRef> FakeCluster::all(std::string_view resource) const {
  const std::lock_guard lock(mutex_);
  std::vector<ObjectRef> found;
  for (const auto& [key, object] : objects_) {
    if (key.resource == resource) found.push_back(object);
  }
  return found;
}

Revision FakeCluster::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

Key FakeCluster::key_of(const Value& document) {
  const std::string api_version = document["apiVersion"].string();
  std::string resource = lower(document["kind"].text()) + 's';
  const std::size_t slash = api_version.find('/');
  if (slash != std::string::npos) resource += "." + api_version.substr(0, slash);
  return {resource, document["metadata"]["namespace"].string(),
          document["metadata"]["name"].string()};
}

// --- state ---------------------------------------------------------------------------------------

void FakeCluster::record(Event event) {
  history_.push_back(std::move(event));
  wake_all();
}

ObjectRef FakeCluster::store(Value document) {
  const Key key = key_of(document);
  auto draft = object::Draft::make(key.resource, document, {});
  GP_CHECK(draft, "the fake cluster takes any document with a name");
  const ObjectRef made = object::Object::make(*draft, ++revision_);
  ObjectRef& slot = objects_[key];
  const ObjectRef before = std::exchange(slot, made);
  ++writes_;
  record({before ? Event::Type::Modified : Event::Type::Added, made, before, revision_});
  return made;
}

ObjectRef FakeCluster::drop(const Key& key) {
  const auto found = objects_.find(key);
  const ObjectRef last = found->second;
  objects_.erase(found);
  const ObjectRef final_state = object::Object::with_revision(*last, ++revision_);
  ++writes_;
  record({Event::Type::Deleted, final_state, last, revision_});
  return final_state;
}

ObjectRef FakeCluster::put(Value document) {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key_of(document));
  Value& metadata = document.edit("metadata");
  if (found != objects_.end()) {
    const Value before = found->second->parse();
    metadata.set("uid", before["metadata"]["uid"]);
    if (metadata["generation"].is_null())
      metadata.set("generation", before["metadata"]["generation"]);
  } else {
    if (metadata["uid"].is_null()) metadata.set("uid", format_uuid(random_uuid(random_)));
    if (metadata["generation"].is_null()) metadata.set("generation", 1);
  }
  return store(std::move(document));
}

void FakeCluster::erase(const Key& key) {
  const std::lock_guard lock(mutex_);
  if (objects_.contains(key)) drop(key);
}

// --- Cluster -------------------------------------------------------------------------------------

Result<KindInfo> FakeCluster::kind_of(const Context& context, std::string_view api_version,
                                      std::string_view kind) {
  TRY(context.check());
  return KindInfo{key_of(Value::object({{"apiVersion", api_version}, {"kind", kind}})).resource,
                  true};
}

// As a merge patch: the fake knows no owners of fields.
Result<ObjectRef> FakeCluster::preview(const Context& context, const Key& key, const Value& applied,
                                       std::string_view) {
  TRY(context.check());
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  const bool is_new = found == objects_.end();
  const Value document = merged(is_new ? Value() : found->second->parse(), applied);
  const object::Draft draft = TRY(object::Draft::make(key.resource, document, {}));
  return object::Object::make(draft, is_new ? revision_ : found->second->revision());
}

Result<ObjectRef> FakeCluster::get(const Context& context, const Key& key) {
  TRY(context.check());
  if (ObjectRef found = peek(key)) return found;
  return fail(not_found("{} does not exist", key.to_string()));
}

Result<Listed> FakeCluster::list(const Context& context, const ListOptions& options) {
  TRY(context.check());
  const std::lock_guard lock(mutex_);
  TRY(list_fault_.take());
  Listed listed;
  listed.revision = revision_;
  for (const auto& [key, object] : objects_) {
    if (!is_selected(object, options)) continue;
    if (options.limit != 0 && listed.objects.size() == options.limit) {
      listed.has_more = true;
      break;
    }
    listed.objects.push_back(object);
  }
  return listed;
}

Result<ObjectRef> FakeCluster::create_locked(Value document) {
  const Key key = key_of(document);
  if (key.name.empty()) return fail(invalid_argument("metadata.name: Required value"));
  if (objects_.contains(key)) return fail(already_exists("{} already exists", key.to_string()));
  Value& metadata = document.edit("metadata");
  metadata.set("uid", format_uuid(random_uuid(random_)));
  metadata.set("creationTimestamp", format_time(clock_.now()));
  metadata.set("generation", 1);
  document.erase("status");
  return store(std::move(document));
}

Result<ObjectRef> FakeCluster::create(const Context& context, const Value& document,
                                      std::string_view) {
  TRY(context.check());
  const std::lock_guard lock(mutex_);
  TRY(write_fault_.take());
  return create_locked(document);
}

Result<ObjectRef> FakeCluster::replace_locked(const Value& document, Part part) {
  const Key key = key_of(document);
  const auto found = objects_.find(key);
  if (found == objects_.end()) return fail(not_found("{} does not exist", key.to_string()));

  const Value before = found->second->parse();
  const Value& metadata = document["metadata"];
  const std::string_view expected = metadata["resourceVersion"].text();
  const bool is_stale = !expected.empty() && expected != std::to_string(found->second->revision());
  const bool is_other = !metadata["uid"].is_null() && metadata["uid"] != before["metadata"]["uid"];
  if (is_stale || is_other) return fail(conflict("{} has been modified", key.to_string()));

  Value after = part == Part::Status ? before : document;
  after.set("status", part == Part::Status ? document["status"] : before["status"]);
  if (after["status"].is_null()) after.erase("status");
  Value& kept = after.edit("metadata");
  for (const char* name : {"uid", "creationTimestamp", "generation", "deletionTimestamp"}) {
    kept.set(name, before["metadata"][name]);
    if (kept[name].is_null()) kept.erase(name);
  }
  kept.set("resourceVersion", before["metadata"]["resourceVersion"]);
  if (without_metadata_and_status(after) != without_metadata_and_status(before)) {
    kept.set("generation", before["metadata"]["generation"].integer() + 1);
  }
  if (after == before) return found->second;  // nothing to write
  ObjectRef stored = store(after);
  if (is_deleting(after) && !has_finalizers(after)) drop(key);
  return stored;
}

Result<ObjectRef> FakeCluster::replace(const Value& document, Part part) {
  const std::lock_guard lock(mutex_);
  TRY(write_fault_.take());
  return replace_locked(document, part);
}

Result<ObjectRef> FakeCluster::update(const Context& context, const Value& document,
                                      std::string_view) {
  TRY(context.check());
  return replace(document, Part::Main);
}

Result<ObjectRef> FakeCluster::update_status(const Context& context, const Value& document,
                                             std::string_view) {
  TRY(context.check());
  return replace(document, Part::Status);
}

Result<ObjectRef> FakeCluster::patch(const Context& context, const Key& key, PatchType type,
                                     const Value& patch, std::string_view,
                                     std::string_view subresource) {
  TRY(context.check());
  if (type != PatchType::Merge)
    return fail(unimplemented("the fake cluster knows merge patches only"));
  const std::lock_guard lock(mutex_);
  TRY(write_fault_.take());
  const auto found = objects_.find(key);
  if (found == objects_.end()) return fail(not_found("{} does not exist", key.to_string()));
  return replace_locked(merged(found->second->parse(), patch),
                        subresource == "status" ? Part::Status : Part::Main);
}

Result<api::Deleted> FakeCluster::remove(const Context& context, const Key& key,
                                         const DeleteOptions& options) {
  TRY(context.check());
  const std::lock_guard lock(mutex_);
  TRY(write_fault_.take());
  const auto found = objects_.find(key);
  if (found == objects_.end()) return fail(not_found("{} does not exist", key.to_string()));
  const ObjectRef object = found->second;
  const std::string& version = options.precondition_resource_version;
  const bool is_other = (!options.precondition_uid.empty() &&
                         options.precondition_uid != format_uuid(object->uid())) ||
                        (!version.empty() && version != std::to_string(object->revision()));
  if (is_other) return fail(conflict("{} is not the one to delete", key.to_string()));

  if (!object->has_finalizers()) return api::Deleted{drop(key), true};
  if (object->is_deleting()) return api::Deleted{object, false};
  Value document = object->parse();
  document.edit("metadata").set("deletionTimestamp", format_time(clock_.now()));
  return api::Deleted{store(std::move(document)), false};
}

std::vector<Result<ObjectRef>> FakeCluster::write_all(const Context& context,
                                                      std::vector<Value> documents,
                                                      std::string_view manager) {
  std::vector<Result<ObjectRef>> results;
  for (const Value& document : documents) {
    const bool exists = static_cast<bool>(peek(key_of(document)));
    results.push_back(exists ? update(context, document, manager)
                             : create(context, document, manager));
  }
  return results;
}

}  // namespace gp::cluster
