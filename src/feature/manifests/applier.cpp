#include "feature/manifests/applier.hpp"

#include <map>
#include <mutex>

#include "platform/cluster/parallel.hpp"

namespace gp::manifests {

namespace {

using object::Key;
using object::ObjectRef;

constexpr std::string_view kManager = "goldenpath-manifests";

class Applier {
 public:
  Applier(const Context& context, cluster::Cluster& cluster, const object::KindRegistry& kinds,
          std::string_view source, const FindPlace& find_place)
      : context_(context),
        cluster_(cluster),
        kinds_(kinds),
        source_(source),
        find_place_(find_place) {}

  Result<Applied> run(const Plan& plan, const PruneRules& rules) {
    TRY(find_ours());
    TRY(ensure_namespaces(plan.namespaces));
    for (const bool first : {true, false}) {
      TRY(context_.check());
      write(plan, first);
    }
    write_entities(plan);
    if (rules.may_remove) TRY(prune(plan, rules.unread_files));
    return std::move(applied_);
  }

 private:
  // What earlier runs have written, by key.
  Result<> find_ours() {
    const auto selector =
        TRY(selector::LabelSelector::parse(fmt::format("{}={}", kSourceLabel, source_)));
    std::set<std::string> resources;
    for (const auto& kind : kinds_.all()) {
      if (!kind->is_virtual && std::ranges::count(kind->verbs, "list") > 0) {
        resources.insert(kind->resource());
      }
    }
    for (const std::string& resource : resources) {
      cluster::ListOptions options;
      options.resource = resource;
      options.labels = selector;
      const auto listed = cluster_.list(context_, options);
      if (!listed) continue;  // a kind that ended meanwhile
      for (const ObjectRef& object : listed->objects) ours_.emplace(object->key(), object);
    }
    return {};
  }

  // Not marked as ours: a namespace that was only named is never removed.
  Result<> ensure_namespaces(const std::set<std::string>& namespaces) {
    for (const std::string& name : namespaces) {
      const auto present = cluster_.get(context_, Key{"namespaces", "", name});
      if (present) continue;
      if (present.error().code != Code::NotFound) return fail(present.error());
      // A refusal shows at the objects that need it.
      (void)cluster_.create(context_,
                            Value::object({{"apiVersion", "v1"},
                                           {"kind", "Namespace"},
                                           {"metadata", Value::object({{"name", name}})}}),
                            kManager);
    }
    return {};
  }

  ObjectRef live(const Key& key) {
    if (const auto found = ours_.find(key); found != ours_.end()) return found->second;
    auto present = cluster_.get(context_, key);
    return present ? *present : ObjectRef();
  }

  void write(const Plan& plan, bool first) {
    std::vector<std::pair<const Wanted*, object::Revision>> changed;  // with where it was
    std::vector<Value> documents;
    for (const Wanted& wanted : plan.wanted) {
      if (wanted.comes_first != first || wanted.is_entity) continue;
      const ObjectRef present = live(wanted.key);
      const Value before = present ? present->parse() : Value();
      if (present && is_up_to_date(wanted, before)) {
        ++applied_.unchanged;
        continue;
      }
      changed.emplace_back(&wanted, present ? present->revision() : 0);
      documents.push_back(present ? merged_over(wanted.document, before) : wanted.document);
    }
    if (documents.empty()) return;

    const auto results = cluster_.write_all(context_, std::move(documents), kManager);
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto& [wanted, before] = changed[i];
      if (results[i]) {  // the API may find that it says the same in other words
        ++((*results[i])->revision() == before ? applied_.unchanged : applied_.written);
      } else {
        applied_.problems.push_back(
            {wanted->file, wanted->line, wanted->name(), results[i].error().to_string()});
      }
    }
  }

