// libyaml's events become Values. The one file that sees libyaml.

#include <yaml.h>

#include <cmath>
#include <unordered_set>

#include "base/utf8.hpp"
#include "base/yaml.hpp"
#include "base/yaml_scalar.hpp"

namespace gp {
namespace {

std::string_view view(const yaml_char_t* text, std::size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view()
                         : std::string_view(reinterpret_cast<const char*>(text));
}

int line_at(const yaml_mark_t& mark) {
  return static_cast<int>(mark.line) + 1;
}

// One libyaml event at a time.
class Events {
 public:
  explicit Events(std::string_view text) : text_(text) {
    GP_CHECK(yaml_parser_initialize(&parser_) == 1, "out of memory");
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Events() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  Result<> next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) == 1) return {};
    event_ = {};
    return fail(problem());
  }

  const yaml_event_t& event() const { return event_; }
  int line() const { return line_at(event_.start_mark); }

  // The scalar as typed, quotes included. Marks count characters, so a cursor follows them in
  // bytes; scalars come in order.
  std::string_view source() {
    const std::size_t begin = byte_of(event_.start_mark.index);
    return text_.substr(begin, byte_of(event_.end_mark.index) - begin);
  }

 private:
  std::size_t byte_of(std::size_t character) {
    for (; character_ < character && byte_ < text_.size(); ++character_) {
      byte_ += std::max<std::size_t>(1, utf8_length(text_.substr(byte_, 4)));
    }
    return byte_;
  }

  Error problem() const {
    const std::string_view what = parser_.problem == nullptr ? "unknown problem" : parser_.problem;
    if (parser_.error == YAML_MEMORY_ERROR) return resource_exhausted("out of memory reading YAML");
    if (parser_.error == YAML_READER_ERROR) {
      const auto before = text_.substr(0, std::min(parser_.problem_offset, text_.size()));
      return invalid_argument("line {}: {}", 1 + std::ranges::count(before, '\n'), what);
    }
    std::string context;
    if (parser_.context != nullptr && parser_.context_mark.line != parser_.problem_mark.line) {
      context =
          fmt::format(" {} that starts at line {}", parser_.context, line_at(parser_.context_mark));
    }
    return invalid_argument("line {}: {}{}", line_at(parser_.problem_mark), what, context);
  }

  std::string_view text_;
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  std::size_t character_ = 0;
  std::size_t byte_ = 0;
};

// A finished node with what an alias to it costs.
struct Node {
  Value value;
  std::size_t nodes = 1;
  std::size_t depth = 1;
};

struct Anchor {
  Node node;
  bool is_open = true;  // its node has not ended yet
};

class Loader {
 public:
  Loader(std::string_view text, const YamlOptions& options, bool keep_lines)
      : events_(text), options_(options), keep_lines_(keep_lines) {}

  Result<std::vector<std::pair<YamlDocument, YamlLines>>> load() {
    std::vector<std::pair<YamlDocument, YamlLines>> documents;
    while (true) {
      TRY(events_.next());
      switch (events_.event().type) {
        case YAML_STREAM_END_EVENT: return documents;
        case YAML_DOCUMENT_START_EVENT: TRY(start_document()); break;
        case YAML_DOCUMENT_END_EVENT:
          if (is_empty_) break;
          if (documents.size() >= options_.limits.documents_max) {
            return fail(too_large("line {}: more than {} documents in one text", events_.line(),
                                  options_.limits.documents_max));
          }
          documents.push_back({{std::move(root_), root_line_}, std::move(lines_)});
          break;
        default: TRY(node_event()); break;
      }
    }
  }

 private:
  struct Frame {
    bool is_map = false;
    Value container;
    std::size_t nodes = 1;
    std::size_t depth = 1;  // levels below and including this one
    std::string anchor;
    std::string path;
    int line = 0;

    bool has_key = false;   // maps: a key waits for its value
    bool is_merge = false;  // …and it is "<<"
    std::string key;
    std::unordered_set<std::string> explicit_keys;  // kept only when duplicates are refused
  };

  Result<> start_document() {
    const auto* version = events_.event().data.document_start.version_directive;
    if (version != nullptr && (version->major != 1 || version->minor != 1)) {
      return fail(invalid_argument("line {}: found incompatible YAML document (%YAML {}.{})",
                                   events_.line(), version->major, version->minor));
    }
    anchors_.clear();
    root_ = Value();
    lines_ = {};
    is_empty_ = false;
    return {};
  }

