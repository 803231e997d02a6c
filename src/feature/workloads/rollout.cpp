#include "feature/workloads/rollout.hpp"

#include <charconv>

#include "base/text.hpp"
#include "feature/workloads/dependents.hpp"
#include "feature/workloads/pods.hpp"
#include "feature/workloads/template_hash.hpp"

namespace gp::workloads {
namespace {

constexpr std::string_view kManager = "goldenpath-deployment";
constexpr std::size_t kHistoryBytesMax = 2000;
constexpr int kNamesMax = 10;  // hashes that others have taken already

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_copied(std::string_view annotation) {
  return annotation != "kubectl.kubernetes.io/last-applied-configuration" &&
         annotation != kRevision && annotation != kRevisionHistory && annotation != kDesired &&
         annotation != kMax && annotation != "deprecated.deployment.rollback.to";
}

Value without_hash(const Value& pod_template) {
  Value plain = pod_template;
  if (plain["metadata"]["labels"].contains(kHashLabel)) {
    plain.edit("metadata").edit("labels").erase(kHashLabel);
  }
  return plain;
}

std::string name_of(const Value& object) {
  return object["metadata"]["name"].string();
}

}  // namespace

std::int64_t revision_of(const Value& object) {
  return number(object["metadata"]["annotations"][kRevision].text());
}

Rollout::Rollout(runtime::Reconcile& run)
    : run_(&run),
      deployment_(run.document()),
      conditions_(run.document()["status"]["conditions"]),
      collision_count_(run.document()["status"]["collisionCount"]) {
  if (!conditions_.is_array()) conditions_ = Value::array();
}

Result<Rollout> Rollout::load(runtime::Reconcile& run) {
  Rollout rollout(run);
  const auto selector =
      TRY(selector::LabelSelector::from_object(run.document()["spec"]["selector"]));
  rollout.sets_ = TRY(claim(run, kReplicaSet.resource, selector));
  std::ranges::sort(rollout.sets_, [](const Value& a, const Value& b) {
    const auto key = [](const Value& set) {
      return std::pair(created_at(set).value_or(TimePoint()), set["metadata"]["name"].text());
    };
    return key(a) < key(b);
  });
  rollout.find_present();
  return rollout;
}

void Rollout::find_present() {
  present_.reset();
  const Value wanted = without_hash(deployment_["spec"]["template"]);
  for (std::size_t i = 0; i < sets_.size() && !present_; ++i) {
    if (without_hash(sets_[i]["spec"]["template"]) == wanted) present_ = i;
  }
}

std::int64_t Rollout::wanted() const {
  return replicas_of(deployment_);
}

bool Rollout::is_rolling() const {
  return deployment_["spec"]["strategy"]["type"].text("RollingUpdate") == "RollingUpdate";
}

std::int64_t Rollout::surge() const {
  if (!is_rolling()) return 0;
  return int_or_percent(deployment_["spec"]["strategy"]["rollingUpdate"]["maxSurge"], wanted(),
                        Round::Up);
}

std::int64_t Rollout::unavailable_max() const {
  if (!is_rolling() || wanted() == 0) return 0;
  const Value& rolling = deployment_["spec"]["strategy"]["rollingUpdate"];
  const std::int64_t most = int_or_percent(rolling["maxUnavailable"], wanted(), Round::Down);
  // Both may round to nothing; something has to move.
  return std::min(most == 0 && surge() == 0 ? 1 : most, wanted());
}

const Value& Rollout::present() const {
  return present_ ? sets_[*present_] : null_value();
}

std::vector<Value*> Rollout::old() {
  std::vector<Value*> found;
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    if (i != present_) found.push_back(&sets_[i]);
  }
  return found;
}

std::vector<Value*> Rollout::active() {
  std::vector<Value*> found;
  for (Value& set : sets_) {
    if (replicas_of(set) > 0) found.push_back(&set);
  }
  return found;
}

std::int64_t Rollout::spec_total() const {
  std::int64_t total = 0;
  for (const Value& set : sets_) total += replicas_of(set);
  return total;
}

