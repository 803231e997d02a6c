#include "platform/object/object.hpp"

#include <charconv>
#include <new>

#include "base/json.hpp"
#include "platform/object/heap_ahead.hpp"
#include "platform/object/scan.hpp"
#include "platform/object/shape.hpp"

namespace gp::object {
namespace {

constexpr std::size_t kDocumentBytesMax = 3U << 20U;
constexpr std::size_t kCountMax = 0xffff;  // of labels, of owners

static_assert(std::is_trivially_copyable_v<Head> && std::is_trivially_copyable_v<OwnerView>);
static_assert(alignof(TextRef) == 4 && alignof(LabelRef) == 4 && alignof(OwnerView) == 1);

std::string unescape(Token token, std::string_view json) {
  const auto value = parse_json(json.substr(token.offset - 1U, token.size + 2U));
  return value ? value->string() : std::string();
}

// Puts a header together: tables of places, then the texts that the JSON holds only escaped.
class HeaderBuilder {
 public:
  HeaderBuilder(std::string_view json, const Scanned& scanned, const Shape& shape)
      : json_(json), scanned_(scanned) {
    head_.shape = &shape;
    head_.json_size = static_cast<std::uint32_t>(json.size());
    head_.label_count = static_cast<std::uint16_t>(scanned.labels.size() / 2);
    head_.owner_count = static_cast<std::uint16_t>(scanned.owners.size());
    head_.is_deleting = scanned.is_deleting;
    head_.has_finalizers = scanned.has_finalizers;
    head_.revision_offset = scanned.revision.offset;
    head_.revision_size = static_cast<std::uint8_t>(scanned.revision.size);
    if (!parse_uuid(scanned.uid.in(json), head_.uid)) head_.uid = {};
  }

  // `tables` becomes what stands between the fixed part and the JSON.
  void build(Head& head, std::string& tables) {
    const std::string ns = text(scanned_.ns);
    const std::string name = text(scanned_.name);
    head_.ns_size = static_cast<std::uint32_t>(ns.size());
    head_.name_size = static_cast<std::uint32_t>(name.size());
    extra_offset_ = sizeof(Object) + head_.tables_offset() + head_.label_count * sizeof(LabelRef) +
                    scanned_.fields.size() * sizeof(TextRef) +
                    scanned_.owners.size() * sizeof(OwnerView);
    head_.json_offset = static_cast<std::uint32_t>(extra_offset_ + escaped_bytes());

    tables.clear();
    tables.reserve(head_.json_offset - sizeof(Object));
    tables += ns;
    tables += name;
    tables.resize(head_.tables_offset());
    for (std::size_t i = 0; i < scanned_.labels.size(); i += 2) {
      append(tables, place(scanned_.labels[i], scanned_.labels[i + 1]));
    }
    for (const Token token : scanned_.fields) append(tables, place(token));
    for (const OwnerView& owner : scanned_.owners) append(tables, owner);
    tables += extra_;
    // Escapes never grow a text, so there may be room to spare.
    tables.resize(head_.json_offset - sizeof(Object));
    head = head_;
  }

 private:
  template <typename T>
  static void append(std::string& out, const T& part) {
    out.append(reinterpret_cast<const char*>(&part), sizeof part);
  }

  std::string text(Token token) const {
    return token.is_escaped ? unescape(token, json_) : std::string(token.in(json_));
  }

  std::size_t escaped_bytes() const {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < scanned_.labels.size(); i += 2) {
      const Token name = scanned_.labels[i];
      const Token value = scanned_.labels[i + 1];
      if (name.is_escaped || value.is_escaped) bytes += name.size + value.size + 3;
    }
    for (const Token token : scanned_.fields) bytes += token.is_escaped ? token.size : 0;
    return bytes;
  }

  std::uint32_t next_extra() const {
    return static_cast<std::uint32_t>(extra_offset_ + extra_.size());
  }

  TextRef place(Token token) {
    if (!token.is_escaped) return {head_.json_offset + token.offset, token.size};
    const std::uint32_t offset = next_extra();
    const std::string plain = unescape(token, json_);
    extra_ += plain;
    return {offset, static_cast<std::uint32_t>(plain.size())};
  }

