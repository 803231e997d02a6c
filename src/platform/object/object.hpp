#pragma once
// An object as everybody shares it: immutable JSON bytes with a small parsed header, one
// allocation, counted.
//
// The bytes are the whole document (members sorted, compact), metadata.resourceVersion included,
// exactly as lists and watches send them. The header holds what selectors, garbage collection and
// indexes need, so that none of them parses JSON.

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

using Revision =
    std::uint64_t;  // one counter for the whole store; grows by at least 1 a write; 0: "none"

// `resource` is the plural with its group: "configmaps", "deployments.apps". `ns` is empty for
// cluster scope.
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
  static void free(const Object* object) noexcept;
  explicit ObjectRef(const Object* adopted) noexcept : object_(adopted) {}
  const Object* object_ = nullptr;
};

// Paths whose values field selectors may use besides metadata.name and metadata.namespace:
// {"status.phase", "spec.nodeName"}; at most 64. The values are copied into the header when an
// object is made.
using SelectableFields = std::span<const std::string>;

struct Shape;    // what all objects of a resource share, interned: shape.hpp
struct Scanned;  // what reading the text of a document found: scan.hpp

// Where a text stands, in bytes from the beginning of its object: usually inside the JSON.
struct TextRef {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

// A label: its value stands three bytes (`":"`) behind its name.
struct LabelRef {
  std::uint32_t offset = 0;
  std::uint16_t name_size = 0;
  std::uint16_t value_size = 0;

  NameValue in(const char* base) const {
    return {{base + offset, name_size}, {base + offset + name_size + 3, value_size}};
  }
};

// The fixed part of an object's header. Behind it in the same allocation follow
//   namespace, name, and nothing up to the next multiple of 4;
//   LabelRef labels[label_count]; TextRef fields[as many as the shape];
//   OwnerView owners[owner_count];
//   the few texts that the JSON holds only in escaped form; the JSON.
// So what a look-up compares stands close together.
struct Head {
  Revision revision = 0;
  const Shape* shape = nullptr;
  Uuid uid{};
  std::uint32_t ns_size = 0;
  std::uint32_t name_size = 0;
  std::uint32_t json_offset = 0;  // from the beginning of the object
  std::uint32_t json_size = 0;
  std::uint32_t revision_offset = 0;  // in the JSON, of the first digit
  std::uint16_t label_count = 0;
  std::uint16_t owner_count = 0;
  std::uint8_t revision_size = 0;  // digits
  bool is_deleting = false;
  bool has_finalizers = false;

  // Where the tables begin, from the end of the fixed part.
  std::size_t tables_offset() const noexcept {
    return (std::size_t{ns_size} + name_size + 3) & ~std::size_t{3};
  }
};

// A document made ready for the sequencer: serialised once, with the place of its resourceVersion
// known.
class Draft {
 public:
  // The document's own metadata.resourceVersion is ignored. Refuses a document without a name,
  // above 3 MiB ("Request entity too large" is the API's word for it), deeper than the JSON limit,
  // or with a label above 64 KiB.
  static Result<Draft> make(std::string_view resource, const Value& document,
                            SelectableFields fields);

  const std::string& json() const { return json_; }  // with an empty resourceVersion: ""
  std::size_t revision_offset() const { return head_.revision_offset; }
  std::string_view resource() const noexcept;
  std::string_view ns() const noexcept { return {tables_.data(), head_.ns_size}; }
  std::string_view name() const noexcept {
    return {tables_.data() + head_.ns_size, head_.name_size};
  }
  const Uuid& uid() const noexcept { return head_.uid; }

 private:
  friend class Object;

