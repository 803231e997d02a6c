// The one file that sees Boost.JSON: its tokenizer feeds a builder that makes Values.

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

#include "base/json.hpp"

namespace gp {
namespace {

namespace bj = boost::json;

// Long member names repeat a lot ("creationTimestamp"): the last ones seen are shared, not copied.
class NameCache {
 public:
  Value get(std::string_view name) {
    if (name.size() <= 14) return Value(name);  // lives inside the Value anyway
    Value& slot = slots_[(name.size() * 31 + static_cast<unsigned char>(name[name.size() - 1]) * 7 +
                          static_cast<unsigned char>(name[name.size() / 2])) %
                         slots_.size()];
    if (slot.text() != name) slot = Value(name);
    return slot;
  }

 private:
  std::array<Value, 64> slots_;
};

// Finished values wait on a stack until their array or object ends; a member is two of them, name
// and value.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  explicit Builder(std::vector<std::string>* duplicates) : duplicates_(duplicates) {
    stack_.reserve(256);
  }

  Value take() { return std::move(stack_.front()); }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) { return begin(Frame{stack_.size(), true}); }
  bool on_array_begin(bj::error_code&) { return begin(Frame{stack_.size(), false}); }

  bool on_object_end(std::size_t count, bj::error_code&) {
    const std::size_t base = stack_.size() - count * 2;
    // Two neighbouring Values are laid out as a Member.
    static_assert(sizeof(Value::Member) == 2 * sizeof(Value));
    auto* members = reinterpret_cast<Value::Member*>(stack_.data() + base);
    repeated_.clear();
    Value object =
        Value::take_object({members, count}, duplicates_ != nullptr ? &repeated_ : nullptr);
    if (!repeated_.empty()) report_repeated();
    return finish(base, std::move(object));
  }

  bool on_array_end(std::size_t count, bj::error_code&) {
    const std::size_t base = stack_.size() - count;
    return finish(base, Value::take_array(std::span(stack_).subspan(base)));
  }

  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) { return keep_part(part); }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    return keep_part(part);
  }
  bool on_number_part(bj::string_view part, bj::error_code&) { return keep_part(part); }

  bool on_key(bj::string_view last, std::size_t, bj::error_code&) {
    stack_.push_back(names_.get(whole(last)));
    parts_.clear();
    return true;
  }

  bool on_string(bj::string_view last, std::size_t, bj::error_code&) {
    stack_.emplace_back(whole(last));
    parts_.clear();
    return true;
  }

  bool on_int64(std::int64_t number, bj::string_view, bj::error_code&) { return scalar(number); }
  bool on_uint64(std::uint64_t number, bj::string_view, bj::error_code&) { return scalar(number); }

  // Boost's own conversion may be one unit in the last place off, so the text is read again.
  bool on_double(double approximate, bj::string_view last, bj::error_code& error) {
    const std::string_view text = whole(last);
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec == std::errc::result_out_of_range) {
      if (approximate > 1 || approximate < -1) {
        error = bj::error::exponent_overflow;
        return false;
      }
      number = 0;  // too small to tell from zero, as Go reads it
    }
    return scalar(number);
  }

  bool on_bool(bool value, bj::error_code&) { return scalar(value); }
  bool on_null(bj::error_code&) { return scalar(nullptr); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  struct Frame {
    std::size_t base;  // of the container's values on the stack
    bool is_object;
  };

  bool begin(Frame frame) {
    frames_.push_back(frame);
    return true;
  }

  bool finish(std::size_t base, Value value) {
    frames_.pop_back();
    stack_.resize(base);
    stack_.push_back(std::move(value));
    return true;
  }

  template <typename T>
  bool scalar(T value) {
    stack_.emplace_back(value);
    parts_.clear();
    return true;
  }

  bool keep_part(bj::string_view part) {
    parts_.append(part.data(), part.size());
    return true;
  }

  // A token usually comes in one piece; otherwise `last` completes the parts kept so far.
  std::string_view whole(bj::string_view last) {
    if (parts_.empty()) return {last.data(), last.size()};
    parts_.append(last.data(), last.size());
    return parts_;
  }

  void report_repeated() {
    std::string path;
    for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
      const std::size_t next = frames_[i + 1].base;
      if (frames_[i]
              .is_object) {  // the member whose value has begun: its name is the last thing there
        if (!path.empty()) path += '.';
        path += stack_[next - 1].text();
      } else {
        path += fmt::format("[{}]", next - frames_[i].base);
      }
    }
    for (const std::string& name : repeated_) {
      duplicates_->push_back(path.empty() ? name : path + "." + name);
    }
  }

  std::vector<Value> stack_;
  std::vector<Frame> frames_;
  std::string parts_;
  NameCache names_;
  std::vector<std::string>* duplicates_;
  std::vector<std::string> repeated_;
};

std::string place(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = offset - (newline == std::string_view::npos ? 0 : newline + 1) + 1;
  return fmt::format("line {}, column {} (byte {})", line, column, offset);
}

std::string found(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return "the end of the text";
  const auto byte = static_cast<unsigned char>(text[offset]);
  if (byte < 0x20 || byte >= 0x7f) return fmt::format("byte 0x{:02x}", byte);
  return fmt::format("\"{}\"", text[offset]);
}

Error syntax_error(std::string_view text, std::size_t offset, bj::error kind,
                   const JsonLimits& limits) {
  const std::string at = place(text, offset);
  switch (kind) {
    case bj::error::incomplete: return invalid_argument("{}: unexpected end of JSON", at);
    case bj::error::extra_data:
      return invalid_argument("{}: unexpected {} after the JSON document", at, found(text, offset));
    case bj::error::too_deep:
      return too_large("{}: JSON is nested deeper than {} levels", at, limits.depth_max);
    case bj::error::exponent_overflow:
      return invalid_argument("{}: number does not fit a double", at);
    case bj::error::illegal_leading_surrogate:
    case bj::error::illegal_trailing_surrogate:
    case bj::error::expected_utf16_escape:
      return invalid_argument("{}: escape is half of a surrogate pair", at);
    case bj::error::expected_hex_digit:
      return invalid_argument("{}: expected four hexadecimal digits, found {}", at,
                              found(text, offset));
    default: return invalid_argument("{}: unexpected {} in JSON", at, found(text, offset));
  }
}

Result<Value> parse(std::string_view text, const JsonLimits& limits,
                    std::vector<std::string>* duplicates) {
  if (text.size() > limits.bytes_max) {
    return fail(
        too_large("JSON of {} bytes is over the limit of {}", text.size(), limits.bytes_max));
  }
  bj::parse_options options;
  options.max_depth = limits.depth_max;
  bj::basic_parser<Builder> parser(options, duplicates);
  bj::error_code error;
  std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = bj::error::extra_data;
  if (error) {
    return fail(syntax_error(text, used, static_cast<bj::error>(error.value()), limits));
  }
  return parser.handler().take();
}

}  // namespace

Result<Value> parse_json(std::string_view text, const JsonLimits& limits) {
  return parse(text, limits, nullptr);
}

Result<Value> parse_json_strict(std::string_view text, std::vector<std::string>& duplicates,
                                const JsonLimits& limits) {
  return parse(text, limits, &duplicates);
}

}  // namespace gp
