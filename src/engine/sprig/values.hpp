#pragma once
// What sprig's functions ask of values: texts, lists, truth; and Go's type names for what they
// make.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/template/value.hpp"

namespace gp::sprig {

// Types that only functions make.
extern const tmpl::Type kInts;       // []int
extern const tmpl::Type kStringMap;  // map[string]string
extern const tmpl::Type kLists;      // [][]interface {}

// nil of the type interface {}, or no value at all.
bool is_untyped_nil(const tmpl::Val& value);

// sprig's strval and strslice: any value as text; any list as texts, without its nils.
std::string text_of(const tmpl::Val& value);
std::vector<std::string> texts_of(const tmpl::Val& value);

// sprig's `empty`: nil, zero and what holds nothing. A struct is never empty.
bool is_empty(const tmpl::Val& value);

// reflect.DeepEqual.
bool deep_equal(const tmpl::Val& a, const tmpl::Val& b);

// The elements of any list, bytes included (which give uint8).
std::vector<tmpl::Val> items_of(const tmpl::Val& list);

// "map", "slice", "ptr", "invalid": what reflect's Kind prints.
std::string_view kind_name(const tmpl::Val& value);
// As %T prints it: "<nil>" for nil.
std::string_view type_name(const tmpl::Val& value);

// A failure of a call that would make more than is allowed.
Result<void> check_bytes(std::size_t bytes);
Result<void> check_items(std::size_t items);

}  // namespace gp::sprig
