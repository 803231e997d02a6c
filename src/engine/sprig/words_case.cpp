// Snake, kebab and Pascal case, word for word as xstrings finds words.

#include "engine/sprig/runes.hpp"
#include "engine/sprig/words.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {
namespace {

constexpr char32_t kBad = 0xFFFD;

enum class WordKind { Invalid, Number, UpperCase, Alphabet, Connector, Punctuation, Other };

struct Word {
  WordKind kind = WordKind::Invalid;
  std::string_view text;
};

bool is_connector(char32_t rune) {
  return rune == '-' || rune == '_' || is_space(rune);
}

// Letters of scripts that write words apart: not the Chinese characters.
bool is_alphabet(char32_t rune) {
  if (!is_letter(rune)) return false;
  const bool is_han = (rune >= 0x4E00 && rune <= 0x9FCC) || (rune >= 0x3400 && rune <= 0x4D85) ||
                      (rune >= 0x20000 && rune <= 0x2B81D);
  return !is_han;
}

// The next character that is well formed, with the bad bytes before it; `otherwise` if none is.
tmpl::Rune next_valid(std::string_view text, char32_t otherwise) {
  std::uint32_t size = 0;
  while (!text.empty()) {
    const tmpl::Rune rune = tmpl::decode_rune(text);
    size += rune.size;
    if (rune.code != kBad) return {rune.code, size};
    text.remove_prefix(rune.size);
  }
  return {otherwise, size};
}

// Reads one word after another off a text.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }

  Word next() {
    if (rest_.empty()) return {};
    const std::string_view whole = rest_;
    rune_ = next_valid(rest_, kBad);
    if (rune_.code == kBad) {
      rest_ = {};
      return {WordKind::Invalid, whole};
    }
    const WordKind kind = kind_of(rune_.code);
    rest_.remove_prefix(rune_.size);
    switch (kind) {
      case WordKind::Connector: take(is_connector); break;
      case WordKind::Punctuation: take(is_punctuation); break;
      case WordKind::Alphabet: take(is_small); break;
      case WordKind::Number: take(is_number); break;
      case WordKind::UpperCase: take_capitalized(whole); break;
      default: take(is_other); break;
    }
    return {kind, whole.substr(0, whole.size() - rest_.size())};
  }

 private:
  static bool is_small(char32_t rune) { return is_alphabet(rune) && !is_upper(rune); }
  static bool is_other(char32_t rune) {
    return !is_connector(rune) && !is_alphabet(rune) && !is_number(rune) && !is_punctuation(rune);
  }

  static WordKind kind_of(char32_t rune) {
    if (is_connector(rune)) return WordKind::Connector;
    if (is_punctuation(rune)) return WordKind::Punctuation;
    if (is_upper(rune)) return WordKind::UpperCase;
    if (is_alphabet(rune)) return WordKind::Alphabet;
    return is_number(rune) ? WordKind::Number : WordKind::Other;
  }

  template <typename Predicate>
  void take(const Predicate& belongs) {
    while (!rest_.empty()) {
      rune_ = next_valid(rest_, rune_.code);
      if (!belongs(rune_.code)) return;
      rest_.remove_prefix(rune_.size);
    }
  }

  // "Status", or "HTTP" of "HTTPStatus": the last capital begins the next word.
  void take_capitalized(std::string_view whole) {
    if (rest_.empty()) return;
    rune_ = next_valid(rest_, rune_.code);
    if (!is_upper(rune_.code)) {
      if (is_alphabet(rune_.code)) take(is_small);
      return;
    }
    std::string_view before_last = rest_;
    while (!rest_.empty()) {
      rune_ = next_valid(rest_, rune_.code);
      if (!is_upper(rune_.code)) break;
      before_last = rest_;
      rest_.remove_prefix(rune_.size);
    }
    if (!rest_.empty() && is_alphabet(rune_.code) && before_last.size() < whole.size())
      rest_ = before_last;
  }

  std::string_view rest_;
  tmpl::Rune rune_;
};

class LowerCase {
 public:
  LowerCase(std::string_view text, char connector) : words_(text), connector_(connector) {}

  std::string run() {
    word_ = words_.next();
    while (!words_.at_end()) {
      if (word_.kind != WordKind::Connector) write(word_);
      const Word last = word_;
      word_ = words_.next();
      switch (last.kind) {
        case WordKind::Number: join_letters_and_numbers(); break;
        case WordKind::Connector: write(last); break;
        case WordKind::Punctuation: break;
        default: after_letters(); break;
      }
    }
    write(word_);
    return std::move(out_);
  }

 private:
  void write(const Word& word) {
    if (word.kind != WordKind::UpperCase && word.kind != WordKind::Connector) {
      out_.append(word.text);
      return;
    }
    for (const char32_t rune : runes_of(word.text))
      tmpl::append_rune(out_,
                        is_connector(rune) ? static_cast<char32_t>(connector_) : to_lower(rune));
  }

  bool separates() const {
    return word_.kind != WordKind::Connector && word_.kind != WordKind::Punctuation;
  }

  void join_letters_and_numbers() {
    while (word_.kind == WordKind::Alphabet || word_.kind == WordKind::Number) {
      write(word_);
      word_ = words_.next();
    }
    if (word_.kind != WordKind::Invalid && separates()) out_.push_back(connector_);
  }

  void after_letters() {
    if (word_.kind != WordKind::Number) {
      if (separates()) out_.push_back(connector_);
      return;
    }
    if (words_.at_end()) return;
    const Word number = word_;
    word_ = words_.next();
    // "Bld4Floor" is bld4_floor, but "HTTP2xx" is http_2xx.
    if (word_.kind != WordKind::Alphabet) {
      write(number);
      if (separates()) out_.push_back(connector_);
      return;
    }
    out_.push_back(connector_);
    write(number);
    join_letters_and_numbers();
  }

  Words words_;
  const char connector_;
  Word word_;
  std::string out_;
};

}  // namespace

std::string snake_case(std::string_view text) {
  return LowerCase(text, '_').run();
}

std::string kebab_case(std::string_view text) {
  return LowerCase(text, '-').run();
}

std::string pascal_case(std::string_view text) {
  const std::vector<char32_t> runes = runes_of(text);
  if (runes.empty()) return "";
  std::string out;
  std::size_t i = 0;
  // Connectors at the beginning stay.
  while (i < runes.size() && is_connector(runes[i])) tmpl::append_rune(out, runes[i++]);
  char32_t rune = i < runes.size() ? to_upper(runes[i]) : runes.back();
  bool after_capital = i < runes.size() && is_upper(runes[i]);
  for (++i; i < runes.size(); ++i) {
    const char32_t previous = rune;
    rune = runes[i];
    if (is_connector(previous) && !is_connector(rune)) {
      after_capital = is_upper(rune);
      rune = to_upper(rune);
      continue;
    }
    if (!is_connector(previous)) {
      if (after_capital && is_upper(rune)) {
        rune = to_lower(rune);
      } else {
        after_capital = false;
      }
    }
    tmpl::append_rune(out, previous);
  }
  tmpl::append_rune(out, rune);
  return out;
}

}  // namespace gp::sprig
