#include "platform/web/router.hpp"

#include <map>
#include <vector>

#include "base/encoding.hpp"

namespace gp::web {
namespace {

constexpr std::size_t kPartsMax = 64;

// "/a/{b}/{rest...}" as a tree: literal children win over the named one, that over the rest.
struct Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> named;
  std::string rest_name;  // of "{rest...}", when routes end in it here
  std::map<std::string, net::Handler, std::less<>> rest_handlers;
  std::string name;  // of the part that led here, when named
  std::map<std::string, net::Handler, std::less<>> handlers;
};

struct Match {
  const std::map<std::string, net::Handler, std::less<>>* handlers = nullptr;
  std::vector<std::pair<std::string, std::string>> parts;
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool is_traversal(std::string_view part) {
  return part.empty() || part == "." || part == "..";
}

bool find(const Node& node, std::span<const std::string> parts, Match& match) {
  if (parts.empty()) {
    if (node.handlers.empty()) return false;
    match.handlers = &node.handlers;
    return true;
  }
  const std::string& part = parts.front();
  if (const auto literal = node.literals.find(part); literal != node.literals.end()) {
    if (find(*literal->second, parts.subspan(1), match)) return true;
  }
  if (node.named) {
    match.parts.emplace_back(node.named->name, part);
    if (find(*node.named, parts.subspan(1), match)) return true;
    match.parts.pop_back();
  }
  if (node.rest_handlers.empty()) return false;
  match.parts.emplace_back(node.rest_name, fmt::format("{}", fmt::join(parts, "/")));
  match.handlers = &node.rest_handlers;
  return true;
}

const net::Handler* pick(const Match& match, const std::string& method) {
  if (match.handlers == nullptr) return nullptr;
  for (const std::string_view wanted :
       {std::string_view(method), std::string_view(method == "HEAD" ? "GET" : ""),
        std::string_view("*")}) {
    const auto found = match.handlers->find(wanted);
    if (found != match.handlers->end()) return &found->second;
  }
  return nullptr;
}

std::string allowed(const Match& match) {
  std::string out;
  for (const auto& [method, handler] : *match.handlers) out += (out.empty() ? "" : ", ") + method;
  return out;
}

}  // namespace

struct Router::Impl {
  Node root;
  std::vector<Filter> filters;
  net::Handler fallback;

  // False when the path can match nothing: traversal, bad percent-encoding.
  static bool read_parts(std::string_view path, std::vector<std::string>& out) {
    if (!path.starts_with('/')) return false;
    if (path == "/") return true;
    if (path.ends_with('/')) path.remove_suffix(1);
    const auto raw = split(path);
    if (raw.size() > kPartsMax) return false;
    for (const std::string_view part : raw) {
      auto decoded = percent_decode(part);
      if (!decoded || is_traversal(*decoded)) return false;
      out.push_back(std::move(*decoded));
    }
    return true;
  }

  net::Response route(net::Request& request) const {
    std::vector<std::string> parts;
    Match match;
    const bool is_found = read_parts(request.path, parts) && find(root, parts, match);
    const net::Handler* handler = is_found ? pick(match, request.method) : nullptr;
    if (handler != nullptr) {
      request.path_parts = std::move(match.parts);
      return (*handler)(request);
    }
    if (fallback) return fallback(request);
    if (!is_found) return net::Response::empty(404);
    return net::Response::empty(405).header("Allow", allowed(match));
  }

  net::Response filtered(net::Request& request, std::size_t depth) const {
    if (depth == filters.size()) return route(request);
    const net::Handler next = [this, depth](net::Request& inner) {
      return filtered(inner, depth + 1);
    };
    return filters[depth](request, next);
  }
};

Router::Router() : impl_(std::make_unique<Impl>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string_view method, std::string_view pattern, net::Handler handler) {
  GP_CHECK(pattern.starts_with('/'), "a route's pattern begins with a slash");
  Node* node = &impl_->root;
  for (const std::string_view part :
       pattern == "/" ? std::vector<std::string_view>() : split(pattern)) {
    if (part.starts_with('{') && part.ends_with("...}")) {
      node->rest_name = std::string(part.substr(1, part.size() - 5));
      const bool is_new = node->rest_handlers.emplace(method, std::move(handler)).second;
      GP_CHECK(is_new, "a route is added once");
      return;
    }
    if (part.starts_with('{') && part.ends_with('}')) {
      if (!node->named) node->named = std::make_unique<Node>();
      node = node->named.get();
      GP_CHECK(node->name.empty() || node->name == part.substr(1, part.size() - 2),
               "one name for one part of a path");
      node->name = std::string(part.substr(1, part.size() - 2));
    } else {
      auto& child = node->literals[std::string(part)];
      if (!child) child = std::make_unique<Node>();
      node = child.get();
    }
  }
  const bool is_new = node->handlers.emplace(method, std::move(handler)).second;
  GP_CHECK(is_new, "a route is added once");
}

void Router::use(Filter filter) {
  impl_->filters.push_back(std::move(filter));
}

void Router::fallback(net::Handler handler) {
  impl_->fallback = std::move(handler);
}

net::Response Router::handle(net::Request& request) const {
  return impl_->filtered(request, 0);
}

}  // namespace gp::web
