#pragma once
// Sets of fields, as managedFields names them (FieldsV1): {"f:data": {".": {}, "f:k": {}}}.
//
// A path is a series of elements: "f:NAME" a member, "k:{…}" the item of a list with these keys,
// "v:VALUE" an item of a set. structured-merge-diff's `fieldpath` package is the model.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::api {

class FieldSet {
 public:
  static Result<FieldSet> parse(const Value& fields_v1);  // limits depth
  Value to_value() const;

  bool empty() const { return !is_member_ && children_.empty(); }
  bool is_member() const { return is_member_; }  // the path that leads here is in the set
  void insert_here() { is_member_ = true; }
  FieldSet& child(const std::string& element) { return children_[element]; }
  const FieldSet* find(const std::string& element) const;
  const std::map<std::string, FieldSet>& children() const { return children_; }
  void erase(const std::string& element) { children_.erase(element); }
  void prune();  // drops children that hold nothing

  // ".data.k", ".spec.containers[name=\"a\"].image", in order.
  std::vector<std::string> paths() const;

  friend bool operator==(const FieldSet&, const FieldSet&) = default;
  friend FieldSet unite(const FieldSet& a, const FieldSet& b);
  friend FieldSet subtract(const FieldSet& a, const FieldSet& b);
  friend FieldSet intersect(const FieldSet& a, const FieldSet& b);

 private:
  void collect(const std::string& prefix, std::vector<std::string>& out) const;

  bool is_member_ = false;
  std::map<std::string, FieldSet> children_;
};

FieldSet unite(const FieldSet& a, const FieldSet& b);
FieldSet subtract(const FieldSet& a, const FieldSet& b);
FieldSet intersect(const FieldSet& a, const FieldSet& b);

}  // namespace gp::api
