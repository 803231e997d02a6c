#pragma once
// The columns of Kubernetes' own kinds, which compute their cells. Private to this folder.

#include <string>
#include <string_view>
#include <vector>

#include "platform/object/kind.hpp"

namespace gp::object {

// Empty: Name and Age will do.
std::vector<Column> builtin_columns(std::string_view group, std::string_view kind);

// What the files below are written with.
using Cell = Value (*)(const Value& object, TimePoint now);
Column text_column(std::string name, std::string description, Cell cell, int priority = 0);
Column integer_column(std::string name, std::string description, Cell cell, int priority = 0);
Column name_first();  // where Name is not the first column
Column age_last();

// One file each; nothing if the kind is not theirs.
std::vector<Column> core_columns(std::string_view kind);
std::vector<Column> workload_columns(std::string_view kind);
std::vector<Column> network_columns(std::string_view kind);
std::vector<Column> cluster_columns(std::string_view kind);

// `<none>` for nothing; elements joined by commas.
std::string joined(const std::vector<std::string>& words, std::string_view none = "<none>");
Value or_none(const Value& text, std::string_view none = "<none>");
// "app=web,tier in (a,b)" of a LabelSelector object or of plain labels; `<none>` for none.
std::string selector_text(const Value& selector);
std::string labels_text(const Value& labels);

}  // namespace gp::object
