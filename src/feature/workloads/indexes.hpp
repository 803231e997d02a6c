#pragma once
// Sets of numbers as an Indexed Job writes them: "0-2,5".

#include <set>
#include <string>

namespace gp::workloads {

std::string index_text(const std::set<std::int64_t>& indexes);

}  // namespace gp::workloads
