#include "engine/helm/quick_head.hpp"

#include <utility>
#include <vector>

namespace gp::helm {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// One line without its end: blanks before it counted, blanks behind it gone.
struct Line {
  std::string_view text;
  std::size_t indent = 0;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<QuickHead> run() {
    while (next()) {
      if (line_.text.empty() || line_.text[0] == '#') continue;
      if (!item_or_key()) return std::nullopt;
    }
    // A kind or name that is no plain text is for the parser.
    if (!seen_kind_) return std::nullopt;
    return head_;
  }

 private:
  struct Level {
    std::size_t indent;
    bool is_list;
    bool open;  // its last key or item may still take a block below it
  };

  bool next() {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    while (text.ends_with(' ')) text.remove_suffix(1);
    line_.indent = std::min(text.find_first_not_of(' '), text.size());
    line_.text = text.substr(line_.indent);
    return true;
  }

  // Leaves the levels that are further in; false when the line fits nowhere.
  bool place(std::size_t indent, bool is_list) {
    while (!levels_.empty() && levels_.back().indent > indent) levels_.pop_back();
    if (!levels_.empty() && levels_.back().indent == indent) {
      // A list may stand as far out as the key that it belongs to.
      if (levels_.back().is_list == is_list) return true;
      if (is_list) {
        if (!levels_.back().open) return false;
      } else {
        levels_.pop_back();
        return !levels_.empty() && levels_.back().indent == indent && !levels_.back().is_list;
      }
    } else if (!levels_.empty() && !levels_.back().open) {
      return false;
    }
    if (levels_.empty() && indent != 0) return false;
    if (levels_.empty() && started_) return false;
    if (!levels_.empty()) levels_.back().open = false;
    started_ = true;
    levels_.push_back({indent, is_list, false});
    return levels_.size() < 100;
  }

  bool item_or_key() {
    std::string_view text = line_.text;
    std::size_t indent = line_.indent;
    while (text == "-" || text.starts_with("- ")) {
      if (!place(indent, true)) return false;
      // Neither metadata nor annotations may be lists.
      if (levels_.size() == 2 ? in_metadata_ : levels_.size() == 3 && in_annotations_) return false;
      levels_.back().open = true;
      const std::size_t blanks = std::min(text.find_first_not_of(' ', 1), text.size());
      indent += blanks;
      text.remove_prefix(blanks);
      if (text.empty() || text[0] == '#') return true;
    }
    const std::size_t colon = key_end(text);
    if (colon == kNone) {
      // A scalar on its own: only as an item of a list.
      if (text.data() == line_.text.data()) return false;
      levels_.back().open = false;
      return scalar(text, levels_.back().indent);
    }
    if (!place(indent, false)) return false;
    const std::string_view key = text.substr(0, colon);
    std::string_view value = text.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    levels_.back().open = value.empty() || value[0] == '#';
    if (!watch(key, value)) return false;
    return levels_.back().open || scalar(value, indent);
  }

