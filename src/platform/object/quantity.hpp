#pragma once
// Kubernetes quantities: "500m", "1.5Gi", "2e3". Exact to a billionth, as the API server is.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp::object {

class Quantity {
 public:
  // The error's text is the real parser's.
  static Result<Quantity> parse(std::string_view text);

  // The one text that all equal quantities of the same form share: "1" for "1000m", "1536Mi" for
  // "1.5Gi".
  std::string to_string() const;

  std::int64_t value() const;        // whole units, rounded up
  std::int64_t milli_value() const;  // thousandths, rounded up
  bool is_zero() const { return nanos_ == 0; }
  bool is_negative() const { return nanos_ < 0; }

  friend std::strong_ordering operator<=>(const Quantity& a, const Quantity& b) {
    return a.nanos_ <=> b.nanos_;
  }
  friend bool operator==(const Quantity& a, const Quantity& b) { return a.nanos_ == b.nanos_; }

 private:
  enum class Form : std::uint8_t { Decimal, Binary, Exponent };
  __extension__ using Wide = __int128;

  Wide nanos_ = 0;
  Form form_ = Form::Decimal;
};

}  // namespace gp::object
