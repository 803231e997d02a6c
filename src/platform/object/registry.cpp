// The registry: one immutable snapshot, replaced as a whole by every change.

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <tuple>
#include <unordered_map>

#include "base/text.hpp"
#include "engine/schema/structural.hpp"
#include "platform/object/columns.hpp"
#include "platform/object/kind.hpp"

namespace gp::object {
namespace {

// The API server's own order of groups; all others follow by name.
constexpr std::array<std::string_view, 19> kGroupOrder = {
    "",
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
};

std::size_t group_rank(std::string_view group) {
  return static_cast<std::size_t>(std::ranges::find(kGroupOrder, group) - kGroupOrder.begin());
}

struct VersionRank {
  int stability = 3;  // 0 release, 1 beta, 2 alpha, 3 not a version
  int major = 0;
  int minor = 0;

  auto key() const { return std::tuple(stability, -major, -minor); }
};

bool take_number(std::string_view& text, int& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || number < 0) return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return true;
}

VersionRank version_rank(std::string_view version) {
  VersionRank rank;
  if (!version.starts_with('v')) return rank;
  version.remove_prefix(1);
  if (!take_number(version, rank.major)) return {};
  if (version.empty()) {
    rank.stability = 0;
    return rank;
  }
  const bool is_beta = version.starts_with("beta");
  if (!is_beta && !version.starts_with("alpha")) return {};
  version.remove_prefix(is_beta ? 4 : 5);
  if (!take_number(version, rank.minor) || !version.empty()) return {};
  rank.stability = is_beta ? 1 : 2;
  return rank;
}

// Where a kind stands among all: group, version, name.
using Rank = std::tuple<std::size_t, std::string_view, std::tuple<int, int, int>, std::string_view,
                        std::string_view>;

Rank rank_of(const Kind& kind) {
  return {group_rank(kind.group), kind.group, version_rank(kind.version).key(), kind.version,
          kind.plural};
}

using Names = std::tuple<std::string_view, std::string_view, std::string_view>;

struct HashNames {
  std::size_t operator()(const Names& names) const noexcept {
    constexpr std::hash<std::string_view> kHash;
    const auto& [group, version, name] = names;
    return kHash(group) * 31 * 31 + kHash(version) * 31 + kHash(name);
  }
};

struct Snapshot {
  std::vector<KindPtr> ordered;
  // group, version, plural or kind: views into the kinds; a plural without a version is its
  // preferred one
  std::unordered_map<Names, KindPtr, HashNames> by_plural;
  std::unordered_map<Names, KindPtr, HashNames> by_kind;
  std::uint64_t generation = 0;

  // With hundreds of definitions this is most of what one more costs: each rank is made once.
  void index() {
    std::vector<std::pair<Rank, KindPtr>> ranked;
    ranked.reserve(ordered.size());
    for (KindPtr& kind : ordered) ranked.emplace_back(rank_of(*kind), std::move(kind));
    std::ranges::sort(ranked, {}, &std::pair<Rank, KindPtr>::first);
    by_plural.reserve(2 * ordered.size());
    by_kind.reserve(ordered.size());
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      const KindPtr& kind = ordered[i] = std::move(ranked[i].second);
      by_plural.emplace(Names(kind->group, kind->version, kind->plural), kind);
      by_plural.emplace(Names(kind->group, "", kind->plural), kind);
      by_kind.emplace(Names(kind->group, kind->version, kind->kind), kind);
    }
  }
};

// What a kubectl argument asks for after its first dot.
struct Asked {
  std::string_view version;
  std::string_view group;
  bool has_group = false;
};

bool is_served(const Snapshot& snapshot, std::string_view version, std::string_view group) {
  return std::ranges::any_of(snapshot.ordered, [&](const KindPtr& kind) {
    return kind->version == version && kind->group == group;
  });
}

// "v1." and "v1.apps" name a version; "apps" and "rbac.authorization.k8s.io" only a group.
Asked parse_rest(const Snapshot& snapshot, std::string_view rest) {
  const std::size_t dot = rest.find('.');
  if (dot != std::string_view::npos &&
      is_served(snapshot, rest.substr(0, dot), rest.substr(dot + 1))) {
    return {rest.substr(0, dot), rest.substr(dot + 1), true};
  }
  return {{}, rest, true};
}

bool is_called(const Kind& kind, std::string_view name) {
  return kind.plural == name || kind.singular == name || lower(kind.kind) == name ||
         std::ranges::find(kind.short_names, name) != kind.short_names.end();
}

// A schema that does not compile is not enforced: whoever made the kind has checked it before.
void make_ready(Kind& kind) {
  compile_columns(kind);
  if (kind.schema.is_null() || kind.compiled_schema) return;
  if (auto compiled = schema::StructuralSchema::compile(kind.schema)) {
    kind.compiled_schema = std::make_shared<const schema::StructuralSchema>(std::move(*compiled));
  }
}

}  // namespace

