#pragma once
// The objects of one resource by namespace, then name, with snapshots for free.
//
// A two-level tree: a root of leaves of up to 64 objects. Taking a snapshot copies one counted
// pointer; whoever changes the tree afterwards first copies the nodes that a snapshot still holds.
// So a reader walks its snapshot without a lock, and a long list never makes a writer wait.

#include <array>
#include <atomic>
#include <string_view>
#include <vector>

#include "platform/object/object.hpp"

namespace gp::store {

using object::Object;
using object::ObjectRef;

struct Place {
  std::string_view ns;
  std::string_view name;

  static Place of(const Object& object) { return {object.ns(), object.name()}; }
  friend auto operator<=>(const Place&, const Place&) = default;
};

// A counted pointer that knows whether it is the only one.
template <typename T>
class Counted {
 public:
  Counted() = default;
  static Counted make() { return Counted(new Node()); }
  Counted(const Counted& other) noexcept : node_(other.node_) {
    if (node_ != nullptr) node_->count.fetch_add(1, std::memory_order_relaxed);
  }
  Counted(Counted&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Counted& operator=(Counted other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Counted() {
    if (node_ != nullptr && node_->count.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete node_;
    }
  }

  const T& operator*() const { return node_->value; }
  const T* operator->() const { return &node_->value; }
  // For change: copies the value first when somebody else holds it too.
  T& own() {
    if (node_->count.load(std::memory_order_acquire) != 1) {
      Counted copy = make();
      copy.node_->value = node_->value;
      std::swap(node_, copy.node_);
    }
    return node_->value;
  }

 private:
  struct Node {
    std::atomic<std::uint32_t> count{1};
    T value;
  };
  explicit Counted(Node* node) : node_(node) {}
  Node* node_ = nullptr;
};

class Ordered {
 public:
  static constexpr std::size_t kLeafMax = 64;

  struct Leaf {
    std::uint32_t size = 0;
    std::array<ObjectRef, kLeafMax> objects;
    Place first() const { return Place::of(*objects[0]); }
  };
  struct Root {
    std::vector<Counted<Leaf>> leaves;  // none of them empty
    std::size_t size = 0;
  };

  class Cursor;

  // Immutable; any thread.
  class Snapshot {
   public:
    std::size_t size() const { return root_->size; }
    Cursor from(Place place) const;    // the first object at or behind the place
    Cursor behind(Place place) const;  // the first object behind the place
    Cursor end() const;

   private:
    friend class Ordered;
    friend class Cursor;
    explicit Snapshot(Counted<Root> root) : root_(std::move(root)) {}
    Counted<Root> root_;
  };

  // Walks a snapshot, which must live as long.
  class Cursor {
   public:
    bool at_end() const { return leaf_ == root_->leaves.size(); }
    const ObjectRef& operator*() const { return root_->leaves[leaf_]->objects[index_]; }
    void next();
    // Objects from here up to (not including) `other`, which is not before this.
    std::size_t distance_to(const Cursor& other) const;

   private:
    friend class Snapshot;
    Cursor(const Root* root, std::size_t leaf, std::size_t index)
        : root_(root), leaf_(leaf), index_(index) {}
    const Root* root_;
    std::size_t leaf_;
    std::size_t index_;
  };

  Ordered() : root_(Counted<Root>::make()) {}
  Snapshot snapshot() const { return Snapshot(root_); }
  std::size_t size() const { return root_->size; }

  void insert(ObjectRef object);   // its place is free
  void replace(ObjectRef object);  // its place is taken
  void erase(Place place);         // is there

 private:
  static std::size_t leaf_for(const Root& root, Place place);
  static std::size_t index_in(const Leaf& leaf, Place place);  // first object at or behind

  Counted<Root> root_;
};

}  // namespace gp::store
