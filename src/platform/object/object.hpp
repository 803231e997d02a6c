#pragma once
// An object as everybody shares it: immutable JSON bytes with a small parsed header, one allocation, counted.
//
// The bytes are the whole document (members sorted, compact), metadata.resourceVersion included, exactly as lists
// and watches send them. The header holds what selectors, garbage collection and indexes need, so that none of
// them parses JSON.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::object {

using Revision = std::uint64_t;  // one counter for the whole store; grows by at least 1 a write; 0: "none"

// `resource` is the plural with its group: "configmaps", "deployments.apps". `ns` is empty for cluster scope.
struct Key {
  std::string resource;
  std::string ns;
  std::string name;

  friend auto operator<=>(const Key&, const Key&) = default;
  // `deployments.apps "web" in namespace "shop"`, for messages.
  std::string to_string() const;
};

struct NameValue {
  std::string_view name;
  std::string_view value;
};

struct OwnerView {
  Uuid uid;
  bool is_controller = false;
  bool blocks_deletion = false;
};

class Object;

// Counted reference; null by default. Copies cost one atomic increment.
class ObjectRef {
 public:
  ObjectRef() noexcept = default;
  ObjectRef(const ObjectRef& other) noexcept;
  ObjectRef(ObjectRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  ObjectRef& operator=(ObjectRef other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~ObjectRef();

  explicit operator bool() const noexcept { return object_ != nullptr; }
  const Object* operator->() const noexcept { return object_; }
  const Object& operator*() const noexcept { return *object_; }
  const Object* get() const noexcept { return object_; }
  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;

  // Keeps the object alive behind a type-less owner, for net::Piece.
  std::shared_ptr<const void> keep() const;

 private:
  friend class Object;
  explicit ObjectRef(const Object* adopted) noexcept : object_(adopted) {}
  const Object* object_ = nullptr;
};

// Paths whose values field selectors may use besides metadata.name and metadata.namespace:
// {"status.phase", "spec.nodeName"}. The values are copied into the header when an object is made.
using SelectableFields = std::span<const std::string>;

// A document made ready for the sequencer: serialised once, with the place of its resourceVersion known.
class Draft {
 public:
  // The document's own metadata.resourceVersion is ignored. Refuses a document without a name, above 3 MiB
  // ("Request entity too large" is the API's word for it), or deeper than the JSON limit.
  static Result<Draft> make(std::string_view resource, const Value& document, SelectableFields fields);

  const std::string& json() const { return json_; }        // with an empty resourceVersion: ""
  std::size_t revision_offset() const { return revision_offset_; }

 private:
  friend class Object;
  std::string json_;
  std::size_t revision_offset_ = 0;  // of the character after the opening quote
  std::string header_;               // packed header, see object.cpp
};

class Object {
 public:
  // Puts the revision into the draft. Called by the store's sequencer.
  static ObjectRef make(const Draft& draft, Revision revision);
  // Same document at another revision (the last state that a DELETED event carries).
  static ObjectRef with_revision(const Object& object, Revision revision);
  // From stored bytes; DataLoss if they do not parse.
  static Result<ObjectRef> load(std::string_view resource, std::string_view json, SelectableFields fields);

  std::string_view json() const noexcept;
  std::string_view resource() const noexcept;
  std::string_view ns() const noexcept;
  std::string_view name() const noexcept;
  Key key() const;
  Revision revision() const noexcept;
  const Uuid& uid() const noexcept;
  bool is_deleting() const noexcept;       // metadata.deletionTimestamp is set
  bool has_finalizers() const noexcept;
  std::span<const NameValue> labels() const noexcept;      // sorted by name
  std::optional<std::string_view> label(std::string_view name) const noexcept;
  std::span<const OwnerView> owners() const noexcept;
  // Value of a selectable field ("metadata.name", "status.phase"); empty text if the document lacks it.
  std::string_view field(std::string_view path) const noexcept;

  // The document as a Value; parsed anew each time.
  Value parse() const;

  // Bytes that this object occupies, for accounting.
  std::size_t memory_bytes() const noexcept;

  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

 private:
  friend class ObjectRef;
  Object() = default;
  struct Layout;
  mutable std::atomic<std::uint32_t> references_{1};
  // The rest of the layout (header fields, then packed arrays, then JSON) is private to object.cpp.
};

}  // namespace gp::object
