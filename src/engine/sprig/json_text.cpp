#include "engine/sprig/json_text.hpp"

#include <cmath>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "engine/sprig/sprig.hpp"
#include "engine/sprig/values.hpp"
#include "engine/template/host.hpp"
#include "engine/template/number.hpp"

namespace gp::sprig {
namespace {

using tmpl::Kind;
using tmpl::Map;
using tmpl::Val;

constexpr int kDepthMax = 400;

class JsonWriter {
 public:
  explicit JsonWriter(const JsonOptions& options) : options_(options) {}

  Result<std::string> run(const Val& value) {
    TRY(write(value, 0));
    return std::move(out_);
  }

 private:
  Result<void> write(const Val& value, int depth) {
    // Go, too, refuses what holds itself once it is this deep.
    if (depth > kDepthMax)
      return fail(invalid_argument("json: unsupported value: encountered a cycle via {}",
                                   type_name(value)));
    TRY(check_bytes(out_.size()));
    switch (value.kind()) {
      case Kind::Invalid: break;
      case Kind::Bool: out_.append(value.boolean() ? "true" : "false"); return {};
      case Kind::Float64: return write_number(value.number());
      case Kind::String: write_string(value.text()); return {};
      case Kind::Slice: return write_list(value, depth);
      case Kind::Map: return write_map(value, depth);
      case Kind::Struct:
      case Kind::Pointer:
        if (value.is_nil()) break;
        return write_document(value.host().to_value(), depth);
      case Kind::Complex128:
      case Kind::Func:
        return fail(invalid_argument("json: unsupported type: {}", value.type()->name));
      case Kind::Interface:
        if (!value.is_error()) break;
        out_.append("{}");
        return {};
      default:
        out_.append(value.type()->is_unsigned() ? std::to_string(value.unsigned_integer())
                                                : std::to_string(value.integer()));
        return {};
    }
    out_.append("null");
    return {};
  }

  Result<void> write_number(double number) {
    if (!std::isfinite(number))
      return fail(invalid_argument("json: unsupported value: {}", tmpl::format_float(number, 'g')));
    append_json(out_, gp::Value(number));
    return {};
  }

  void write_string(std::string_view text) {
    if (is_utf8(text)) {
      append_json_string(out_, text, options_.escapes_html);
      return;
    }
    std::string quoted;
    // Go writes bytes that are no UTF-8 as an escape, a U+FFFD of the text's own as it is.
    while (!text.empty()) {
      std::size_t good = 0;
      while (good < text.size()) {
        const std::size_t length = utf8_length(text.substr(good));
        if (length == 0) break;
        good += length;
      }
      std::string part;
      append_json_string(part, text.substr(0, good), options_.escapes_html);
      quoted.append(part, 1, part.size() - 2);
      text.remove_prefix(good);
      if (text.empty()) break;
      quoted.append("\\ufffd");
      text.remove_prefix(1);
    }
    out_.append("\"").append(quoted).append("\"");
  }

  void line(int depth) {
    if (!options_.is_indented) return;
    out_.push_back('\n');
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
  }

  Result<void> write_list(const Val& list, int depth) {
    if (list.is_nil()) {
      out_.append("null");
      return {};
    }
    if (list.is_bytes()) {
      write_string(base64_encode(list.text()));
      return {};
    }
    out_.push_back('[');
    bool first = true;
    for (const Val& item : list.items()) {
      if (!first) out_.push_back(',');
      first = false;
      line(depth + 1);
      TRY(write(item, depth + 1));
    }
    if (!first) line(depth);
    out_.push_back(']');
    return {};
  }

  void write_key(std::string_view key) {
    write_string(key);
    out_.append(options_.is_indented ? ": " : ":");
  }

  Result<void> write_map(const Val& map, int depth) {
    if (map.is_nil()) {
      out_.append("null");
      return {};
    }
    out_.push_back('{');
    bool first = true;
    for (const Map::Entry& entry : map.map().entries()) {
      if (!first) out_.push_back(',');
      first = false;
      line(depth + 1);
      write_key(entry.key);
      TRY(write(entry.value, depth + 1));
    }
    if (!first) line(depth);
    out_.push_back('}');
    return {};
  }

  // A host's document: its members in the order in which the struct declares them.
  Result<void> write_document(const gp::Value& document, int depth) {
    JsonStyle style{.sort_members = false, .escape_html = options_.escapes_html};
    if (options_.is_indented) style.indent = 2;
    const std::string text = to_json(document, style);
    for (const char c : text) {
      out_.push_back(c);
      if (c == '\n') out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    }
    return {};
  }

  const JsonOptions options_;
  std::string out_;
};

}  // namespace

Result<std::string> json_text(const Val& value, const JsonOptions& options) {
  return JsonWriter(options).run(value);
}

}  // namespace gp::sprig
