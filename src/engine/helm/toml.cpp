// TOML as BurntSushi's encoder writes it and, for what charts use, its decoder reads it.

#include "engine/helm/output.hpp"

#include <charconv>
#include <cmath>

#include "base/decimal.hpp"
#include "base/encoding.hpp"
#include "engine/template/host.hpp"

namespace gp::helm {
namespace {

using tmpl::Kind;
using tmpl::Val;

constexpr int kDepthMax = 200;

bool is_table(const Val& value) {
  return value.is_map();
}

bool is_table_list(const Val& value) {
  if (!value.is_slice() || value.is_bytes() || value.size() == 0) return false;
  return std::ranges::all_of(value.items(), is_table);
}

bool is_nothing(const Val& value) {
  return !value.valid() || value.is_nil();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

std::string key_text(std::string_view key) {
  constexpr std::string_view kBare =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const bool bare = !key.empty() && key.find_first_not_of(kBare) == std::string_view::npos;
  return bare ? std::string(key) : quoted(key);
}

class Encoder {
 public:
  std::string take() { return std::move(out_); }

  Result<void> root(const Val& value) {
    if (is_table(value)) return table(value, {}, 0);
    if (is_nothing(value)) return {};
    return inline_value(value, 0);
  }

 private:
  // Plain members first, then tables, each kind sorted.
  Result<void> table(const Val& map, const std::vector<std::string>& path, int depth) {
    if (depth > kDepthMax) return fail(too_large("toml: nested too deeply"));
    for (const auto& entry : map.map().entries()) {
      if (is_nothing(entry.value) || is_table(entry.value) || is_table_list(entry.value)) continue;
      indent(path.size());
      out_ += key_text(entry.key) + " = ";
      TRY(inline_value(entry.value, depth + 1));
      out_ += '\n';
    }
    for (const auto& entry : map.map().entries()) {
      std::vector<std::string> inner = path;
      inner.push_back(key_text(entry.key));
      if (is_table(entry.value)) {
        header(inner, "[", "]");
        TRY(table(entry.value, inner, depth + 1));
      } else if (is_table_list(entry.value)) {
        for (const Val& item : entry.value.items()) {
          header(inner, "[[", "]]");
          TRY(table(item, inner, depth + 1));
        }
      }
    }
    return {};
  }

  void indent(std::size_t depth) { out_.append(2 * depth, ' '); }

  void header(const std::vector<std::string>& path, std::string_view open, std::string_view close) {
    if (path.size() == 1 && !out_.empty()) out_ += '\n';
    indent(path.size() - 1);
    out_ += open;
    for (const std::string& part : path) out_ += (&part == &path.front() ? "" : ".") + part;
    out_ += close;
    out_ += '\n';
  }

  Result<void> inline_value(const Val& value, int depth) {
    if (depth > kDepthMax) return fail(too_large("toml: nested too deeply"));
    switch (value.kind()) {
      case Kind::Bool: out_ += value.boolean() ? "true" : "false"; return {};
      case Kind::Int:
      case Kind::Int32:
      case Kind::Int64: out_ += fmt::to_string(value.integer()); return {};
      case Kind::Uint8:
      case Kind::Uint32:
      case Kind::Uint64: out_ += fmt::to_string(value.unsigned_integer()); return {};
      case Kind::Float64: number(value.number()); return {};
      case Kind::String: out_ += quoted(value.text()); return {};
      case Kind::Slice: {
        out_ += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
          if (i) out_ += ", ";
          TRY(inline_value(value.at(i), depth + 1));
        }
        out_ += ']';
        return {};
      }
      case Kind::Map: {
        out_ += '{';
        bool first = true;
        if (value.is_map()) {
          for (const auto& entry : value.map().entries()) {
            if (is_nothing(entry.value)) continue;
            if (!std::exchange(first, false)) out_ += ", ";
            out_ += key_text(entry.key) + " = ";
            TRY(inline_value(entry.value, depth + 1));
          }
        }
        out_ += '}';
        return {};
      }
      case Kind::Struct:
      case Kind::Pointer: out_ += quoted(value.is_host() ? value.host().text() : ""); return {};
      default: return fail(invalid_argument("toml: cannot encode a nil interface value"));
    }
  }

  void number(double value) {
    if (std::isnan(value) || std::isinf(value)) {
      out_ += std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
      return;
    }
    std::string text;
    if (value != 0 && (std::abs(value) < 1e-4 || std::abs(value) >= 1e21)) {
      append_exponential(text, shortest_decimal(value), 2);
    } else {
      append_plain(text, shortest_decimal(value));
      if (!text.contains('.')) text += ".0";
    }
    out_ += text;
  }

  std::string out_;
};

}  // namespace

Result<std::string> toml_text(const Val& value) {
  Encoder encoder;
  TRY(encoder.root(value));
  return encoder.take();
}

}  // namespace gp::helm