  // The colon behind a plain key of harmless characters.
  static std::size_t key_end(std::string_view text) {
    if (text.empty() || !(is_word(text[0]) || text[0] == '_')) return kNone;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' '))
        return i < 120 ? i : kNone;
      if (!is_word(text[i]) && !std::string_view("-_./").contains(text[i])) return kNone;
    }
    return kNone;
  }

  // Remembers what the head needs; false where the parser has to look.
  bool watch(std::string_view key, std::string_view value) {
    const std::size_t depth = levels_.size();
    if (depth == 1) {
      in_metadata_ = key == "metadata";
      in_annotations_ = false;
      if (key == "kind") {
        if (std::exchange(seen_kind_, true) || !is_name(value)) return false;
        head_.kind = value;
      }
      if (key == "metadata" && (std::exchange(seen_metadata_, true) || !value.empty()))
        return false;
      if (key == "apiVersion" && (value.empty() || !is_word(value[0]))) return false;
    } else if (depth == 2 && in_metadata_) {
      if (levels_.back().is_list) return false;
      in_annotations_ = key == "annotations";
      if (key == "name") {
        if (value.empty()) return false;
        head_.name = value;
      }
      if (in_annotations_ && !value.empty()) return false;
    } else if (depth == 3 && in_annotations_) {
      // Annotations are texts; a map or list there is an error.
      if (value.empty() || value[0] == '#') return false;
    }
    return true;
  }
  // Letters only, and no word that YAML reads as something else.
  static bool is_name(std::string_view value) {
    if (value.size() < 3 || value[0] < 'A' || value[0] > 'Z') return false;
    for (const char c : value)
      if (!is_word(c)) return false;
    return value != "True" && value != "False" && value != "Yes" && value != "Off" &&
           value != "TRUE" && value != "FALSE" && value != "YES" && value != "OFF" &&
           value != "Null" && value != "NULL";
  }

  bool scalar(std::string_view text, std::size_t parent) {
    const char first = text[0];
    if (first == '|' || first == '>') return block(text.substr(1), parent);
    if (first == '\'') return single(text);
    if (first == '"') return quoted(text);
    if (text == "{}" || text == "[]") return true;
    if (!is_word(first) && !std::string_view("/_.+$(<~^;\\").contains(first) &&
        !(first == '-' && text.size() > 1 && text[1] != ' ' && !text.starts_with("---")))
      return false;
    if (text.ends_with(':') || text.contains(": ") || text.contains(" #") || text.contains('\t'))
      return false;
    return !continues(parent);
  }

  // Whether the next line is further in: then a plain scalar goes on there.
  bool continues(std::size_t parent) const {
    std::size_t at = 0;
    while (at < rest_.size()) {
      const std::size_t begin = rest_.find_first_not_of(' ', at);
      if (begin == kNone) return false;
      if (rest_[begin] == '\n') {
        at = begin + 1;
        continue;
      }
      return begin - at > parent || rest_[begin] == '\t';
    }
    return false;
  }

  static bool single(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '\t') return false;
      if (text[i] != '\'') continue;
      if (i + 1 == text.size()) return true;
      if (text[++i] != '\'') return false;
    }
    return false;
  }

  static bool quoted(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '\t') return false;
      if (text[i] == '"') return i + 1 == text.size();
      if (text[i] != '\\') continue;
      if (++i == text.size() || !std::string_view("\"\\nt").contains(text[i])) return false;
    }
    return false;
  }

  // Skips the lines of a block scalar.
  bool block(std::string_view header, std::size_t parent) {
    if (!header.empty() && header != "-" && header != "+") return false;
    std::size_t inner = 0;
    std::size_t blank_max = 0;
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      const std::string_view text = rest_.substr(0, end);
      const std::size_t indent = text.find_first_not_of(' ');
      if (indent != kNone) {
        if (inner == 0) {
          if (indent <= parent) return true;
          if (text[indent] == '\t' || blank_max > indent) return false;
          inner = indent;
        }
        if (indent < inner) return indent <= parent;
      } else if (inner == 0) {
        blank_max = std::max(blank_max, text.size());
      }
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
    }
    return true;
  }

  std::string_view rest_;
  Line line_;
  std::vector<Level> levels_;
  QuickHead head_;
  bool started_ = false;
  bool seen_kind_ = false, seen_metadata_ = false, in_metadata_ = false, in_annotations_ = false;
};

// What no YAML text may hold, and what ends lines or documents in other ways.
bool has_odd_characters(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x7f || (byte < 0x20 && c != '\n' && c != '\t')) return true;
  }
  return false;
}

}  // namespace

std::optional<QuickHead> quick_head(std::string_view text) {
  if (has_odd_characters(text) || text.contains("helm.sh/hook")) return std::nullopt;
  if (text.starts_with("---") || text.starts_with("...") || text.contains("\n..."))
    return std::nullopt;
  return Reader(text).run();
}

}  // namespace gp::helm
