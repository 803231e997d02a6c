// apimachinery's fields.ParseSelector, with its escapes: \\ \, \= in values.

#include "engine/selector/selector.hpp"

namespace gp::selector {
namespace {

// Split at commas that no backslash precedes.
std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> terms;
  std::size_t start = 0;
  bool in_escape = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_escape) {
      in_escape = false;
    } else if (text[i] == '\\') {
      in_escape = true;
    } else if (text[i] == ',') {
      terms.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  terms.push_back(text.substr(start));
  return terms;
}

Result<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' || text[i] == '=') {
      return fail(invalid_argument("invalid field selector: unescaped character in value: {}",
                                   static_cast<int>(text[i])));
    }
    if (text[i] != '\\') {
      out += text[i];
    } else if (i + 1 < text.size() && std::string_view("\\,=").contains(text[i + 1])) {
      out += text[++i];
    } else {
      return fail(invalid_argument("invalid field selector: invalid escape sequence: {}",
                                   text.substr(i, 2)));
    }
  }
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\,=").contains(c)) out += '\\';
    out += c;
  }
  return out;
}

struct Term {
  std::string_view field;
  std::string_view op;
  std::string_view value;
};

std::optional<Term> split_term(std::string_view term) {
  for (std::size_t i = 0; i < term.size(); ++i) {
    for (const std::string_view op : {"!=", "==", "="}) {
      if (term.substr(i).starts_with(op))
        return Term{term.substr(0, i), op, term.substr(i + op.size())};
    }
  }
  return std::nullopt;
}

}  // namespace

Result<FieldSelector> FieldSelector::parse(std::string_view text) {
  FieldSelector selector;
  for (const std::string_view part : split_terms(text)) {
    if (part.empty()) continue;
    const auto term = split_term(part);
    if (!term) {
      return fail(invalid_argument("invalid selector: '{}'; can't understand '{}'", text, part));
    }
    auto value = TRY(unescape(term->value));
    selector.requirements_.push_back(
        {std::string(term->field), term->op != "!=", std::move(value)});
  }
  std::ranges::sort(
      selector.requirements_, [](const FieldRequirement& a, const FieldRequirement& b) {
        return std::tie(a.field, a.equal, a.value) < std::tie(b.field, b.equal, b.value);
      });
  return selector;
}

FieldSelector FieldSelector::equal(std::string field, std::string value) {
  FieldSelector selector;
  selector.requirements_.push_back({std::move(field), true, std::move(value)});
  return selector;
}

std::string FieldSelector::to_string() const {
  std::string text;
  for (const FieldRequirement& requirement : requirements_) {
    if (!text.empty()) text += ',';
    text += requirement.field + (requirement.equal ? "=" : "!=") + escape(requirement.value);
  }
  return text;
}

std::optional<std::string_view> FieldSelector::required_value(std::string_view field) const {
  for (const FieldRequirement& requirement : requirements_) {
    if (requirement.equal && requirement.field == field) return requirement.value;
  }
  return std::nullopt;
}

}  // namespace gp::selector