std::int64_t Rollout::status_total(std::string_view field) const {
  std::int64_t total = 0;
  for (const Value& set : sets_) total += set["status"][field].integer();
  return total;
}

// --- the present ReplicaSet

std::int64_t Rollout::next_revision() const {
  std::int64_t newest = 0;
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    if (i != present_) newest = std::max(newest, revision_of(sets_[i]));
  }
  return newest + 1;
}

Result<> Rollout::settle_present(bool may_make) {
  if (!present_ && may_make) TRY(make_present());
  if (!present_) return {};
  TRY(note_revision());
  if (condition("Progressing").is_null()) {
    set_condition("Progressing", "True", "FoundNewReplicaSet",
                  fmt::format("Found new replica set \"{}\"", name_of(present())));
  }
  return note_on_deployment(present()["metadata"]["annotations"][kRevision].string());
}

Result<> Rollout::write(Value& set, Value document) {
  const auto written = TRY(run_->cluster().update(run_->context(), document, kManager));
  set = written->parse();
  return {};
}

Result<> Rollout::note_revision() {
  Value& set = sets_[*present_];
  Value next = set;
  Value& annotations = next.edit("metadata").edit("annotations");
  for (const auto& annotation : deployment_["metadata"]["annotations"].members()) {
    if (is_copied(annotation.key())) annotations.set(annotation.key(), annotation.value);
  }
  const std::string before = annotations[kRevision].string();
  const std::int64_t revision = next_revision();
  if (number(before) < revision) {
    annotations.set(kRevision, std::to_string(revision));
    if (!before.empty()) {
      std::string history = annotations[kRevisionHistory].string();
      history += (history.empty() ? "" : ",") + before;
      while (history.size() > kHistoryBytesMax) history.erase(0, history.find(',') + 1);
      annotations.set(kRevisionHistory, history);
    }
  }
  const Value& seconds = deployment_["spec"]["minReadySeconds"];
  if (next["spec"]["minReadySeconds"].integer() != seconds.integer()) {
    next.edit("spec").set("minReadySeconds", seconds);
  }
  if (next == set) return {};
  return write(set, std::move(next));
}

Result<> Rollout::note_on_deployment(const std::string& revision) {
  if (revision.empty() || deployment_["metadata"]["annotations"][kRevision].text() == revision) {
    return {};
  }
  const Value patch = Value::object(
      {{"metadata", Value::object({{"annotations", Value::object({{kRevision, revision}})}})}});
  const auto written = TRY(run_->cluster().patch(run_->context(), run_->key(),
                                                 cluster::PatchType::Merge, patch, kManager));
  deployment_.edit("metadata").set("annotations", written->parse()["metadata"]["annotations"]);
  return {};
}

Value Rollout::new_set(const std::string& hash) const {
  Value pod_template = deployment_["spec"]["template"];
  pod_template.edit("metadata").edit("labels").set(kHashLabel, hash);
  Value selector = deployment_["spec"]["selector"];
  selector.edit("matchLabels").set(kHashLabel, hash);
  Value annotations = Value::object();
  for (const auto& annotation : deployment_["metadata"]["annotations"].members()) {
    if (is_copied(annotation.key())) annotations.set(annotation.key(), annotation.value);
  }
  annotations.set(kRevision, std::to_string(next_revision()));
  annotations.set(kDesired, std::to_string(wanted()));
  annotations.set(kMax, std::to_string(wanted() + surge()));

  Value spec = Value::object({{"replicas", present_target()},
                              {"selector", std::move(selector)},
                              {"template", pod_template}});
  const Value& min_ready = deployment_["spec"]["minReadySeconds"];
  if (min_ready.integer() != 0) spec.set("minReadySeconds", min_ready);
  return Value::object(
      {{"apiVersion", kReplicaSet.api_version},
       {"kind", kReplicaSet.kind},
       {"metadata",
        Value::object({{"name", fmt::format("{}-{}", name_of(deployment_), hash)},
                       {"namespace", deployment_["metadata"]["namespace"]},
                       {"labels", pod_template["metadata"]["labels"]},
                       {"annotations", std::move(annotations)},
                       {"ownerReferences", Value::array({owner_reference(deployment_)})}})},
       {"spec", std::move(spec)}});
}

