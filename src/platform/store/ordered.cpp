#include "platform/store/ordered.hpp"

namespace gp::store {

std::size_t Ordered::leaf_for(const Root& root, Place place) {
  const auto behind = std::ranges::upper_bound(
      root.leaves, place, {}, [](const Counted<Leaf>& leaf) { return leaf->first(); });
  return behind == root.leaves.begin() ? 0
                                       : static_cast<std::size_t>(behind - root.leaves.begin()) - 1;
}

std::size_t Ordered::index_in(const Leaf& leaf, Place place) {
  const auto objects = std::span(leaf.objects).first(leaf.size);
  const auto found = std::ranges::lower_bound(
      objects, place, {}, [](const ObjectRef& object) { return Place::of(*object); });
  return static_cast<std::size_t>(found - objects.begin());
}

void Ordered::insert(ObjectRef object) {
  const Place place = Place::of(*object);
  Root& root = root_.own();
  ++root.size;
  if (root.leaves.empty()) {
    auto first = Counted<Leaf>::make();
    first.own().size = 1;
    first.own().objects[0] = std::move(object);
    root.leaves.push_back(std::move(first));
    return;
  }
  std::size_t number = leaf_for(root, place);
  std::size_t index = index_in(*root.leaves[number], place);
  if (root.leaves[number]->size == kLeafMax) {
    // Objects that come in order leave full leaves behind; others halve the leaf.
    const bool is_append = number + 1 == root.leaves.size() && index == kLeafMax;
    const std::size_t keep = is_append ? kLeafMax : kLeafMax / 2;
    auto right = Counted<Leaf>::make();
    Leaf& from = root.leaves[number].own();
    std::move(from.objects.begin() + static_cast<std::ptrdiff_t>(keep), from.objects.end(),
              right.own().objects.begin());
    right.own().size = static_cast<std::uint32_t>(kLeafMax - keep);
    from.size = static_cast<std::uint32_t>(keep);
    root.leaves.insert(root.leaves.begin() + static_cast<std::ptrdiff_t>(number) + 1,
                       std::move(right));
    if (index > keep || is_append) {
      ++number;
      index -= keep;
    }
  }
  Leaf& leaf = root.leaves[number].own();
  const auto at = leaf.objects.begin() + static_cast<std::ptrdiff_t>(index);
  const auto end = leaf.objects.begin() + static_cast<std::ptrdiff_t>(leaf.size);
  std::move_backward(at, end, end + 1);
  *at = std::move(object);
  ++leaf.size;
}

void Ordered::replace(ObjectRef object) {
  const Place place = Place::of(*object);
  Root& root = root_.own();
  Leaf& leaf = root.leaves[leaf_for(root, place)].own();
  leaf.objects[index_in(leaf, place)] = std::move(object);
}

void Ordered::erase(Place place) {
  Root& root = root_.own();
  const std::size_t number = leaf_for(root, place);
  Leaf& leaf = root.leaves[number].own();
  const auto at = leaf.objects.begin() + static_cast<std::ptrdiff_t>(index_in(leaf, place));
  const auto end = leaf.objects.begin() + static_cast<std::ptrdiff_t>(leaf.size);
  std::move(at + 1, end, at);
  leaf.objects[--leaf.size] = ObjectRef();
  --root.size;
  const auto here = root.leaves.begin() + static_cast<std::ptrdiff_t>(number);
  if (leaf.size == 0) {
    root.leaves.erase(here);
    return;
  }
  // A thin leaf joins its right neighbour when both fit with room to spare.
  if (leaf.size > kLeafMax / 4 || number + 1 == root.leaves.size()) return;
  const Leaf& right = **(here + 1);
  if (leaf.size + right.size > kLeafMax * 3 / 4) return;
  std::copy_n(right.objects.begin(), right.size,
              leaf.objects.begin() + static_cast<std::ptrdiff_t>(leaf.size));
  leaf.size += right.size;
  root.leaves.erase(here + 1);
}

Ordered::Cursor Ordered::Snapshot::from(Place place) const {
  const Root& root = *root_;
  if (root.leaves.empty()) return {&root, 0, 0};
  const std::size_t number = leaf_for(root, place);
  const std::size_t index = index_in(*root.leaves[number], place);
  if (index == root.leaves[number]->size) return {&root, number + 1, 0};
  return {&root, number, index};
}

Ordered::Cursor Ordered::Snapshot::behind(Place place) const {
  Cursor cursor = from(place);
  if (!cursor.at_end() && Place::of(**cursor) == place) cursor.next();
  return cursor;
}

Ordered::Cursor Ordered::Snapshot::end() const {
  return {&*root_, root_->leaves.size(), 0};
}

void Ordered::Cursor::next() {
  if (++index_ == root_->leaves[leaf_]->size) {
    ++leaf_;
    index_ = 0;
  }
}

std::size_t Ordered::Cursor::distance_to(const Cursor& other) const {
  std::size_t distance = 0;
  for (std::size_t leaf = leaf_; leaf < other.leaf_; ++leaf) distance += root_->leaves[leaf]->size;
  return distance + other.index_ - index_;
}

}  // namespace gp::store
