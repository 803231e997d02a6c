#include "engine/template/print.hpp"

#include <utility>

#include "engine/template/printer.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {
namespace {

// A format string being read beside its arguments.
class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Val> arguments)
      : format_(format), arguments_(arguments), printer_(out_) {}

  std::string run() {
    while (position_ < format_.size()) {
      const std::size_t percent = std::min(format_.find('%', position_), format_.size());
      out_.append(format_.substr(position_, percent - position_));
      position_ = percent;
      if (position_ < format_.size()) {
        ++position_;
        directive();
      }
    }
    report_extra();
    return std::move(out_);
  }

 private:
  bool at(char c) const { return position_ < format_.size() && format_[position_] == c; }

  void directive() {
    printer_.flags = Flags{};
    good_index_ = true;
    after_index_ = false;
    read_flags();
    read_index();
    read_width();
    read_precision();
    if (!after_index_) read_index();
    if (position_ >= format_.size()) {
      out_.append("%!(NOVERB)");
      return;
    }
    const Rune verb = decode_rune(format_.substr(position_));
    position_ += verb.size;
    print(verb.code);
  }

  void print(char32_t verb) {
    if (verb == '%') {
      out_.push_back('%');
    } else if (!good_index_) {
      complain(verb, "(BADINDEX)");
    } else if (next_ >= arguments_.size()) {
      complain(verb, "(MISSING)");
    } else {
      if (verb == 'v') {
        printer_.flags.sharp_v = std::exchange(printer_.flags.sharp, false);
        printer_.flags.plus_v = std::exchange(printer_.flags.plus, false);
      }
      printer_.print(arguments_[next_++], verb);
    }
  }

  void complain(char32_t verb, std::string_view what) {
    out_.append("%!");
    append_rune(out_, verb);
    out_.append(what);
  }

  void read_flags() {
    for (; position_ < format_.size(); ++position_) {
      switch (format_[position_]) {
        case '#': printer_.flags.sharp = true; break;
        case '0': printer_.flags.zero = true; break;
        case '+': printer_.flags.plus = true; break;
        case '-': printer_.flags.minus = true; break;
        case ' ': printer_.flags.space = true; break;
        default: return;
      }
    }
  }

  std::optional<int> read_number() {
    std::optional<int> number;
    while (position_ < format_.size() && format_[position_] >= '0' && format_[position_] <= '9') {
      number = number.value_or(0) * 10 + (format_[position_] - '0');
      ++position_;
      if (*number > kWidthMax) {  // as Go does, the rest of the format is lost
        position_ = format_.size();
        return std::nullopt;
      }
    }
    return number;
  }

  // `[3]`: the argument that comes next.
  void read_index() {
    if (!at('[')) return;
    reordered_ = true;
    const std::size_t close = format_.find(']', position_);
    if (close == std::string_view::npos) {
      good_index_ = false;
      ++position_;
      return;
    }
    const std::size_t start = std::exchange(position_, position_ + 1);
    const auto number = read_number();
    const bool closed = position_ == close;
    position_ = close + 1;
    if (start + 1 == close || !number || !closed || *number < 1 ||
        static_cast<std::size_t>(*number) > arguments_.size()) {
      good_index_ = false;
      return;
    }
    next_ = static_cast<std::size_t>(*number) - 1;
    after_index_ = true;
  }

  // `*`: a number from the arguments.
  std::optional<int> number_from_argument() {
    if (next_ >= arguments_.size()) return std::nullopt;
    const Val& value = arguments_[next_++];
    if (!value.valid() || !value.type()->is_integer()) return std::nullopt;
    if (value.integer() > kWidthMax || value.integer() < -kWidthMax) return std::nullopt;
    return static_cast<int>(value.integer());
  }

  void read_width() {
    Flags& flags = printer_.flags;
    if (!at('*')) {
      flags.width = read_number();
      if (after_index_ && flags.width) good_index_ = false;
      return;
    }
    ++position_;
    flags.width = number_from_argument();
    if (!flags.width) out_.append("%!(BADWIDTH)");
    if (flags.width && *flags.width < 0) {
      flags.width = -*flags.width;
      flags.minus = true;
      flags.zero = false;
    }
    after_index_ = false;
  }

  void read_precision() {
    if (!at('.')) return;
    ++position_;
    if (after_index_) good_index_ = false;
    after_index_ = false;
    read_index();
    if (!at('*')) {
      printer_.flags.precision = read_number().value_or(0);
      return;
    }
    ++position_;
    printer_.flags.precision = number_from_argument();
    if (printer_.flags.precision && *printer_.flags.precision < 0) printer_.flags.precision.reset();
    if (!printer_.flags.precision) out_.append("%!(BADPREC)");
    after_index_ = false;
  }

  void report_extra() {
    if (reordered_ || next_ >= arguments_.size()) return;
    printer_.flags = Flags{};
    out_.append("%!(EXTRA ");
    for (std::size_t i = next_; i < arguments_.size(); ++i) {
      if (i > next_) out_.append(", ");
      const Val& value = arguments_[i];
      if (value.valid() && !value.is(types::kInterface))
        out_.append(value.type()->name).push_back('=');
      printer_.print(value, 'v');
    }
    out_.push_back(')');
  }

  std::string_view format_;
  std::span<const Val> arguments_;
  std::string out_;
  Printer printer_;
  std::size_t position_ = 0;
  std::size_t next_ = 0;
  bool reordered_ = false;
  bool good_index_ = true;
  bool after_index_ = false;
};

}  // namespace

void print_value(std::string& out, const Val& value) {
  if (value.is_string()) {
    out.append(value.text());
    return;
  }
  Printer(out).print(value, 'v');
}

std::string print_one(const Val& value) {
  std::string out;
  print_value(out, value);
  return out;
}

std::string sprint(std::span<const Val> values) {
  std::string out;
  bool previous_is_string = true;
  for (const Val& value : values) {
    if (!value.is_string() && !previous_is_string) out.push_back(' ');
    print_value(out, value);
    previous_is_string = value.is_string();
  }
  return out;
}

std::string sprintln(std::span<const Val> values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out.push_back(' ');
    print_value(out, values[i]);
  }
  out.push_back('\n');
  return out;
}

std::string print_format(std::string_view format, std::span<const Val> arguments) {
  return Formatter(format, arguments).run();
}

}  // namespace gp::tmpl
