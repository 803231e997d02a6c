// Paths, as Go's packages path and path/filepath take them apart (the same on Unix).

#include "engine/sprig/registry.hpp"

namespace gp::sprig {
namespace {

// path.Clean: no empty elements, no ".", and ".." only where nothing is left to go back over.
std::string clean(std::string_view path) {
  if (path.empty()) return ".";
  const bool is_rooted = path[0] == '/';
  std::vector<std::string_view> kept;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view element = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (element.empty() || element == ".") continue;
    if (element != "..") {
      kept.push_back(element);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!is_rooted) {
      kept.push_back(element);
    }
  }
  std::string out = is_rooted ? "/" : "";
  for (std::size_t i = 0; i < kept.size(); ++i) out.append(i > 0 ? "/" : "").append(kept[i]);
  return out.empty() ? "." : out;
}

std::string base(std::string_view path) {
  if (path.empty()) return ".";
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path == "/") return "/";
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string dir(std::string_view path) {
  return clean(path.substr(0, path.rfind('/') + 1));
}

std::string extension(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::size_t slash = path.rfind('/');
  if (dot == std::string_view::npos) return "";
  if (slash != std::string_view::npos && slash > dot) return "";
  return std::string(path.substr(dot));
}

}  // namespace

void add_paths(Registry& registry) {
  const auto add = [&registry](Names names, std::string (*change)(std::string_view)) {
    registry.add(names, {&types::kString}, [change](Arguments arguments) {
      return Val::string(change(arguments[0].text()));
    });
  };
  add({"base", "osBase"}, base);
  add({"dir", "osDir"}, dir);
  add({"clean", "osClean"}, clean);
  add({"ext", "osExt"}, extension);
  registry.add({"isAbs", "osIsAbs"}, {&types::kString}, [](Arguments arguments) {
    return Val::boolean(arguments[0].text().starts_with('/'));
  });
}

}  // namespace gp::sprig