  Result<> node_event() {
    const yaml_event_t& event = events_.event();
    switch (event.type) {
      case YAML_ALIAS_EVENT: return alias(view(event.data.alias.anchor));
      case YAML_SCALAR_EVENT: return scalar();
      case YAML_SEQUENCE_START_EVENT: return begin(false, view(event.data.sequence_start.anchor));
      case YAML_MAPPING_START_EVENT: return begin(true, view(event.data.mapping_start.anchor));
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: return end();
      default: return {};
    }
  }

  bool is_key_next() const {
    return !frames_.empty() && frames_.back().is_map && !frames_.back().has_key;
  }

  Result<> begin(bool is_map, std::string_view anchor) {
    if (is_key_next()) {
      return fail(invalid_argument("line {}: a list or map is not a key that JSON can have",
                                   events_.line()));
    }
    if (frames_.size() >= options_.limits.depth_max) {
      return fail(too_large("line {}: YAML is nested deeper than {} levels", events_.line(),
                            options_.limits.depth_max));
    }
    TRY(count(1));
    Frame frame;
    frame.is_map = is_map;
    frame.container = is_map ? Value::object() : Value::array();
    frame.anchor = anchor;
    frame.line = events_.line();
    if (keep_lines_) frame.path = child_path();
    if (!anchor.empty()) anchors_.insert_or_assign(frame.anchor, Anchor{});
    frames_.push_back(std::move(frame));
    return {};
  }

  Result<> end() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    Node node{std::move(frame.container), frame.nodes, frame.depth};
    if (!frame.anchor.empty())
      anchors_.insert_or_assign(std::move(frame.anchor), Anchor{node, false});
    return place(std::move(node), frame.line);
  }

  Result<> alias(std::string_view name) {
    const auto anchor = anchors_.find(std::string(name));
    if (anchor == anchors_.end()) {
      return fail(
          invalid_argument("line {}: unknown anchor '{}' referenced", events_.line(), name));
    }
    if (anchor->second.is_open) {
      return fail(
          invalid_argument("line {}: anchor '{}' value contains itself", events_.line(), name));
    }
    const Node node = anchor->second.node;
    TRY(count(node.nodes));
    if (frames_.size() + node.depth > options_.limits.depth_max + 1) {
      return fail(too_large("line {}: YAML is nested deeper than {} levels through its aliases",
                            events_.line(), options_.limits.depth_max));
    }
    if (is_key_next()) return take_key(node.value, false);
    return place(node, events_.line());
  }

  Result<> scalar() {
    TRY(count(1));
    const auto& data = events_.event().data.scalar;
    const std::string_view text = view(data.value, data.length);
    const std::string_view tag = view(data.tag);
    if (data.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) TRY(check_escapes());

    yaml::Scalar scalar;
    if (!tag.empty()) {
      auto tagged = yaml::resolve_tagged(tag, text, options_.go_yaml_v3);
      if (!tagged) return fail(at_line(std::move(tagged).error()));
      scalar = *std::move(tagged);
    } else if (data.plain_implicit != 0) {
      scalar = yaml::resolve_plain(text, options_.go_yaml_v3);
    } else {
      scalar.value = Value(text);
    }
    if (data.anchor != nullptr) {
      anchors_.insert_or_assign(std::string(view(data.anchor)), Anchor{Node{scalar.value}, false});
    }
    if (is_key_next()) return take_key(scalar.value, scalar.is_merge);

    const bool plain = data.style == YAML_PLAIN_SCALAR_STYLE;
    is_empty_ = frames_.empty() && plain && text.empty() && tag.empty();
    return place(Node{std::move(scalar.value)}, events_.line());
  }

  // go-yaml does not know the escape \/ although libyaml does.
  Result<> check_escapes() {
    const std::string_view source = events_.source();
    for (std::size_t i = 0; i + 1 < source.size(); ++i) {
      if (source[i] != '\\') continue;
      ++i;
      if (source[i] == '/') {
        return fail(
            invalid_argument("line {}: found unknown escape character \"\\/\"",
                             events_.line() + std::ranges::count(source.substr(0, i), '\n')));
      }
    }
    return {};
  }

  Result<> take_key(const Value& key, bool is_merge) {
    Frame& frame = frames_.back();
    auto text = yaml::key_text(key);
    if (!text) return fail(at_line(std::move(text).error()));
    frame.key = *std::move(text);
    frame.has_key = true;
    frame.is_merge = is_merge;
    if (is_merge) return {};
    if (options_.refuse_duplicate_keys && !frame.explicit_keys.insert(frame.key).second) {
      return fail(
          invalid_argument("line {}: key \"{}\" already set in map", events_.line(), frame.key));
    }
    if (keep_lines_) lines_.lines.emplace_back(child_path(), events_.line());
    return {};
  }

  // A finished node goes into what contains it.
  Result<> place(Node node, int line) {
    if (node.value.kind() == Value::Kind::Double) {
      if (!std::isfinite(node.value.number())) {
        return fail(invalid_argument("line {}: infinity and NaN have no JSON form", line));
      }
      node.value = yaml::as_json_number(node.value);
    }
    if (frames_.empty()) {
      root_ = std::move(node.value);
      root_line_ = line;
      return {};
    }
    Frame& frame = frames_.back();
    frame.nodes += node.nodes;
    frame.depth = std::max(frame.depth, node.depth + 1);
    if (!frame.is_map) {
      if (keep_lines_) lines_.lines.emplace_back(child_path(), line);
      frame.container.push_back(std::move(node.value));
      return {};
    }
    frame.has_key = false;
    if (frame.is_merge) return merge(frame, node.value, line);
    frame.container.set(frame.key, std::move(node.value));
    return {};
  }

  Result<> merge(Frame& frame, const Value& source, int line) {
    if (source.is_object()) {
      merge_one(frame, source);
      return {};
    }
    const auto maps = source.items();
    if (!source.is_array() || !std::ranges::all_of(maps, &Value::is_object)) {
      return fail(invalid_argument(
          "line {}: map merge requires map or sequence of maps as the value", line));
    }
    // The first map has the last word; see merge_one.
    for (std::size_t i = 0; i < maps.size(); ++i) {
      merge_one(frame, maps[options_.go_yaml_v3 ? i : maps.size() - 1 - i]);
    }
    return {};
  }

  // go-yaml v2 sets merged keys where the merge stands, over what came before; v3 lets explicit
  // keys win.
  void merge_one(Frame& frame, const Value& source) const {
    for (const Value::Member& member : source.members()) {
      if (options_.go_yaml_v3 && frame.container.contains(member.key())) continue;
      frame.container.set(member.key(), member.value);
    }
  }

  Result<> count(std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ <= options_.limits.nodes_max) return {};
    return fail(too_large("line {}: YAML has more than {} nodes after its aliases are expanded",
                          events_.line(), options_.limits.nodes_max));
  }

  std::string child_path() const {
    if (frames_.empty()) return {};
    const Frame& frame = frames_.back();
    const std::string name = frame.is_map ? frame.key : fmt::to_string(frame.container.size());
    return frame.path.empty() ? name : frame.path + "." + name;
  }

  Error at_line(Error error) const {
    return std::move(error).with_context(fmt::format("line {}", events_.line()));
  }

  Events events_;
  const YamlOptions& options_;
  bool keep_lines_;
  std::vector<Frame> frames_;
  std::unordered_map<std::string, Anchor> anchors_;
  std::size_t nodes_ = 0;
  Value root_;
  int root_line_ = 1;
  bool is_empty_ = false;
  YamlLines lines_;
};

