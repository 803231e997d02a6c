#include "adapter/process/process.hpp"

#include <doctest/doctest.h>

using namespace gp;

namespace {

Context soon() {
  return Context(system_clock(), std::chrono::seconds(20));
}

}  // namespace

TEST_CASE("process: output, errors and exit code come back") {
  const auto done =
      process::run(soon(), {.arguments = {"sh", "-c", "echo out; echo err >&2; exit 3"}});

  REQUIRE(done);
  CHECK(done->output == "out\n");
  CHECK(done->errors == "err\n");
  CHECK(done->exit_code == 3);
}

TEST_CASE("process: the folder and the environment are the command's") {
  const auto done = process::run(
      soon(),
      {.arguments = {"sh", "-c", "pwd; echo $GP_X"}, .folder = "/", .environment = {"GP_X=5"}});

  REQUIRE(done);
  CHECK(done->output == "/\n5\n");
}

TEST_CASE("process: a program that is not there is named") {
  const auto done = process::run(soon(), {.arguments = {"no-such-program-anywhere"}});

  REQUIRE(!done);
  CHECK(done.error().code == Code::NotFound);
  CHECK(done.error().message.starts_with("cannot run \"no-such-program-anywhere\""));
}

TEST_CASE("process: too much output ends the program") {
  const auto done = process::run(soon(), {.arguments = {"yes"}, .output_bytes_max = 1000});

  REQUIRE(!done);
  CHECK(done.error().code == Code::TooLarge);
}

TEST_CASE("process: a stop request ends the program and its children") {
  std::stop_source stop;
  stop.request_stop();

  const auto done =
      process::run(Context(system_clock(), std::chrono::seconds(20), stop.get_token()),
                   {.arguments = {"sh", "-c", "sleep 1000"}});

  REQUIRE(!done);
  CHECK(done.error().code == Code::Cancelled);
}
