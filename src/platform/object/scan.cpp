#include "platform/object/scan.hpp"

namespace gp::object {
namespace {

class Scanner {
 public:
  Scanner(std::string_view json, const Shape& shape, bool to_the_end, Scanned& out)
      : json_(json), shape_(shape), to_the_end_(to_the_end), out_(out) {}

  bool run() {
    out_.labels.clear();
    out_.owners.clear();
    out_.fields.assign(shape_.fields.size(), Token{});
    out_.name = out_.ns = out_.uid = out_.revision = Token{};
    out_.is_deleting = out_.has_finalizers = false;
    out_.depth = 0;
    const std::uint64_t all = bits(shape_.fields.size());
    missing_ = all;
    const bool is_read = members([&](Token key) { return top_member(key, wanted(key, all, 0)); });
    return is_done_ || (is_read && at_ == json_.size());
  }

 private:
  static std::uint64_t bits(std::size_t count) {
    return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  }

  bool top_member(Token key, std::uint64_t fields) {
    const bool is_metadata = key.in(json_) == "metadata";
    const bool is_read = is_metadata
                             ? members([&](Token inner) { return metadata_member(inner, fields); })
                             : field_value(fields, 1);
    if (!is_read) return false;
    has_metadata_ |= is_metadata;
    // The members are sorted, so a field whose first part has passed will not come.
    for (std::size_t i = 0; i < shape_.fields.size(); ++i) {
      if (shape_.paths[i][0] <= key.in(json_)) missing_ &= ~(std::uint64_t{1} << i);
    }
    is_done_ = has_metadata_ && missing_ == 0 && !to_the_end_;
    return !is_done_;
  }

  bool metadata_member(Token key, std::uint64_t fields) {
    const std::string_view name = key.in(json_);
    if (name == "labels") return label_members();
    if (name == "ownerReferences") return owner_references();
    if (name == "finalizers") return finalizers();
    const std::size_t begin = at_;
    Token value;
    if (!scalar_or_skip(value)) return false;
    for (std::size_t i = 0; i < shape_.fields.size(); ++i) {
      const auto& path = shape_.paths[i];
      if ((fields >> i & 1U) != 0 && path.size() == 2 && path[1] == name) out_.fields[i] = value;
    }
    if (name == "name" && value.is_string) out_.name = value;
    if (name == "namespace" && value.is_string) out_.ns = value;
    if (name == "uid" && value.is_string) out_.uid = value;
    if (name == "resourceVersion" && value.is_string) out_.revision = value;
    if (name == "deletionTimestamp") out_.is_deleting = json_[begin] != 'n';
    return true;
  }

  bool label_members() {
    if (peek() != '{') return skip();
    return members([&](Token key) {
      Token value;
      if (!scalar_or_skip(value)) return false;
      if (value.is_string) {
        out_.labels.push_back(key);
        out_.labels.push_back(value);
      }
      return true;
    });
  }

  bool finalizers() {
    out_.has_finalizers = json_.substr(at_, 2) != "[]" && peek() == '[';
    return skip();
  }

  bool owner_references() {
    if (peek() != '[') return skip();
    return items([&] {
      if (peek() != '{') return skip();
      OwnerView owner{};
      const bool is_read = members([&](Token key) {
        Token value;
        if (!scalar_or_skip(value)) return false;
        const std::string_view name = key.in(json_);
        const std::string_view text = value.in(json_);
        if (name == "uid" && !parse_uuid(text, owner.uid)) owner.uid = {};
        if (name == "controller") owner.is_controller = text == "true";
        if (name == "blockOwnerDeletion") owner.blocks_deletion = text == "true";
        return true;
      });
      out_.owners.push_back(owner);
      return is_read;
    });
  }

  // Of `candidates`, whose path has matched up to `depth`, those whose next part is the key.
  std::uint64_t wanted(Token key, std::uint64_t candidates, std::size_t depth) const {
    std::uint64_t matching = 0;
    for (std::size_t i = 0; candidates >> i != 0; ++i) {
      const auto& path = shape_.paths[i];
      if ((candidates >> i & 1U) != 0 && depth < path.size() && path[depth] == key.in(json_)) {
        matching |= std::uint64_t{1} << i;
      }
      if (i == 63) break;
    }
    return matching;
  }

