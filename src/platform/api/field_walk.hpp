#pragma once
// Documents as sets of fields: what a document sets, what differs between two, one merged into
// another, and fields taken out. After structured-merge-diff's `typed` package.

#include "platform/api/field_schema.hpp"
#include "platform/api/field_set.hpp"

namespace gp::api {

// The fields that a configuration names: its leaves, and the items of its keyed lists.
FieldSet fields_of(const Value& value, const FieldSchema& schema);

// What a configuration may not say, as it would be nobody's clear wish: `.spec.ports: duplicate
// entries for key [port=80,protocol="TCP"]`. Empty when no list holds an item twice.
std::string duplicates_of(const Value& value, const FieldSchema& schema);

struct FieldChanges {
  FieldSet added, modified, removed;  // what appears or vanishes counts with its parents

  bool empty() const { return added.empty() && modified.empty() && removed.empty(); }
};
FieldChanges compare_fields(const Value& from, const Value& to, const FieldSchema& schema);

// `config` on top of `live`. Keyed lists merge item by item; their order is that of `config` as far
// as both know an item.
Value merge_fields(const Value& live, const Value& config, const FieldSchema& schema);

// Without the members and items that are in the set.
Value remove_fields(const Value& value, const FieldSet& set, const FieldSchema& schema);

// Named members of structs count as members of the set when anything below them does.
FieldSet with_named_parents(const FieldSet& set, const FieldSchema& schema);

}  // namespace gp::api
