#pragma once
// Tests as text files: many cases a file, rewritten by one command and reviewed as code.
//
//   name: a missing value names what to set
//   template: {{ required "set image.tag" .Values.image.tag }}
//   values:
//     image: {}
//   ----
//   error: set image.tag
//
// A field is `word: text` on one line, or `word:` and lines indented by two spaces. What follows
// `----`, up to the next `name:`, is expected; blank lines at its end do not count. Lines before
// the first `name:` are remarks. With GP_REWRITE=1 in the environment the file is rewritten with
// what came out.

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gp {

struct TextCase {
  std::string name;
  std::map<std::string, std::string> fields;
  std::string expected;
  int line = 0;  // of `name:`

  const std::string& field(const std::string& key) const;  // empty if absent
  bool has(const std::string& key) const { return fields.contains(key); }
};

// Runs every case; one text for each that failed (or for a file that cannot be read or holds no
// case).
std::vector<std::string> run_text_cases(const std::string& path,
                                        const std::function<std::string(const TextCase&)>& run);

}  // namespace gp