bool is_version_before(std::string_view a, std::string_view b) {
  return std::tuple(version_rank(a).key(), a) < std::tuple(version_rank(b).key(), b);
}

struct KindRegistry::Impl {
  mutable std::mutex mutex;  // guards `current`, held only to copy or replace the pointer
  std::shared_ptr<const Snapshot> current = std::make_shared<Snapshot>();
  std::mutex writing;  // one change at a time

  std::shared_ptr<const Snapshot> read() const {
    const std::lock_guard lock(mutex);
    return current;
  }

  template <typename Change>
  void change(Change&& edit) {
    const std::lock_guard one_writer(writing);
    auto next = std::make_shared<Snapshot>();
    const auto before = read();
    next->ordered = before->ordered;
    next->generation = before->generation + 1;
    edit(next->ordered);
    next->index();
    const std::lock_guard lock(mutex);
    current = std::move(next);
  }
};

KindRegistry::KindRegistry() : impl_(std::make_unique<Impl>()) {}
KindRegistry::~KindRegistry() = default;

void KindRegistry::add(Kind kind) {
  make_ready(kind);
  auto shared = std::make_shared<const Kind>(std::move(kind));
  impl_->change([&](std::vector<KindPtr>& kinds) {
    std::erase_if(kinds, [&](const KindPtr& other) {
      return other->group == shared->group && other->version == shared->version &&
             other->plural == shared->plural;
    });
    kinds.push_back(std::move(shared));
  });
}

void KindRegistry::add_all(std::vector<Kind> added) {
  impl_->change([&](std::vector<KindPtr>& kinds) {
    for (Kind& kind : added) {
      make_ready(kind);
      kinds.push_back(std::make_shared<const Kind>(std::move(kind)));
    }
  });
}

bool KindRegistry::remove(std::string_view group, std::string_view version,
                          std::string_view plural) {
  bool was_there = false;
  impl_->change([&](std::vector<KindPtr>& kinds) {
    was_there = std::erase_if(kinds, [&](const KindPtr& kind) {
                  return kind->group == group && kind->version == version && kind->plural == plural;
                }) > 0;
  });
  return was_there;
}

void KindRegistry::exchange(const std::set<std::string>& resources, std::vector<KindPtr> kinds) {
  impl_->change([&](std::vector<KindPtr>& all) {
    std::erase_if(all, [&](const KindPtr& kind) { return resources.contains(kind->resource()); });
    std::ranges::move(kinds, std::back_inserter(all));
  });
}

KindPtr KindRegistry::ready(Kind kind) {
  make_ready(kind);
  return std::make_shared<const Kind>(std::move(kind));
}

KindPtr KindRegistry::find(std::string_view group, std::string_view version,
                           std::string_view plural) const {
  if (version.empty()) return nullptr;
  const auto snapshot = impl_->read();
  const auto found = snapshot->by_plural.find(Names(group, version, plural));
  return found == snapshot->by_plural.end() ? nullptr : found->second;
}

KindPtr KindRegistry::find_kind(std::string_view group, std::string_view version,
                                std::string_view kind) const {
  const auto snapshot = impl_->read();
  const auto found = snapshot->by_kind.find(Names(group, version, kind));
  return found == snapshot->by_kind.end() ? nullptr : found->second;
}

KindPtr KindRegistry::find_resource(std::string_view resource) const {
  const std::size_t dot = resource.find('.');
  const std::string_view plural = resource.substr(0, dot);
  const std::string_view group =
      dot == std::string_view::npos ? std::string_view() : resource.substr(dot + 1);
  const auto snapshot = impl_->read();
  const auto found = snapshot->by_plural.find(Names(group, "", plural));
  return found == snapshot->by_plural.end() ? nullptr : found->second;
}

KindPtr KindRegistry::resolve(std::string_view argument) const {
  const auto snapshot = impl_->read();
  const std::size_t dot = argument.find('.');
  const std::string name = lower(argument.substr(0, dot));
  const Asked asked =
      dot == std::string_view::npos ? Asked{} : parse_rest(*snapshot, argument.substr(dot + 1));
  KindPtr near;  // its group only begins with what was asked for
  for (const KindPtr& kind : snapshot->ordered) {
    if (!is_called(*kind, name)) continue;
    if (!asked.version.empty() && kind->version != asked.version) continue;
    if (!asked.has_group || kind->group == asked.group) return kind;
    if (!near && kind->group.starts_with(asked.group)) near = kind;
  }
  return near;
}

std::vector<KindPtr> KindRegistry::all() const {
  return impl_->read()->ordered;
}

std::uint64_t KindRegistry::generation() const {
  return impl_->read()->generation;
}

}  // namespace gp::object
