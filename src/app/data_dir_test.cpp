#include "app/data_dir.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace gp;

TEST_CASE("data folder: an option wins and becomes absolute") {
  CHECK(app::choose_data_dir("/tmp/x/../y") == "/tmp/y");
  CHECK(app::choose_data_dir("relative").starts_with("/"));
}

TEST_CASE("data folder: one that cannot be made says which and what to do") {
  const auto made = app::ensure_data_dir("/proc/goldenpath");

  REQUIRE(!made);
  CHECK(made.error().message.starts_with("cannot create the data folder /proc/goldenpath"));
  CHECK(made.error().hint == "choose another one with --data DIR");
}
