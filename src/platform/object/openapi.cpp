#include "platform/object/openapi.hpp"

#include <map>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "platform/object/openapi_build.hpp"

namespace gp {
extern const std::span<const std::string_view> kTypeTexts;
}

namespace gp::object {
namespace {

// Grows when the documents are put together differently, so that clients fetch them again.
constexpr int kLayout = 1;

std::string path_of(const Kind& kind) {
  return kind.group.empty() ? "api/" + kind.version : "apis/" + kind.api_version();
}

std::string upper_hex(std::string_view bytes) {
  std::string hex = hex_encode(bytes);
  for (char& c : hex) {
    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  }
  return hex;
}

const std::string& digest_of_types() {
  static const std::string digest = [] {
    std::string all;
    for (const std::string_view text : kTypeTexts) all += text;
    return sha512(all);
  }();
  return digest;
}

// Of all that the document is made from: cheaper than making the document.
std::string hash_of(std::span<const KindPtr> kinds) {
  std::string input = digest_of_types() + std::to_string(kLayout);
  for (const KindPtr& kind : kinds) {
    input += fmt::format("\n{} {} {} {} {} {} {}", kind->api_version(), kind->kind, kind->plural,
                         kind->is_namespaced, kind->has_status, kind->scale.has_value(),
                         fmt::join(kind->verbs, ","));
    if (!kind->schema.is_null()) append_json(input, kind->schema);
  }
  return upper_hex(sha512(input));
}

Value info() {
  return Value::object({{"title", "GoldenPath"}, {"version", "v1.32.0"}});
}

std::shared_ptr<const std::string> bytes_of(const Value& document) {
  return std::make_shared<const std::string>(to_json(document, {.escape_html = false}));
}

}  // namespace

struct OpenApi::Impl {
  explicit Impl(const KindRegistry& registry) : kinds(registry) {}

  struct Group {
    std::vector<KindPtr> kinds;
    std::string hash;
    std::shared_ptr<const std::string> json;  // null: not asked for yet
  };

  const KindRegistry& kinds;
  std::mutex mutex;  // guards everything below
  std::uint64_t generation = 0;
  bool is_fresh = false;
  std::map<std::string, Group, std::less<>> groups;
  OpenApiDocument index;
  OpenApiDocument v2;

  // Documents that are still right keep their bytes.
  void refresh() {
    const std::uint64_t now = kinds.generation();
    if (is_fresh && generation == now) return;
    std::map<std::string, Group, std::less<>> next;
    for (const KindPtr& kind : kinds.all()) next[path_of(*kind)].kinds.push_back(kind);
    for (auto& [path, group] : next) {
      const auto before = groups.find(path);
      const bool is_known = before != groups.end();
      const bool is_same = is_known && before->second.kinds == group.kinds;
      group.hash = is_same ? before->second.hash : hash_of(group.kinds);
      if (is_known && before->second.hash == group.hash) group.json = before->second.json;
    }
    groups = std::move(next);
    index = {};
    v2 = {};
    generation = now;
    is_fresh = true;
  }
};

OpenApi::OpenApi(const KindRegistry& kinds) : impl_(std::make_unique<Impl>(kinds)) {}
OpenApi::~OpenApi() = default;

OpenApiDocument OpenApi::index() {
  const std::lock_guard lock(impl_->mutex);
  impl_->refresh();
  if (impl_->index.json) return impl_->index;
  Value paths = Value::object();
  for (const auto& [path, group] : impl_->groups) {
    paths.set(path, Value::object({{"serverRelativeURL",
                                    fmt::format("/openapi/v3/{}?hash={}", path, group.hash)}}));
  }
  impl_->index.json = bytes_of(Value::object({{"paths", std::move(paths)}}));
  impl_->index.hash = upper_hex(sha512(*impl_->index.json));
  return impl_->index;
}

OpenApiDocument OpenApi::document(std::string_view path) {
  const std::lock_guard lock(impl_->mutex);
  impl_->refresh();
  const auto found = impl_->groups.find(path);
  if (found == impl_->groups.end()) return {};
  Impl::Group& group = found->second;
  if (!group.json) {
    Value components = Value::object({{"schemas", schemas_of(group.kinds, RefStyle::Components)}});
    group.json = bytes_of(Value::object({{"openapi", "3.0.0"},
                                         {"info", info()},
                                         {"paths", paths_of(group.kinds, RefStyle::Components)},
                                         {"components", std::move(components)}}));
  }
  return {group.json, group.hash};
}

OpenApiDocument OpenApi::v2() {
  const std::lock_guard lock(impl_->mutex);
  impl_->refresh();
  if (impl_->v2.json) return impl_->v2;
  const std::vector<KindPtr> kinds = impl_->kinds.all();
  impl_->v2.json =
      bytes_of(Value::object({{"swagger", "2.0"},
                              {"info", info()},
                              {"paths", paths_of(kinds, RefStyle::Definitions)},
                              {"definitions", schemas_of(kinds, RefStyle::Definitions)}}));
  impl_->v2.hash = hash_of(kinds);
  return impl_->v2;
}

}  // namespace gp::object
