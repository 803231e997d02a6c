#pragma once
// Structured logging: one line an entry, `time level component message key=value …` on a terminal,
// JSON otherwise. No secrets: callers never pass one, and values are not inspected.
//
//   log::warn("store", "could not checkpoint", {{"file", path}, {"error", error.message}});

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace gp::log {

enum class Level { Debug, Info, Warn, Error };

struct Field {
  std::string_view key;
  std::string value;
};

struct Entry {
  Level level;
  std::string_view component;
  std::string_view message;
  std::initializer_list<Field> fields;
};

void set_level(Level level);
bool parse_level(std::string_view text, Level& out);
// Where entries go; the default writes to standard error. Tests collect. Thread safe.
using Sink = std::function<void(const Entry&)>;
void set_sink(Sink sink);  // empty: the default again

void write(Level level, std::string_view component, std::string_view message,
           std::initializer_list<Field> fields = {});
inline void debug(std::string_view c, std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::Debug, c, m, f);
}
inline void info(std::string_view c, std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::Info, c, m, f);
}
inline void warn(std::string_view c, std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::Warn, c, m, f);
}
inline void error(std::string_view c, std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::Error, c, m, f);
}

}  // namespace gp::log
