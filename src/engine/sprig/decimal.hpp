#pragma once
// Exact decimal arithmetic, as shopspring/decimal computes: addf 0.1 0.2 is 0.3.

#include <memory>

#include "base/result.hpp"

struct bignum_st;  // OpenSSL's BIGNUM

namespace gp::sprig {

struct BigNumberFree {
  void operator()(bignum_st* number) const;
};
using BigNumber = std::unique_ptr<bignum_st, BigNumberFree>;

// digits * 10^exponent.
class ExactDecimal {
 public:
  // The shortest decimal that reads back as `number`, which is finite.
  explicit ExactDecimal(double number);
  double to_double() const;

  ExactDecimal plus(const ExactDecimal& other) const;
  ExactDecimal minus(const ExactDecimal& other) const;
  ExactDecimal times(const ExactDecimal& other) const;
  // To 16 places, rounded half away from zero.
  Result<ExactDecimal> over(const ExactDecimal& other) const;

 private:
  ExactDecimal(BigNumber digits, int exponent);
  BigNumber scaled(int exponent) const;  // digits at a smaller exponent

  BigNumber digits_;
  int exponent_ = 0;
};

}  // namespace gp::sprig