Result<> Rollout::make_present() {
  for (int turn = 1;; ++turn) {
    const std::string hash =
        template_hash(deployment_["spec"]["template"], collision_count_.integer());
    const Value document = new_set(hash);
    const auto created = run_->cluster().create(run_->context(), document, kManager);
    if (created) {
      sets_.push_back((*created)->parse());
      present_ = sets_.size() - 1;
      break;
    }
    if (created.error().code != Code::AlreadyExists || turn == kNamesMax) {
      const std::string message = fmt::format("Failed to create new replica set \"{}\": {}",
                                              name_of(document), created.error().message);
      run_->event("Warning", "FailedCreate", message);
      set_condition("Progressing", "False", "FailedCreate", created.error().message);
      return fail(created.error());
    }
    // Somebody else's of that name: another hash.
    collision_count_ = collision_count_.integer() + 1;
  }
  const Value& set = present();
  set_condition("Progressing", "True", "NewReplicaSetCreated",
                fmt::format("Created new replica set \"{}\"", name_of(set)));
  if (replicas_of(set) > 0) {
    run_->event(
        "Normal", "ScalingReplicaSet",
        fmt::format("Scaled up replica set {} from 0 to {}", name_of(set), replicas_of(set)));
  }
  return {};
}

std::int64_t Rollout::present_target() const {
  if (!is_rolling()) return wanted();
  const std::int64_t now = present_ ? replicas_of(present()) : 0;
  const std::int64_t most = wanted() + surge();
  const std::int64_t total = spec_total();
  if (total >= most) return now;
  return now + std::min(most - total, wanted() - now);
}

// --- scaling

Result<bool> Rollout::scale(Value& set, std::int64_t replicas) {
  const std::int64_t before = replicas_of(set);
  Value next = set;
  Value& annotations = next.edit("metadata").edit("annotations");
  annotations.set(kDesired, std::to_string(wanted()));
  annotations.set(kMax, std::to_string(wanted() + surge()));
  next.edit("spec").set("replicas", replicas);
  if (next == set) return false;
  TRY(write(set, std::move(next)));
  if (before == replicas) return false;
  run_->event("Normal", "ScalingReplicaSet",
              fmt::format("Scaled {} replica set {} from {} to {}",
                          before < replicas ? "up" : "down", name_of(set), before, replicas));
  return true;
}

Result<bool> Rollout::scale_present(std::int64_t replicas) {
  if (!present_ || replicas_of(present()) == replicas) return false;
  return scale(sets_[*present_], replicas);
}

bool Rollout::is_scaled_anew() const {
  return std::ranges::any_of(sets_, [&](const Value& set) {
    const std::string_view desired = set["metadata"]["annotations"][kDesired].text();
    return replicas_of(set) > 0 && !desired.empty() && number(desired) != wanted();
  });
}

namespace {

// By how many a ReplicaSet should change so that it keeps its part of the whole.
std::int64_t fraction_of(const Rollout& rollout, const Value& set) {
  const std::int64_t size = replicas_of(set);
  if (rollout.wanted() == 0) return -size;
  std::int64_t whole = number(set["metadata"]["annotations"][kMax].text());
  if (whole == 0) whole = rollout.deployment()["status"]["replicas"].integer();
  if (whole == 0) return 0;
  const double part = static_cast<double>(size) *
                      static_cast<double>(rollout.wanted() + rollout.surge()) /
                      static_cast<double>(whole);
  return std::llround(part) - size;
}

}  // namespace