Result<std::vector<std::pair<YamlDocument, YamlLines>>> load(std::string_view text,
                                                             const YamlOptions& options,
                                                             bool keep_lines) {
  if (text.size() > options.limits.bytes_max) {
    return fail(too_large("YAML of {} bytes is over the limit of {}", text.size(),
                          options.limits.bytes_max));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // byte order mark
  return Loader(text, options, keep_lines).load();
}

}  // namespace

Result<std::vector<YamlDocument>> parse_yaml_stream(std::string_view text,
                                                    const YamlOptions& options) {
  auto loaded = TRY(load(text, options, false));
  std::vector<YamlDocument> documents;
  documents.reserve(loaded.size());
  for (auto& [document, lines] : loaded) documents.push_back(std::move(document));
  return documents;
}

Result<Value> parse_yaml(std::string_view text, const YamlOptions& options) {
  auto documents = TRY(load(text, options, false));
  if (documents.size() > 1) {
    return fail(invalid_argument("line {}: expected one YAML document, found another",
                                 documents[1].first.line));
  }
  return documents.empty() ? Value() : std::move(documents[0].first.value);
}

Result<std::vector<std::pair<YamlDocument, YamlLines>>> parse_yaml_with_lines(
    std::string_view text, const YamlOptions& options) {
  return load(text, options, true);
}

int YamlLines::line_of(std::string_view path) const {
  // "a[0][b]" is "a.0.b" here.
  std::string dotted;
  for (const char c : path) {
    if (c == ']') continue;
    dotted += c == '[' ? '.' : c;
  }
  while (!dotted.empty()) {
    for (const auto& [known, line] : lines) {
      if (known == dotted) return line;
    }
    const std::size_t dot = dotted.rfind('.');
    dotted.resize(dot == std::string::npos ? 0 : dot);
  }
  return lines.empty() ? 1 : lines.front().second;
}

}  // namespace gp
