#pragma once
// The tables of `kubectl get`: which columns a kind has, and an object's cells.

#include "base/clock.hpp"
#include "base/value.hpp"
#include "platform/object/kind.hpp"

namespace gp::object {

// Gives columns with a json_path their `cell`; the registry does it for every kind that is added.
void compile_columns(Kind& kind);

// Table.columnDefinitions: [{name, type, format, description, priority}], the name first.
Value column_definitions(const Kind& kind);

// One row's cells, as many as there are columns.
Value row_cells(const Kind& kind, const Value& object, TimePoint now);

// "3m20s" since the RFC 3339 time in `timestamp`; `<unknown>` if there is none.
std::string age(const Value& timestamp, TimePoint now);

}  // namespace gp::object
