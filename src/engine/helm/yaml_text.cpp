// Values as block YAML, as sigs.k8s.io/yaml writes it.

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/decimal.hpp"
#include "engine/helm/output.hpp"
#include "engine/helm/yaml_scalar.hpp"

namespace gp::helm {
namespace {

class Writer {
 public:
  explicit Writer(bool indent_lists) : indent_lists_(indent_lists) {}
  std::string take() { return std::move(out_); }

  // At the start of a line or behind "- ": `indent` is where this node's own lines begin.
  void node(const Value& value, std::size_t indent, bool is_root = false) {
    if (value.is_object() && !value.empty()) {
      map(value, indent);
    } else if (value.is_array() && !value.empty()) {
      list(value, indent);
    } else {
      scalar(value, is_root ? 2 : indent);
      out_ += '\n';
    }
  }

 private:
  void map(const Value& value, std::size_t indent) {
    std::vector<const Value::Member*> sorted;
    sorted.reserve(value.size());
    for (const Value::Member& member : value.members()) sorted.push_back(&member);
    std::ranges::sort(sorted, key_less, [](const Value::Member* m) { return m->key(); });
    bool first = true;
    for (const Value::Member* member : sorted) {
      if (!first) out_.append(indent, ' ');
      first = false;
      const bool simple = is_simple_key(member->key());
      if (!simple) out_ += "? ";
      append_scalar(
          out_, member->key(),
          {.column = column(), .indent = indent + 2, .is_key = simple, .folds = !indent_lists_});
      if (!simple) out_.append(1, '\n').append(indent, ' ');
      out_ += ':';
      member_value(member->value, indent);
    }
  }

  // What follows "key:".
  void member_value(const Value& value, std::size_t indent) {
    if (value.is_object() && !value.empty()) {
      out_.append(1, '\n').append(indent + 2, ' ');
      map(value, indent + 2);
    } else if (value.is_array() && !value.empty()) {
      const std::size_t inner = indent_lists_ ? indent + 2 : indent;
      out_.append(1, '\n').append(inner, ' ');
      list(value, inner);
    } else {
      out_ += ' ';
      scalar(value, indent + 2);
      out_ += '\n';
    }
  }

  void list(const Value& value, std::size_t indent) {
    bool first = true;
    for (const Value& item : value.items()) {
      if (!first) out_.append(indent, ' ');
      first = false;
      out_ += "- ";
      node(item, indent + 2);
    }
  }

  void scalar(const Value& value, std::size_t indent) {
    switch (value.kind()) {
      case Value::Kind::Null: out_ += "null"; break;
      case Value::Kind::Bool: out_ += value.boolean() ? "true" : "false"; break;
      case Value::Kind::Int: out_ += fmt::to_string(value.integer()); break;
      case Value::Kind::Uint: out_ += fmt::to_string(value.unsigned_integer()); break;
      case Value::Kind::Double: number(value); break;
      case Value::Kind::String:
        append_scalar(out_, value.text(),
                      {.column = column(), .indent = indent, .folds = !indent_lists_});
        break;
      case Value::Kind::Array: out_ += "[]"; break;
      case Value::Kind::Object: out_ += "{}"; break;
    }
  }

  // The number has been through JSON: what is whole there is whole here, as far as 64 bits go.
  void number(const Value& value) {
    const double number = value.number();
    std::string text;
    if (std::abs(number) < 1e21) append_plain(text, shortest_decimal(number));
    std::uint64_t whole = 0;
    const char* begin = text.data() + (text.starts_with('-') ? 1 : 0);
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(begin, end, whole);
    const bool fits = number > 0 || whole <= std::uint64_t{1} << 63U;
    if (begin != end && read.ec == std::errc() && read.ptr == end && fits) {
      out_ += whole == 0 ? "0" : text;
    } else {
      append_general(out_, shortest_decimal(number));
    }
  }

  std::size_t column() const {
    const std::size_t line = out_.rfind('\n') + 1;  // npos + 1 is 0
    std::size_t count = 0;
    for (std::size_t i = line; i < out_.size(); ++i)
      if ((static_cast<unsigned char>(out_[i]) & 0xc0U) != 0x80U) ++count;
    return count;
  }

  const bool indent_lists_;
  std::string out_;
};

}  // namespace

std::string yaml_text(const Value& document, bool indent_lists) {
  Writer writer(indent_lists);
  writer.node(document, 0, true);
  return writer.take();
}

std::string yaml_text(const tmpl::Val& value, bool indent_lists) {
  return yaml_text(to_document(value), indent_lists);
}

}  // namespace gp::helm
