#include "engine/kustomize/selector.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <optional>

#include "engine/selector/selector.hpp"

namespace gp::kustomize {
namespace {

constexpr std::size_t kExpressionBytesMax = 4096;

// Empty matches everything.
Result<std::unique_ptr<re2::RE2>> anchored(const Value& target, const char* field) {
  const std::string text = target[field].string();
  if (text.empty()) return nullptr;
  if (text.size() > kExpressionBytesMax)
    return fail(too_large("target.{}: longer than {} bytes", field, kExpressionBytesMax));
  auto expression = std::make_unique<re2::RE2>("^(?:" + text + ")$", re2::RE2::Quiet);
  if (!expression->ok()) {
    return fail(invalid_argument("target.{}: \"{}\" is no regular expression: {}", field, text,
                                 expression->error()));
  }
  return expression;
}

bool fits(const std::unique_ptr<re2::RE2>& expression, std::string_view text) {
  return !expression ||
         re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *expression);
}

Result<std::optional<selector::LabelSelector>> labels(const Value& target, const char* field) {
  if (target[field].empty()) return std::nullopt;
  auto parsed = selector::LabelSelector::parse(target[field].text());
  if (!parsed) return fail(std::move(parsed.error()).with_context(fmt::format("target.{}", field)));
  return *parsed;
}

bool fits(const std::optional<selector::LabelSelector>& wanted, const Value& members) {
  return !wanted || wanted->matches_labels(members);
}

}  // namespace

struct Selector::Parts {
  std::unique_ptr<re2::RE2> group, version, kind, name, ns;
  std::optional<selector::LabelSelector> labels, annotations;
};

Selector::Selector(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Selector::~Selector() = default;
Selector::Selector(Selector&&) noexcept = default;
Selector& Selector::operator=(Selector&&) noexcept = default;

Result<Selector> Selector::parse(const Value& target) {
  auto parts = std::make_unique<Parts>();
  parts->group = TRY(anchored(target, "group"));
  parts->version = TRY(anchored(target, "version"));
  parts->kind = TRY(anchored(target, "kind"));
  parts->name = TRY(anchored(target, "name"));
  parts->ns = TRY(anchored(target, "namespace"));
  parts->labels = TRY(labels(target, "labelSelector"));
  parts->annotations = TRY(labels(target, "annotationSelector"));
  return Selector(std::move(parts));
}

bool Selector::matches(const Resource& resource) const {
  const Gvk gvk = Gvk::of(resource.object);
  if (!fits(parts_->group, gvk.group) || !fits(parts_->version, gvk.version) ||
      !fits(parts_->kind, gvk.kind))
    return false;
  const Id first = resource.original_id();
  const Id now = resource.id();
  const auto space = [](const Id& id) { return id.ns.empty() ? std::string("default") : id.ns; };
  if (!fits(parts_->name, first.name) && !fits(parts_->name, now.name)) return false;
  if (!fits(parts_->ns, space(first)) && !fits(parts_->ns, space(now))) return false;
  const Value& metadata = resource.object["metadata"];
  return fits(parts_->labels, metadata["labels"]) &&
         fits(parts_->annotations, metadata["annotations"]);
}

}  // namespace gp::kustomize
