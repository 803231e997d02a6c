#include "engine/sprig/decimal.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/decimal.hpp"

namespace gp::sprig {
namespace {

constexpr int kDivisionPlaces = 16;

BigNumber new_number() {
  BigNumber number(BN_new());
  GP_CHECK(number, "memory for a number");
  return number;
}

struct Scratch {
  Scratch() : context(BN_CTX_new()) { GP_CHECK(context, "memory for a number"); }
  ~Scratch() { BN_CTX_free(context); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  BN_CTX* const context;
};

void multiply(BIGNUM* into, const BIGNUM* a, const BIGNUM* b) {
  const Scratch scratch;
  GP_CHECK(BN_mul(into, a, b, scratch.context) == 1, "memory for a product");
}

BigNumber power_of_ten(int exponent) {
  BigNumber power = new_number();
  GP_CHECK(BN_one(power.get()) == 1, "memory for a number");
  for (int i = 0; i < exponent; ++i) BN_mul_word(power.get(), 10);
  return power;
}

}  // namespace

void BigNumberFree::operator()(bignum_st* number) const {
  BN_free(number);
}

ExactDecimal::ExactDecimal(BigNumber digits, int exponent)
    : digits_(std::move(digits)), exponent_(exponent) {}

ExactDecimal::ExactDecimal(double number) {
  const Decimal decimal = shortest_decimal(number);
  BIGNUM* digits = nullptr;
  GP_CHECK(BN_dec2bn(&digits, decimal.digits.c_str()) > 0, "digits are a number");
  digits_.reset(digits);
  if (decimal.negative) BN_set_negative(digits, 1);
  exponent_ = decimal.exponent - static_cast<int>(decimal.digits.size()) + 1;
}

double ExactDecimal::to_double() const {
  char* digits = BN_bn2dec(digits_.get());
  const std::string text = std::string(digits) + "e" + std::to_string(exponent_);
  OPENSSL_free(digits);
  return std::strtod(text.c_str(), nullptr);
}

BigNumber ExactDecimal::scaled(int exponent) const {
  BigNumber result = new_number();
  multiply(result.get(), digits_.get(), power_of_ten(exponent_ - exponent).get());
  return result;
}

ExactDecimal ExactDecimal::plus(const ExactDecimal& other) const {
  const int exponent = std::min(exponent_, other.exponent_);
  BigNumber sum = scaled(exponent);
  GP_CHECK(BN_add(sum.get(), sum.get(), other.scaled(exponent).get()) == 1, "memory for a sum");
  return {std::move(sum), exponent};
}

ExactDecimal ExactDecimal::minus(const ExactDecimal& other) const {
  const int exponent = std::min(exponent_, other.exponent_);
  BigNumber rest = scaled(exponent);
  GP_CHECK(BN_sub(rest.get(), rest.get(), other.scaled(exponent).get()) == 1,
           "memory for a difference");
  return {std::move(rest), exponent};
}

ExactDecimal ExactDecimal::times(const ExactDecimal& other) const {
  BigNumber product = new_number();
  multiply(product.get(), digits_.get(), other.digits_.get());
  return {std::move(product), exponent_ + other.exponent_};
}

Result<ExactDecimal> ExactDecimal::over(const ExactDecimal& other) const {
  if (BN_is_zero(other.digits_.get())) return fail(invalid_argument("decimal division by 0"));
  // quotient * 10^-16 = this / other: bring the powers of ten to the side where they multiply.
  const int shift = exponent_ - other.exponent_ + kDivisionPlaces;
  BigNumber dividend = new_number();
  BigNumber divisor = new_number();
  multiply(dividend.get(), digits_.get(), power_of_ten(std::max(shift, 0)).get());
  multiply(divisor.get(), other.digits_.get(), power_of_ten(std::max(-shift, 0)).get());

  BigNumber quotient = new_number();
  BigNumber rest = new_number();
  const Scratch scratch;
  GP_CHECK(BN_div(quotient.get(), rest.get(), dividend.get(), divisor.get(), scratch.context) == 1,
           "the divisor is not zero");
  BN_lshift1(rest.get(), rest.get());
  if (BN_ucmp(rest.get(), divisor.get()) >= 0) {
    const bool is_negative = BN_is_negative(dividend.get()) != BN_is_negative(divisor.get());
    if (is_negative) {
      BN_sub_word(quotient.get(), 1);
    } else {
      BN_add_word(quotient.get(), 1);
    }
  }
  return ExactDecimal(std::move(quotient), -kDivisionPlaces);
}

}  // namespace gp::sprig
