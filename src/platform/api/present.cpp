#include "platform/api/present.hpp"

#include "engine/schema/structural.hpp"
#include "platform/api/status.hpp"
#include "platform/object/convert.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/definition.hpp"

namespace gp::api {
namespace {

KindPtr stored_kind(const object::KindRegistry& kinds, const Kind& kind) {
  KindPtr stored = kinds.find_resource(kind.store_resource());
  return stored ? stored : std::make_shared<const Kind>(kind);
}

bool is_stored_kind(const object::KindRegistry& kinds, const Kind& kind) {
  const KindPtr stored = kinds.find_resource(kind.store_resource());
  return !stored || (stored->version == kind.version && stored->group == kind.group);
}

// The real server says what became of the call; here it is not even made.
Error needs_webhook(const Kind& from, std::string_view to) {
  return status::make(
      Code::Internal, 500, "InternalError",
      fmt::format("conversion webhook for {}, Kind={} failed: versions are converted by strategy "
                  "None only; ask for {}, in which the object is stored",
                  from.api_version(), from.kind, to));
}

// Of the version that the document says it is in, as far as that is served.
const Kind& kind_of(const Value& document, const Kind& kind, const object::KindRegistry& kinds,
                    KindPtr& keep) {
  const Kind& stored = kind.stored ? *kind.stored : kind;
  const std::string_view said = document["apiVersion"].text();
  if (said == stored.api_version()) return stored;
  keep = kinds.find(kind.group, said.substr(said.find('/') + 1), kind.plural);
  return keep ? *keep : stored;
}

Value pruned(const Kind& kind, const Value& document) {
  return kind.compiled_schema ? kind.compiled_schema->pruned(document) : document;
}

// `written`: the revision at which `document` was. What an older schema let through is pruned and
// defaulted in the version it is stored in, then converted, then pruned once more.
Result<Value> as_shown(const object::KindRegistry& kinds, const Kind& kind, Value document,
                       Revision written) {
  if (!kind.is_custom) return object::convert(document, kind);
  if (written < kind.schema_since) {
    KindPtr keep;
    document = object::as_read(kind_of(document, kind, kinds, keep), document);
  }
  const std::string wanted = kind.api_version();
  const std::string_view said = document["apiVersion"].text();
  if (said == wanted) return document;
  if (kind.needs_webhook) return fail(needs_webhook(kind, said));
  document.set("apiVersion", wanted);
  return pruned(kind, document);
}

class PresentingWatcher final : public store::Watcher {
 public:
  // `definition`: a watch of the kind's definition; null if it has none.
  PresentingWatcher(const Verbs::Impl& impl, KindPtr kind, std::unique_ptr<store::Watcher> inner,
                    std::unique_ptr<store::Watcher> definition)
      : impl_(impl),
        kind_(std::move(kind)),
        inner_(std::move(inner)),
        definition_(std::move(definition)) {}

  Result<> poll(std::vector<store::Event>& out, std::size_t max) override {
    const std::size_t before = out.size();
    TRY(inner_->poll(out, max));
    for (std::size_t i = before; i < out.size(); ++i) {
      if (out[i].object) out[i].object = TRY(present(out[i]));
    }
    if (out.size() == before && definition_ && !is_served()) {
      return fail(status::expired(fmt::format("{} is no longer served", kind_->resource())));
    }
    return {};
  }
  Revision position() const override { return inner_->position(); }
  void on_ready(std::function<void()> wake) override {
    if (definition_) definition_->on_ready(wake);
    inner_->on_ready(std::move(wake));
  }

 private:
  // A deletion's revision says nothing of when its object was written.
  Result<ObjectRef> present(const store::Event& event) const {
    const bool is_deleted = event.type == store::Event::Type::Deleted;
    const Revision written = is_deleted && event.previous ? event.previous->revision() : 0;
    return impl_.present(*kind_, event.object, written);
  }

  // The definition's end is told by the store, maybe before the registry has heard of it.
  bool is_served() {
    std::vector<store::Event> changes;
    constexpr std::size_t kChangesMax = 64;
    const auto polled = definition_->poll(changes, kChangesMax);
    if (!polled) return false;
    const bool is_gone = std::ranges::any_of(changes, [](const store::Event& change) {
      return change.type == store::Event::Type::Deleted;
    });
    return !is_gone && impl_.kinds.find(kind_->group, kind_->version, kind_->plural) != nullptr;
  }

  const Verbs::Impl& impl_;
  KindPtr kind_;
  std::unique_ptr<store::Watcher> inner_;
  std::unique_ptr<store::Watcher> definition_;
};

}  // namespace

bool is_always_stored_form(const Verbs::Impl& impl, const Kind& kind) {
  return !kind.is_custom && is_stored_kind(impl.kinds, kind);
}

Result<std::unique_ptr<store::Watcher>> present_watch(const Verbs::Impl& impl, KindPtr kind,
                                                      std::unique_ptr<store::Watcher> inner) {
  std::unique_ptr<store::Watcher> definition;
  if (kind->is_custom) {
    store::WatchOptions options;
    options.resource = object::kDefinitionResource;
    options.fields = selector::FieldSelector::equal("metadata.name", kind->resource());
    definition = TRY(impl.store.watch(options));
  }
  return std::make_unique<PresentingWatcher>(impl, std::move(kind), std::move(inner),
                                             std::move(definition));
}

Result<Value> Verbs::Impl::read(const Kind& kind, const ObjectRef& object) const {
  return as_shown(kinds, kind, object->parse(), object->revision());
}

Result<ObjectRef> Verbs::Impl::present(const Kind& kind, const ObjectRef& object,
                                       Revision written) const {
  if (written == 0) written = object->revision();
  const bool is_stored_form =
      kind.is_custom ? !kind.stored && written >= kind.schema_since : is_stored_kind(kinds, kind);
  if (is_stored_form) return object;
  const Value document = object->parse();
  const Value shown = TRY(as_shown(kinds, kind, document, written));
  if (shown == document) return object;
  const Draft draft = TRY(Draft::make(kind.resource(), shown, kind.selectable_fields));
  return object::Object::make(draft, object->revision());
}

Result<Draft> Verbs::Impl::draft(const Kind& kind, const Value& document) const {
  if (!kind.is_custom) {
    const KindPtr stored = stored_kind(kinds, kind);
    return Draft::make(kind.store_resource(), object::convert(document, *stored),
                       stored->selectable_fields);
  }
  if (!kind.stored) return Draft::make(kind.resource(), document, kind.selectable_fields);
  if (kind.needs_webhook) return fail(needs_webhook(kind, kind.stored->api_version()));
  Value stored = document;
  stored.set("apiVersion", kind.stored->api_version());
  return Draft::make(kind.resource(), pruned(*kind.stored, stored), kind.selectable_fields);
}

bool Verbs::Impl::is_outdated(const Kind& kind, const ObjectRef& object) const {
  if (!kind.is_custom || object->revision() >= kind.schema_since) return false;
  const Kind& stored = kind.stored ? *kind.stored : kind;
  return object->parse()["apiVersion"].text() != stored.api_version();
}

}  // namespace gp::api