Result<> Rollout::scale_all() {
  std::vector<Value*> sets = active();
  if (sets.size() <= 1) {
    Value* only = sets.empty() ? nullptr : sets.front();
    if (only == nullptr && present_) only = &sets_[*present_];
    if (only == nullptr && !sets_.empty()) only = &sets_.back();
    if (only != nullptr) TRY(scale(*only, wanted()));
    return {};
  }
  const Value& newest = present();
  const bool is_saturated = present_ && replicas_of(newest) == wanted() &&
                            newest["status"]["availableReplicas"].integer() == wanted() &&
                            number(newest["metadata"]["annotations"][kDesired].text()) == wanted();
  if (is_saturated) {
    for (Value* set : old()) TRY(scale(*set, 0));
    return {};
  }
  if (!is_rolling()) return {};

  std::int64_t total = 0;
  for (const Value* set : sets) total += replicas_of(*set);
  const std::int64_t to_add = (wanted() > 0 ? wanted() + surge() : 0) - total;
  // What grows goes to the largest and newest first, what shrinks comes from the largest and
  // oldest.
  std::ranges::sort(sets, [to_add](const Value* a, const Value* b) {
    if (replicas_of(*a) != replicas_of(*b)) return replicas_of(*a) > replicas_of(*b);
    return to_add > 0 ? a > b : a < b;  // they stand by age
  });
  std::vector<std::int64_t> sizes;
  std::int64_t added = 0;
  for (const Value* set : sets) {
    const std::int64_t left = to_add - added;
    const std::int64_t part = fraction_of(*this, *set);
    const std::int64_t share = to_add > 0 ? std::min(part, left) : std::max(part, left);
    sizes.push_back(replicas_of(*set) + (to_add == 0 ? 0 : share));
    if (to_add != 0) added += share;
  }
  sizes.front() = std::max<std::int64_t>(sizes.front() + (to_add - added), 0);
  for (std::size_t i = 0; i < sets.size(); ++i) TRY(scale(*sets[i], sizes[i]));
  return {};
}

Result<> Rollout::clean_up() {
  const Value& limit = deployment_["spec"]["revisionHistoryLimit"];
  if (!limit.is_integer()) return {};
  std::vector<Value*> cleanable = old();
  std::erase_if(cleanable, [](const Value* set) {
    return is_deleting(*set) || replicas_of(*set) != 0 ||
           (*set)["status"]["replicas"].integer() != 0 ||
           (*set)["status"]["observedGeneration"].integer() <
               (*set)["metadata"]["generation"].integer();
  });
  std::ranges::sort(cleanable, [](const Value* a, const Value* b) {
    return std::pair(revision_of(*a), a) < std::pair(revision_of(*b), b);
  });
  for (std::size_t i = 0; cleanable.size() - i > static_cast<std::size_t>(limit.integer()); ++i) {
    TRY(remove(*run_, kReplicaSet.resource, *cleanable[i]));
  }
  return {};
}

// --- conditions

const Value& Rollout::condition(std::string_view type) const {
  for (const Value& known : conditions_.items()) {
    if (known["type"].text() == type) return known;
  }
  return null_value();
}

void Rollout::set_condition(std::string_view type, std::string_view status, std::string_view reason,
                            std::string message) {
  const Value& known = condition(type);
  if (known["status"].text() == status && known["reason"].text() == reason) return;
  refresh_condition(type, status, reason, std::move(message));
}

void Rollout::refresh_condition(std::string_view type, std::string_view status,
                                std::string_view reason, std::string message) {
  const Value now = format_time(run_->context().clock().now());
  const Value& known = condition(type);
  const bool keeps_time = known["status"].text() == status;
  Value next =
      Value::object({{"type", type},
                     {"status", status},
                     {"lastUpdateTime", now},
                     {"lastTransitionTime", keeps_time ? known["lastTransitionTime"] : now},
                     {"reason", reason},
                     {"message", std::move(message)}});
  drop_condition(type);
  conditions_.push_back(std::move(next));
}

void Rollout::drop_condition(std::string_view type) {
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
    if (conditions_.at(i)["type"].text() != type) continue;
    conditions_.erase_at(i);
    return;
  }
}

}  // namespace gp::workloads