  LabelRef place(Token name, Token value) {
    if (!name.is_escaped && !value.is_escaped) {
      return {head_.json_offset + name.offset, static_cast<std::uint16_t>(name.size),
              static_cast<std::uint16_t>(value.size)};
    }
    const std::uint32_t offset = next_extra();
    const std::string plain_name = text(name);
    const std::string plain_value = text(value);
    extra_ += plain_name + "\":\"" + plain_value;
    return {offset, static_cast<std::uint16_t>(plain_name.size()),
            static_cast<std::uint16_t>(plain_value.size())};
  }

  std::string_view json_;
  const Scanned& scanned_;
  Head head_;
  std::size_t extra_offset_ = 0;
  std::string extra_;
};

bool is_within_limits(const Scanned& scanned) {
  return scanned.labels.size() / 2 <= kCountMax && scanned.owners.size() <= kCountMax &&
         std::ranges::all_of(scanned.labels, [](Token token) { return token.size <= kCountMax; });
}

Scanned& scratch() {
  thread_local Scanned scanned;  // keeps its vectors from one document to the next
  return scanned;
}

void shift(std::uint32_t& offset, std::uint32_t behind, std::int64_t by) {
  if (offset > behind) offset = static_cast<std::uint32_t>(static_cast<std::int64_t>(offset) + by);
}

}  // namespace

std::string Key::to_string() const {
  if (ns.empty()) return fmt::format("{} \"{}\"", resource, name);
  return fmt::format("{} \"{}\" in namespace \"{}\"", resource, name, ns);
}

void ObjectRef::free(const Object* object) noexcept {
  object->~Object();
  ::operator delete(const_cast<void*>(static_cast<const void*>(object)));
}

std::shared_ptr<const void> ObjectRef::keep() const {
  return {static_cast<const void*>(object_), [held = *this](const void*) {}};
}

Result<Draft> Draft::make(std::string_view resource, const Value& document,
                          SelectableFields fields) {
  if (document["metadata"]["name"].text().empty()) {
    return fail(invalid_argument("{} document has no metadata.name", resource));
  }
  Value stamped = document;
  stamped.edit("metadata").set("resourceVersion", "");
  Draft draft;
  draft.json_ = to_json(stamped);
  if (draft.json_.size() > kDocumentBytesMax) {
    return fail(too_large("{} \"{}\" has {} bytes, at most {} are allowed", resource,
                          document["metadata"]["name"].text(), draft.json_.size(),
                          kDocumentBytesMax));
  }

  const Shape& shape = intern_shape(resource, fields);
  Scanned& scanned = scratch();
  GP_CHECK(scan(draft.json_, shape, true, scanned), "to_json writes what the scanner reads");
  if (scanned.depth > JsonLimits{}.depth_max) {
    return fail(invalid_argument("{} \"{}\" is nested {} levels deep, at most {} are allowed",
                                 resource, document["metadata"]["name"].text(), scanned.depth,
                                 JsonLimits{}.depth_max));
  }
  if (!is_within_limits(scanned)) {
    return fail(
        too_large("{} \"{}\" has more than {} labels or owner references, or a label of "
                  "more bytes",
                  resource, document["metadata"]["name"].text(), kCountMax));
  }
  HeaderBuilder(draft.json_, scanned, shape).build(draft.head_, draft.tables_);
  return draft;
}

std::string_view Draft::resource() const noexcept {
  return head_.shape->resource;
}

ObjectRef Object::make(const Draft& draft, Revision revision) {
  const std::string_view json = draft.json_;
  const std::size_t split = draft.head_.revision_offset;
  return build(draft.head_, draft.tables_, json.substr(0, split), json.substr(split), revision);
}

ObjectRef Object::with_revision(const Object& object, Revision revision) {
  const std::string_view json = object.json();
  const std::size_t split = object.head_.revision_offset;
  const std::string_view tables(reinterpret_cast<const char*>(&object + 1),
                                object.head_.json_offset - sizeof(Object));
  return build(object.head_, tables, json.substr(0, split),
               json.substr(split + object.head_.revision_size), revision);
}

