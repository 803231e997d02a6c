#pragma once
// Result<T>: a value or an Error. TRY unwraps or returns; GP_CHECK is for our own mistakes and
// aborts.
//
//   Result<Config> load(const std::string& path) {
//     const std::string text = TRY(read_file(path));
//     return parse(text);
//   }
//
// TRY is a whole initialiser, statement or return; never an argument and never in a coroutine.

#include <expected>
#include <type_traits>
#include <utility>

#include "base/error.hpp"

namespace gp {

template <typename T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

namespace detail {

template <typename T>
T take(std::expected<T, Error>&& result) {
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

[[noreturn]] void check_failed(const char* file, int line, const char* condition, const char* why);

}  // namespace detail
}  // namespace gp

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#define TRY(expression)                                                        \
  __extension__({                                                              \
    auto gp_try_result_ = (expression);                                        \
    if (!gp_try_result_) return ::gp::fail(std::move(gp_try_result_).error()); \
    ::gp::detail::take(std::move(gp_try_result_));                             \
  })

#define GP_CHECK(condition, why)                                                       \
  do {                                                                                 \
    if (!(condition)) ::gp::detail::check_failed(__FILE__, __LINE__, #condition, why); \
  } while (false)
// NOLINTEND(cppcoreguidelines-macro-usage)
