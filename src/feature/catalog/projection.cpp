#include "feature/catalog/projection.hpp"

#include <charconv>

#include "feature/catalog/errors.hpp"

namespace gp::catalog {
namespace {

// Copies what `path` names from `from` into `to`.
void pick(const Value& from, std::string_view path, Value& to) {
  if (from.is_array()) {
    std::size_t index = 0;
    const auto read = std::from_chars(path.data(), path.data() + path.size(), index);
    if (read.ec != std::errc() || read.ptr != path.data() + path.size()) return;
    if (index < from.size()) to.push_back(from.at(index));
    return;
  }
  for (const auto& member : from.members()) {
    const std::string_view key = member.key();
    if (path == key) {
      to.set(key, member.value);
      return;
    }
    if (!path.starts_with(key) || path[key.size()] != '.') continue;
    Value below = to[key];
    pick(member.value, path.substr(key.size() + 1), below);
    if (!below.is_null()) to.set(key, std::move(below));
    // "metadata.a.b" may also be the key "a.b": go on looking.
  }
}

}  // namespace

Result<Projection> Projection::parse(const std::vector<std::string_view>& fields) {
  Projection projection;
  for (std::string_view list : fields) {
    while (!list.empty()) {
      const auto comma = std::min(list.find(','), list.size());
      std::string_view path = list.substr(0, comma);
      list.remove_prefix(std::min(comma + 1, list.size()));
      while (path.starts_with(' ')) path.remove_prefix(1);
      while (path.ends_with(' ')) path.remove_suffix(1);
      if (path.find('[') != std::string_view::npos) {
        return fail(
            named_error("InputError", "Invalid field \"[]\", array type fields are not supported"));
      }
      if (!path.empty()) projection.paths_.emplace_back(path);
    }
  }
  return projection;
}

Value Projection::apply(const Value& entity) const {
  if (is_whole()) return entity;
  Value picked = Value::object();
  for (const std::string& path : paths_) pick(entity, path, picked);
  return picked;
}

}  // namespace gp::catalog
