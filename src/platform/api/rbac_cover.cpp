#include "platform/api/rbac_cover.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace gp::api::rbac {
namespace {

using Texts = std::vector<std::string>;

bool has(const Texts& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

bool has_all(const Texts& list, const Texts& wanted) {
  if (has(list, "*")) return true;
  return std::ranges::all_of(wanted, [&](const std::string& one) { return has(list, one); });
}

bool covers_resources(const Texts& held, const Texts& wanted) {
  if (has(held, "*")) return true;
  return std::ranges::all_of(wanted, [&](const std::string& one) {
    if (has(held, one)) return true;
    const std::size_t slash = one.find('/');
    return slash != std::string::npos && has(held, "*" + one.substr(slash));
  });
}

bool covers_url(std::string_view held, std::string_view wanted) {
  if (held == wanted) return true;
  if (!held.ends_with('*')) return false;
  held.remove_suffix(1);
  return wanted.starts_with(held);
}

bool covers_urls(const Texts& held, const Texts& wanted) {
  return std::ranges::all_of(wanted, [&](const std::string& one) {
    return std::ranges::any_of(held, [&](const std::string& url) { return covers_url(url, one); });
  });
}

bool covers(const Rule& held, const Rule& wanted) {
  const bool names =
      held.names.empty() ||
      (!wanted.names.empty() && std::ranges::all_of(wanted.names, [&](const std::string& name) {
        return has(held.names, name);
      }));
  return names && has_all(held.verbs, wanted.verbs) && has_all(held.groups, wanted.groups) &&
         covers_resources(held.resources, wanted.resources) && covers_urls(held.urls, wanted.urls);
}

// One verb on one resource of one group (and one name), or on one URL.
std::vector<Rule> break_down(const Rule& rule) {
  constexpr std::size_t kPartsMax = 100'000;
  const std::size_t names = std::max<std::size_t>(rule.names.size(), 1);
  // A hostile rule may multiply without end: beyond this it must be covered as it stands.
  double parts = static_cast<double>(rule.groups.size()) *
                 static_cast<double>(rule.resources.size()) * static_cast<double>(names);
  parts = (parts + static_cast<double>(rule.urls.size())) * static_cast<double>(rule.verbs.size());
  if (parts > kPartsMax) return {rule};

  std::vector<Rule> out;
  for (const std::string& group : rule.groups) {
    for (const std::string& resource : rule.resources) {
      for (const std::string& verb : rule.verbs) {
        if (rule.names.empty()) out.push_back({{verb}, {group}, {resource}, {}, {}});
        for (const std::string& name : rule.names) {
          out.push_back({{verb}, {group}, {resource}, {name}, {}});
        }
      }
    }
  }
  for (const std::string& url : rule.urls) {
    for (const std::string& verb : rule.verbs) out.push_back({{verb}, {}, {}, {}, {url}});
  }
  return out;
}

bool is_simple(const Rule& rule) {
  return rule.groups.size() == 1 && rule.resources.size() == 1 && rule.names.size() <= 1 &&
         rule.urls.empty();
}

std::vector<Rule> compacted(std::vector<Rule> rules) {
  std::vector<Rule> out;
  std::map<std::tuple<std::string, std::string, Texts>, std::size_t> simple;
  for (Rule& rule : rules) {
    if (!is_simple(rule)) {
      out.push_back(std::move(rule));
      continue;
    }
    const auto [place, is_new] =
        simple.try_emplace({rule.groups[0], rule.resources[0], rule.names}, out.size());
    if (is_new) {
      out.push_back(std::move(rule));
    } else {
      Texts& verbs = out[place->second].verbs;
      verbs.insert(verbs.end(), rule.verbs.begin(), rule.verbs.end());
    }
  }
  return out;
}

// Go's %q of a list.
void append_texts(std::string& out, std::string_view name, const Texts& list) {
  if (list.empty()) return;
  out += fmt::format("{}{}:[", out.empty() ? "" : ", ", name);
  for (const std::string& text : list) {
    if (out.back() != '[') out += ' ';
    append_json_string(out, text, false);
  }
  out += ']';
}

}  // namespace

std::vector<Rule> missing_rules(std::span<const Rule> held, std::span<const Rule> wanted) {
  std::vector<Rule> missing;
  for (const Rule& rule : wanted) {
    for (Rule& part : break_down(rule)) {
      const bool is_held =
          std::ranges::any_of(held, [&](const Rule& own) { return covers(own, part); });
      if (!is_held) missing.push_back(std::move(part));
    }
  }
  return compacted(std::move(missing));
}

std::string to_string(const Rule& rule) {
  std::string text;
  append_texts(text, "APIGroups", rule.groups);
  append_texts(text, "Resources", rule.resources);
  append_texts(text, "NonResourceURLs", rule.urls);
  append_texts(text, "ResourceNames", rule.names);
  append_texts(text, "Verbs", rule.verbs);
  return "{" + text + "}";
}

}  // namespace gp::api::rbac