  // The value of a member that `fields` lead to or through; `depth` parts of their paths are done.
  bool field_value(std::uint64_t fields, std::size_t depth) {
    if (fields == 0) return skip();
    if (peek() == '{') {
      return members([&](Token key) { return field_value(wanted(key, fields, depth), depth + 1); });
    }
    Token value;
    if (!scalar_or_skip(value)) return false;
    for (std::size_t i = 0; i < shape_.fields.size(); ++i) {
      if ((fields >> i & 1U) != 0 && shape_.paths[i].size() == depth) out_.fields[i] = value;
    }
    return true;
  }

  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }

  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  bool enter() {
    ++depth_;
    out_.depth = std::max(out_.depth, depth_);
    return true;
  }

  template <typename Visit>
  bool members(Visit&& visit) {
    if (!take('{') || !enter()) return false;
    if (!take('}')) {
      do {
        Token key;
        if (!string(key) || !take(':') || !visit(key)) return false;
      } while (take(','));
      if (!take('}')) return false;
    }
    --depth_;
    return true;
  }

  template <typename Visit>
  bool items(Visit&& visit) {
    if (!take('[') || !enter()) return false;
    if (!take(']')) {
      do {
        if (!visit()) return false;
      } while (take(','));
      if (!take(']')) return false;
    }
    --depth_;
    return true;
  }

  bool string(Token& out) {
    if (!take('"')) return false;
    const std::size_t begin = at_;
    bool is_escaped = false;
    while (true) {
      const std::size_t left = json_.size() - at_;
      const char* from = json_.data() + at_;
      const auto* quote = static_cast<const char*>(std::memchr(from, '"', left));
      if (quote == nullptr) return false;
      const auto length = static_cast<std::size_t>(quote - from);
      at_ += length + 1;
      if (length == 0 || quote[-1] != '\\') {
        is_escaped = is_escaped || std::memchr(from, '\\', length) != nullptr;
        break;
      }
      is_escaped = true;
      std::size_t slashes = 1;
      while (slashes < at_ - 1 - begin &&
             quote[-1 - static_cast<std::ptrdiff_t>(slashes)] == '\\') {
        ++slashes;
      }
      if (slashes % 2 == 0) break;
    }
    out = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_ - 1 - begin), true,
           is_escaped};
    return true;
  }

  // A scalar's token; arrays, objects and null leave it empty.
  bool scalar_or_skip(Token& out) {
    if (peek() == '"') return string(out);
    const std::size_t begin = at_;
    const char first = peek();
    if (!skip()) return false;
    if (first != '{' && first != '[' && first != 'n') {
      out = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_ - begin)};
    }
    return true;
  }

  // Any value. Composites by counting brackets, which is enough for well-formed text.
  bool skip() {
    Token ignored;
    if (peek() == '"') return string(ignored);
    if (peek() == '{' || peek() == '[') return skip_composite();
    const std::size_t begin = at_;
    while (at_ < json_.size() && json_[at_] != ',' && json_[at_] != '}' && json_[at_] != ']') ++at_;
    return at_ != begin;
  }

  bool skip_composite() {
    Token ignored;
    const std::size_t outer = depth_;
    std::size_t depth = depth_;
    while (at_ < json_.size()) {
      switch (json_[at_]) {
        case '"':
          if (!string(ignored)) return false;
          continue;
        case '{':
        case '[': out_.depth = std::max(out_.depth, ++depth); break;
        case '}':
        case ']':
          if (--depth == outer) {
            ++at_;
            return true;
          }
          break;
        default: break;
      }
      ++at_;
    }
    return false;
  }

  std::string_view json_;
  const Shape& shape_;
  bool to_the_end_;
  Scanned& out_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::uint64_t missing_ = 0;  // fields that may still come
  bool has_metadata_ = false;
  bool is_done_ = false;
};

}  // namespace

bool scan(std::string_view json, const Shape& shape, bool to_the_end, Scanned& out) {
  return Scanner(json, shape, to_the_end, out).run();
}

}  // namespace gp::object