  Head head_;
  std::string tables_;  // what follows the fixed part, up to the JSON
  std::string json_;
};

// The labels of an object in the order of their names, read in place.
class Labels {
 public:
  class Iterator {
   public:
    using value_type = NameValue;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const char* base, const LabelRef* at) : base_(base), at_(at) {}
    NameValue operator*() const { return at_->in(base_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return {base_, at_++}; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const char* base_ = nullptr;
    const LabelRef* at_ = nullptr;
  };

  Labels(const char* base, std::span<const LabelRef> labels) : base_(base), labels_(labels) {}
  Iterator begin() const { return {base_, labels_.data()}; }
  Iterator end() const { return {base_, labels_.data() + labels_.size()}; }
  std::size_t size() const { return labels_.size(); }
  bool empty() const { return labels_.empty(); }
  NameValue operator[](std::size_t index) const { return labels_[index].in(base_); }

 private:
  const char* base_;
  std::span<const LabelRef> labels_;
};

class Object {
 public:
  // Puts the revision into the draft. Called by the store's sequencer.
  static ObjectRef make(const Draft& draft, Revision revision);
  // Same document at another revision (the last state that a DELETED event carries).
  static ObjectRef with_revision(const Object& object, Revision revision);
  // From bytes as to_json() writes them (compact; metadata.resourceVersion holds the revision).
  // DataLoss if they are not well nested, have no name or no revision.
  static Result<ObjectRef> load(std::string_view resource, std::string_view json,
                                SelectableFields fields);
  // As load(), for bytes that a checksum vouches for: reads no further than the header needs.
  static Result<ObjectRef> load_verified(std::string_view resource, std::string_view json,
                                         SelectableFields fields);

  std::string_view json() const noexcept { return {base() + head_.json_offset, head_.json_size}; }
  std::string_view resource() const noexcept;
  std::string_view ns() const noexcept { return {base() + sizeof(Object), head_.ns_size}; }
  std::string_view name() const noexcept {
    return {base() + sizeof(Object) + head_.ns_size, head_.name_size};
  }
  Key key() const;
  Revision revision() const noexcept { return head_.revision; }
  const Uuid& uid() const noexcept { return head_.uid; }  // all zero when the document has none
  // metadata.deletionTimestamp is set.
  bool is_deleting() const noexcept { return head_.is_deleting; }
  bool has_finalizers() const noexcept { return head_.has_finalizers; }
  Labels labels() const noexcept { return {base(), label_refs()}; }  // sorted by name
  std::optional<std::string_view> label(std::string_view name) const noexcept;
  std::span<const OwnerView> owners() const noexcept;
  // Value of a selectable field ("metadata.name", "status.phase"); empty if the document lacks it.
  std::string_view field(std::string_view path) const noexcept;
  // Whether field() was told of the path when the object was made.
  bool knows_field(std::string_view path) const noexcept;

  // The document as a Value; parsed anew each time.
  Value parse() const;

  // Bytes that this object occupies, for accounting.
  std::size_t memory_bytes() const noexcept { return head_.json_offset + head_.json_size; }

  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

 private:
  friend class ObjectRef;
  friend class Draft;
  Object() = default;
  static Result<ObjectRef> load_scanned(std::string_view resource, std::string_view json,
                                        SelectableFields fields, bool to_the_end);
  static ObjectRef build(Head head, std::string_view tables, std::string_view before,
                         std::string_view after, Revision revision);

  const char* base() const noexcept { return reinterpret_cast<const char*>(this); }
  const char* tables() const noexcept { return base() + sizeof(Object) + head_.tables_offset(); }
  std::span<const LabelRef> label_refs() const noexcept {
    return {reinterpret_cast<const LabelRef*>(tables()), head_.label_count};
  }
  std::span<const TextRef> field_refs() const noexcept;

  mutable std::atomic<std::uint32_t> references_{1};
  Head head_;
};

inline ObjectRef::ObjectRef(const ObjectRef& other) noexcept : object_(other.object_) {
  if (object_ != nullptr) object_->references_.fetch_add(1, std::memory_order_relaxed);
}

inline ObjectRef::~ObjectRef() {
  if (object_ != nullptr && object_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    free(object_);
  }
}

}  // namespace gp::object
