#include "platform/object/columns.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "platform/object/test_kinds.hpp"

namespace gp::object {
namespace {

// The table of one object as `kubectl get -o wide` prints it: a heading and a cell a line.
std::string table(const TextCase& test) {
  const KindPtr kind = test_kinds().resolve(test.field("kind"));
  if (!kind) return "no such kind\n";
  const auto object = parse_json(test.field("json"));
  if (!object) return object.error().message + "\n";
  const TimePoint now = *parse_time("2026-11-24T12:00:00Z");
  const Value definitions = column_definitions(*kind);
  const Value cells = row_cells(*kind, *object, now);
  std::string out;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    const bool is_wide = definitions.at(i)["priority"].integer() > 0;
    out += fmt::format("{}{}: {}\n", is_wide ? "+" : "", definitions.at(i)["name"].text(),
                       to_json(cells.at(i), {.escape_html = false}));
  }
  return out;
}

}  // namespace

TEST_CASE("columns: tables have the columns that people know") {
  const auto failures =
      run_text_cases(GP_SOURCE_DIR "/src/platform/object/testdata/columns.txt", table);
  for (const std::string& failure : failures) FAIL_CHECK(failure);
}

TEST_CASE("columns: every kind has as many cells as columns, and the name among them") {
  for (const KindPtr& kind : test_kinds().all()) {
    const Value definitions = column_definitions(*kind);
    CHECK(row_cells(*kind, Value::object(), TimePoint{}).size() == definitions.size());
    int names = 0;
    for (const Value& definition : definitions.items()) {
      names += definition["format"].text() == "name" ? 1 : 0;
      CHECK_FALSE(definition["name"].empty());
      CHECK_FALSE(definition["description"].empty());
    }
    CHECK_MESSAGE(names == 1, kind->resource());
  }
}

}  // namespace gp::object