  // Entities may be the catalog's, which reads its files at the same time: so each write says what
  // it expects to find, and looks again when the catalog was faster.
  void write_entities(const Plan& plan) {
    std::vector<const Wanted*> entities;
    for (const Wanted& wanted : plan.wanted) {
      if (wanted.is_entity) entities.push_back(&wanted);
    }
    cluster::in_parallel(entities.size(), [&](std::size_t i) {
      constexpr int kTurnsMax = 5;
      for (int turn = 1; !write_entity(*entities[i], turn == kTurnsMax) && turn < kTurnsMax;
           ++turn) {
      }
    });
  }

  // False: somebody else wrote in between.
  bool write_entity(const Wanted& wanted, bool is_last_turn) {
    const auto present = cluster_.get(context_, wanted.key);
    if (!present && present.error().code != Code::NotFound) return refuse(wanted, present.error());
    const Value before = present ? (*present)->parse() : Value();
    if (const std::string origin = catalog_origin(before); !origin.empty()) {
      return told(wanted, origin, before);
    }
    if (present && is_up_to_date(wanted, before)) return count(applied_.unchanged);

    Value document = present ? merged_over(wanted.document, before) : wanted.document;
    if (present) {
      document.edit("metadata").set("resourceVersion", before["metadata"]["resourceVersion"]);
    }
    const auto written = present ? cluster_.update(context_, document, kManager)
                                 : cluster_.create(context_, document, kManager);
    if (written) {
      const bool is_same = present && (*written)->revision() == (*present)->revision();
      return count(is_same ? applied_.unchanged : applied_.written);
    }
    const Code code = written.error().code;
    const bool has_crossed =
        code == Code::Conflict || code == Code::AlreadyExists || code == Code::NotFound;
    if (has_crossed && !is_last_turn) return false;
    return refuse(wanted, written.error());
  }

  bool count(std::size_t& counter) {
    const std::lock_guard lock(mutex_);
    ++counter;
    return true;
  }
  bool refuse(const Wanted& wanted, const Error& error) {
    const std::lock_guard lock(mutex_);
    applied_.problems.push_back({wanted.file, wanted.line, wanted.name(), error.to_string()});
    return true;
  }
  bool told(const Wanted& wanted, const std::string& origin, const Value& entity) {
    const std::string place = find_place_(origin, entity);
    const std::lock_guard lock(mutex_);
    applied_.problems.push_back(
        {wanted.file, wanted.line, wanted.name(),
         fmt::format("is in the catalog already, from {}, which is used (remove one of the two)",
                     place)});
    return true;
  }

  Result<> prune(const Plan& plan, const std::vector<std::string>& unread_files) {
    std::set<Key> wanted;
    for (const Wanted& item : plan.wanted) wanted.insert(item.key);
    for (const auto& [key, object] : ours_) {
      if (wanted.contains(key) || object->is_deleting()) continue;
      TRY(context_.check());
      const Value document = object->parse();
      const std::string file = document["metadata"]["annotations"][kFileAnnotation].string();
      if (std::ranges::find(unread_files, file) != unread_files.end()) continue;

      cluster::DeleteOptions options;
      options.caller = api::Caller::system(kManager);
      options.precondition_uid = format_uuid(object->uid());
      const auto removed = cluster_.remove(context_, key, options);
      if (removed) {
        ++applied_.removed;
      } else if (removed.error().code != Code::NotFound) {
        applied_.problems.push_back(
            {file, 0, key.to_string(),
             fmt::format("is no longer in the files, but could not be removed: {}",
                         removed.error().to_string())});
      }
    }
    return {};
  }

  const Context& context_;
  cluster::Cluster& cluster_;
  const object::KindRegistry& kinds_;
  const std::string source_;
  const FindPlace& find_place_;
  std::map<Key, ObjectRef> ours_;
  std::mutex mutex_;  // guards `applied_` while entities are written
  Applied applied_;
};

}  // namespace

Result<Applied> apply(const Context& context, cluster::Cluster& cluster,
                      const object::KindRegistry& kinds, const Plan& plan, std::string_view source,
                      const PruneRules& rules, const FindPlace& find_place) {
  return Applier(context, cluster, kinds, source, find_place).run(plan, rules);
}

}  // namespace gp::manifests
