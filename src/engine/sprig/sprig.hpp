#pragma once
// The template functions of sprig 3.3.0 over engine/template, as Helm 3.17 has them: all of
// sprig's text functions except `env` and `expandenv`, which would show a chart its host.
//
//   tmpl::FunctionTable functions;
//   sprig::add_functions(functions, {.clock = &clock, .random = &random});
//
// Results, Go type names and error texts are those of Go, panics included ("runtime error: integer
// divide by zero"). What a function makes is limited in size (kBytesMax, kItemsMax).

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "engine/template/template.hpp"

namespace gp::sprig {

struct Environment {
  const Clock* clock = &system_clock();  // now, ago, htmlDate of no date, validity of certificates
  Random* random = &system_random();     // randAlpha and its kin, uuidv4, shuffle, private keys
  // For getHostByName; without it the function gives "", as Helm does without --enable-dns.
  std::function<std::string(std::string_view name)> resolve;
};

// Adds the functions; what `environment` points at outlives the table.
void add_functions(tmpl::FunctionTable& table, const Environment& environment = {});

// The most that one call may make; beyond it the call fails with Code::TooLarge.
inline constexpr std::size_t kBytesMax = std::size_t{64} << 20;
inline constexpr std::size_t kItemsMax = 2'000'000;

}  // namespace gp::sprig
