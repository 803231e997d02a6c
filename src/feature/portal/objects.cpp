#include "feature/portal/objects.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "feature/portal/answers.hpp"

namespace gp::portal {
namespace {

constexpr auto kDeadline = std::chrono::seconds(5);
constexpr std::size_t kFoundByDefault = 20;
constexpr std::size_t kPageObjects = 5000;

// Each stored resource once, at its preferred version and under its own name: the events of
// events.k8s.io are those of the core.
std::vector<object::KindPtr> stored_kinds(const object::KindRegistry& kinds) {
  std::vector<object::KindPtr> out;
  std::set<std::string> seen;
  for (object::KindPtr& kind : kinds.all()) {
    if (kind->is_virtual || !kind->stored_as.empty()) continue;
    if (seen.insert(kind->resource()).second) out.push_back(std::move(kind));
  }
  return out;
}

bool is_searched(const object::Kind& kind) {
  return kind.group != "backstage.io" && !kind.group.ends_with(".backstage.io") &&
         kind.plural != "events";
}

struct Found {
  int distance = 0;  // 0: the very name, 1: its beginning, 2: somewhere
  object::KindPtr kind;
  std::string ns, name;

  auto order() const { return std::tie(distance, name, kind->kind, ns); }
};

Value to_value(const Found& found) {
  return Value::object({{"group", found.kind->group},
                        {"version", found.kind->version},
                        {"kind", found.kind->kind},
                        {"plural", found.kind->plural},
                        {"namespace", found.ns},
                        {"name", found.name}});
}

Result<> find_in(const object::KindPtr& kind, cluster::Cluster& local, const Context& context,
                 std::string_view wanted, std::vector<Found>& found) {
  store::ListOptions options;
  options.resource = kind->resource();
  options.limit = kPageObjects;
  for (;;) {
    const store::Listed page = TRY(local.list(context, options));
    for (const object::ObjectRef& object : page.objects) {
      const std::string name = lower(object->name());
      const std::size_t at = name.find(wanted);
      if (at == std::string::npos) continue;
      const int distance = name == wanted ? 0 : at == 0 ? 1 : 2;
      found.push_back({distance, kind, std::string(object->ns()), std::string(object->name())});
    }
    if (!page.has_more || page.objects.empty()) return {};
    const object::Object& last = *page.objects.back();
    options.continue_after = fmt::format("{}/{}", last.ns(), last.name());
    options.at = page.revision;
  }
}

std::size_t limit_of(const net::Request& request) {
  const std::string_view text = request.query.get("limit");
  std::size_t limit = kFoundByDefault;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return std::clamp<std::size_t>(limit, 1, kFoundMax);
}

net::Response answer(const net::Request& request, const Result<Value>& value) {
  if (!value) return refuse(request, value.error());
  return net::Response::json(200, *value).header("Cache-Control", "no-store");
}

}  // namespace

Result<Value> count_objects(const object::KindRegistry& kinds, cluster::Cluster& local,
                            const Context& context) {
  Value counts = Value::object();
  for (const object::KindPtr& kind : stored_kinds(kinds)) {
    store::ListOptions options;
    options.resource = kind->resource();
    options.limit = 1;
    const store::Listed page = TRY(local.list(context, options));
    const std::size_t count = page.objects.size() + page.remaining;
    if (count > 0) counts.set(kind->resource(), static_cast<std::uint64_t>(count));
  }
  return Value::object({{"counts", std::move(counts)}});
}

Result<Value> find_objects(const object::KindRegistry& kinds, cluster::Cluster& local,
                           const Context& context, std::string_view part, std::size_t limit) {
  std::vector<Found> found;
  const std::string wanted = lower(part);
  if (wanted.empty()) return Value::object({{"items", Value::array()}});
  for (const object::KindPtr& kind : stored_kinds(kinds)) {
    if (is_searched(*kind)) TRY(find_in(kind, local, context, wanted, found));
  }
  const std::size_t shown = std::min({limit, found.size(), kFoundMax});
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(shown),
                            [](const Found& a, const Found& b) { return a.order() < b.order(); });
  Value items = Value::array();
  for (std::size_t i = 0; i < shown; ++i) items.push_back(to_value(found[i]));
  return Value::object({{"items", std::move(items)}});
}

void add_object_routes(runtime::Mount& mount) {
  const auto* kinds = &mount.kinds;
  auto* local = &mount.local;
  auto* clock = &mount.clock;
  mount.portal.add("GET", "/api/portal/counts", [kinds, local, clock](net::Request& request) {
    return answer(request, count_objects(*kinds, *local, Context(*clock, kDeadline)));
  });
  mount.portal.add("GET", "/api/portal/objects", [kinds, local, clock](net::Request& request) {
    return answer(request, find_objects(*kinds, *local, Context(*clock, kDeadline),
                                        request.query.get("name"), limit_of(request)));
  });
}

}  // namespace gp::portal