ObjectRef Object::build(Head head, std::string_view tables, std::string_view before,
                        std::string_view after, Revision revision) {
  std::array<char, 20> digits{};
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), revision).ptr;
  const auto digit_count = static_cast<std::size_t>(end - digits.data());
  const std::size_t json_size = before.size() + digit_count + after.size();

  grow_heap_ahead(head.json_offset + json_size);
  auto* object = new (::operator new(head.json_offset + json_size)) Object();
  char* base = reinterpret_cast<char*>(object);
  std::memcpy(base + sizeof(Object), tables.data(), tables.size());
  char* json = base + head.json_offset;
  std::memcpy(json, before.data(), before.size());
  std::memcpy(json + before.size(), digits.data(), digit_count);
  std::memcpy(json + before.size() + digit_count, after.data(), after.size());

  // What stands behind the revision has moved by the difference in digits.
  const std::int64_t by = static_cast<std::int64_t>(digit_count) - head.revision_size;
  const std::uint32_t behind = head.json_offset + head.revision_offset;
  char* table = base + sizeof(Object) + head.tables_offset();
  auto* labels = reinterpret_cast<LabelRef*>(table);
  for (std::size_t i = 0; i < head.label_count; ++i) shift(labels[i].offset, behind, by);
  auto* fields = reinterpret_cast<TextRef*>(labels + head.label_count);
  const std::size_t field_count = head.shape->fields.size();
  for (std::size_t i = 0; i < field_count; ++i) shift(fields[i].offset, behind, by);
  head.revision = revision;
  head.revision_size = static_cast<std::uint8_t>(digit_count);
  head.json_size = static_cast<std::uint32_t>(json_size);
  object->head_ = head;
  return ObjectRef(object);
}

Result<ObjectRef> Object::load(std::string_view resource, std::string_view json,
                               SelectableFields fields) {
  return load_scanned(resource, json, fields, true);
}

Result<ObjectRef> Object::load_verified(std::string_view resource, std::string_view json,
                                        SelectableFields fields) {
  return load_scanned(resource, json, fields, false);
}

Result<ObjectRef> Object::load_scanned(std::string_view resource, std::string_view json,
                                       SelectableFields fields, bool to_the_end) {
  const Shape& shape = intern_shape(resource, fields);
  Scanned& scanned = scratch();
  if (json.size() > 2 * kDocumentBytesMax || !scan(json, shape, to_the_end, scanned) ||
      scanned.name.size == 0 || !is_within_limits(scanned)) {
    return fail(data_loss("the bytes are not a {} document", resource));
  }
  const std::string_view digits = scanned.revision.in(json);
  Revision revision = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), revision);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || revision == 0 ||
      digits.size() > 20) {
    return fail(data_loss("{} \"{}\" has metadata.resourceVersion \"{}\", expected a number",
                          resource, scanned.name.in(json), digits));
  }
  Head head;
  thread_local std::string tables;
  HeaderBuilder(json, scanned, shape).build(head, tables);
  if (head.name_size == 0) return fail(data_loss("the bytes are not a {} document", resource));
  const std::size_t split = head.revision_offset;
  return build(head, tables, json.substr(0, split), json.substr(split + head.revision_size),
               revision);
}

std::string_view Object::resource() const noexcept {
  return head_.shape->resource;
}

Key Object::key() const {
  return {std::string(resource()), std::string(ns()), std::string(name())};
}

std::optional<std::string_view> Object::label(std::string_view name) const noexcept {
  for (const NameValue label : labels()) {
    if (label.name == name) return label.value;
  }
  return std::nullopt;
}

std::span<const TextRef> Object::field_refs() const noexcept {
  const LabelRef* behind = label_refs().data() + head_.label_count;
  return {reinterpret_cast<const TextRef*>(behind), head_.shape->fields.size()};
}

std::span<const OwnerView> Object::owners() const noexcept {
  const TextRef* behind = field_refs().data() + head_.shape->fields.size();
  return {reinterpret_cast<const OwnerView*>(behind), head_.owner_count};
}

std::string_view Object::field(std::string_view path) const noexcept {
  if (path == "metadata.name") return name();
  if (path == "metadata.namespace") return ns();
  const auto places = field_refs();
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (head_.shape->fields[i] == path) return {base() + places[i].offset, places[i].size};
  }
  return {};
}

bool Object::knows_field(std::string_view path) const noexcept {
  return path == "metadata.name" || path == "metadata.namespace" ||
         std::ranges::find(head_.shape->fields, path) != head_.shape->fields.end();
}

Value Object::parse() const {
  return parse_json(json(), {.bytes_max = 2 * kDocumentBytesMax}).value_or(Value());
}

}  // namespace gp::object
