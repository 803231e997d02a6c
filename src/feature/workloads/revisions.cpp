#include "feature/workloads/revisions.hpp"

#include "feature/workloads/pods.hpp"
#include "feature/workloads/template_hash.hpp"

namespace gp::workloads {
namespace {

constexpr std::string_view kManager = "goldenpath-workloads";
constexpr int kNamesMax = 10;

// The patch that brings a template back, as kubectl expects it.
Value data_of(const Value& owner) {
  Value pod_template = owner["spec"]["template"];
  pod_template.set("$patch", "replace");
  return Value::object({{"spec", Value::object({{"template", std::move(pod_template)}})}});
}

Result<Value> make(runtime::Reconcile& run, const Value& data, std::int64_t number,
                   std::int64_t& collisions) {
  const Value& owner = run.document();
  for (int turn = 1;; ++turn) {
    const std::string hash = template_hash(data, collisions);
    Value labels = owner["spec"]["template"]["metadata"]["labels"];
    labels.set(kRevisionLabel, hash);
    const Value document = Value::object(
        {{"apiVersion", "apps/v1"},
         {"kind", "ControllerRevision"},
         {"metadata",
          Value::object({{"name", fmt::format("{}-{}", owner["metadata"]["name"].text(), hash)},
                         {"namespace", owner["metadata"]["namespace"]},
                         {"labels", std::move(labels)},
                         {"ownerReferences", Value::array({owner_reference(owner)})}})},
         {"data", data},
         {"revision", number}});
    const auto created = run.cluster().create(run.context(), document, kManager);
    if (created) return (*created)->parse();
    if (created.error().code != Code::AlreadyExists || turn == kNamesMax) {
      return fail(created.error());
    }
    ++collisions;
  }
}

bool is_older(const Value& a, const Value& b) {
  const auto key = [](const Value& revision) {
    return std::pair(revision["revision"].integer(), revision["metadata"]["name"].text());
  };
  return key(a) < key(b);
}

}  // namespace

const Value& Revisions::find(std::string_view name) const {
  for (const Value& revision : all) {
    if (revision["metadata"]["name"].text() == name) return revision;
  }
  return null_value();
}

Result<Revisions> settle_revisions(runtime::Reconcile& run,
                                   const selector::LabelSelector& selector) {
  Revisions revisions;
  revisions.all = TRY(claim(run, kRevisions, selector));
  revisions.collisions = run.document()["status"]["collisionCount"].integer();
  std::ranges::sort(revisions.all, is_older);
  const Value data = data_of(run.document());
  const std::int64_t newest =
      revisions.all.empty() ? 0 : revisions.all.back()["revision"].integer();
  const auto equal = std::ranges::find_if(
      revisions.all, [&](const Value& revision) { return revision["data"] == data; });
  if (equal == revisions.all.end()) {
    Value made = TRY(make(run, data, newest + 1, revisions.collisions));
    revisions.all.push_back(std::move(made));
    return revisions;
  }
  if (std::next(equal) == revisions.all.end()) return revisions;

  Value again = *equal;
  again.set("revision", newest + 1);
  const auto written = TRY(run.cluster().update(run.context(), again, kManager));
  revisions.all.erase(equal);
  revisions.all.push_back(written->parse());
  return revisions;
}

Result<> forget_revisions(runtime::Reconcile& run, const Revisions& revisions,
                          const std::vector<Value>& pods, std::string_view current) {
  const Value& limit = run.document()["spec"]["revisionHistoryLimit"];
  if (!limit.is_integer()) return {};
  std::vector<const Value*> unused;
  for (const Value& revision : revisions.all) {
    const std::string_view name = revision["metadata"]["name"].text();
    const bool is_used = &revision == &revisions.update() || name == current ||
                         std::ranges::any_of(pods, [&](const Value& pod) {
                           return pod["metadata"]["labels"][kRevisionLabel].text() == name;
                         });
    if (!is_used) unused.push_back(&revision);
  }
  for (std::size_t i = 0; unused.size() - i > static_cast<std::size_t>(limit.integer()); ++i) {
    TRY(remove(run, kRevisions, *unused[i]));
  }
  return {};
}

Value with_template(const Value& owner, const Value& revision) {
  Value pod_template = revision["data"]["spec"]["template"];
  if (pod_template.is_null()) return owner;
  pod_template.erase("$patch");
  Value changed = owner;
  changed.edit("spec").set("template", std::move(pod_template));
  return changed;
}

}  // namespace gp::workloads
