#include "base/log.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace gp::log {
namespace {

std::atomic<Level> g_level{Level::Info};

struct Output {
  std::mutex mutex;  // guards `sink`
  std::shared_ptr<const Sink> sink;
};

Output& output() {
  static Output output;
  return output;
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::Debug: return "debug";
    case Level::Info: return "info";
    case Level::Warn: return "warn";
    case Level::Error: return "error";
  }
  return "unknown";
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=\\\n\r\t") != std::string_view::npos;
}

std::string as_text(const Entry& entry) {
  std::string line = fmt::format("{} {:<5} {} {}", format_time(system_clock().now()),
                                 level_name(entry.level), entry.component, entry.message);
  for (const Field& field : entry.fields) {
    line.append(1, ' ').append(field.key).append(1, '=');
    if (needs_quotes(field.value)) {
      append_json_string(line, field.value, false);
    } else {
      line += field.value;
    }
  }
  return line + "\n";
}

std::string as_json(const Entry& entry) {
  std::string line = "{\"time\":";
  const auto member = [&line](std::string_view key, std::string_view value) {
    line += ',';
    append_json_string(line, key, false);
    line += ':';
    append_json_string(line, value, false);
  };
  append_json_string(line, format_time_micro(system_clock().now()), false);
  member("level", level_name(entry.level));
  member("component", entry.component);
  member("message", entry.message);
  for (const Field& field : entry.fields) member(field.key, field.value);
  return line + "}\n";
}

// One write an entry, so that lines of several threads and processes do not mix.
void write_to_stderr(const Entry& entry) {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  const std::string line = terminal ? as_text(entry) : as_json(entry);
  // Nothing can be done about a log that cannot be written.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void set_level(Level level) {
  g_level = level;
}

bool parse_level(std::string_view text, Level& out) {
  for (const Level level : {Level::Debug, Level::Info, Level::Warn, Level::Error}) {
    if (text != level_name(level)) continue;
    out = level;
    return true;
  }
  return false;
}

void set_sink(Sink sink) {
  auto shared = sink ? std::make_shared<const Sink>(std::move(sink)) : nullptr;
  const std::lock_guard lock(output().mutex);
  output().sink = std::move(shared);
}

void write(Level level, std::string_view component, std::string_view message,
           std::initializer_list<Field> fields) {
  if (level < g_level.load(std::memory_order_relaxed)) return;
  std::shared_ptr<const Sink> sink;
  {
    const std::lock_guard lock(output().mutex);
    sink = output().sink;
  }
  const Entry entry{level, component, message, fields};
  if (sink != nullptr) {
    (*sink)(entry);
  } else {
    write_to_stderr(entry);
  }
}

}  // namespace gp::log
