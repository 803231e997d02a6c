#include "base/text_cases.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace gp {
namespace {

constexpr std::string_view kName = "name: ";

std::string without_last_newlines(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// A file is its remarks and cases, each case its lines up to `----` as they stand.
struct File {
  std::string remarks;
  std::vector<TextCase> cases;
  std::vector<std::string> heads;
};

void add_field_line(TextCase& test, std::string& field, const std::string& line) {
  if (line.starts_with("  ") || line.empty()) {
    std::string& text = test.fields[field];
    if (!text.empty() || test.fields.contains(field + "\n")) text += '\n';
    test.fields[field + "\n"];  // marks "has had a first line", also an empty one
    text += line.empty() ? line : line.substr(2);
    return;
  }
  const std::size_t colon = line.find(':');
  field = line.substr(0, colon);
  const std::size_t text = line.find_first_not_of(' ', std::min(colon, line.size() - 1) + 1);
  test.fields[field] = text == std::string::npos ? "" : line.substr(text);
}

File parse_file(std::istream& in) {
  File file;
  std::string line;
  std::string field;
  bool in_expected = false;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.starts_with(kName)) {
      TextCase& test = file.cases.emplace_back();
      test.name = line.substr(kName.size());
      test.line = number;
      file.heads.push_back(line + "\n");
      in_expected = false;
      field.clear();
    } else if (file.cases.empty()) {
      file.remarks += line + "\n";
    } else if (in_expected) {
      file.cases.back().expected += line + "\n";
    } else {
      file.heads.back() += line + "\n";
      in_expected = line == "----";
      if (!in_expected) add_field_line(file.cases.back(), field, line);
    }
  }
  for (TextCase& test : file.cases) {
    test.expected = without_last_newlines(std::move(test.expected));
    std::erase_if(test.fields, [](const auto& f) { return f.first.ends_with('\n'); });
  }
  return file;
}

}  // namespace

const std::string& TextCase::field(const std::string& key) const {
  static const std::string none;
  const auto found = fields.find(key);
  return found == fields.end() ? none : found->second;
}

std::vector<std::string> run_text_cases(const std::string& path,
                                        const std::function<std::string(const TextCase&)>& run) {
  std::ifstream in(path);
  if (!in) return {path + ": cannot be read"};
  const File file = parse_file(in);
  if (file.cases.empty()) return {path + ": holds no case"};

  std::vector<std::string> failures;
  std::string rewritten = file.remarks;
  for (std::size_t i = 0; i < file.cases.size(); ++i) {
    const TextCase& test = file.cases[i];
    const std::string actual = without_last_newlines(run(test));
    rewritten += file.heads[i] + actual + "\n" + (i + 1 < file.cases.size() ? "\n" : "");
    if (actual == test.expected) continue;
    failures.push_back(fmt::format("{}:{}: {}\n--- expected\n{}\n--- came out\n{}", path, test.line,
                                   test.name, test.expected, actual));
  }
  if (std::getenv("GP_REWRITE") != nullptr && !failures.empty()) std::ofstream(path) << rewritten;
  return failures;
}

}  // namespace gp
