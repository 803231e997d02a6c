#pragma once
// The shortest decimal digits that read back as the same number; how to lay them out is the
// writer's choice.

#include <string>

namespace gp {

struct Decimal {
  bool negative = false;
  std::string digits;  // "15" for 1.5; no zeros at either end, except for zero itself
  int exponent = 0;    // of the first digit: 0 for 1.5, -1 for 0.15
};

Decimal shortest_decimal(double number);  // finite
Decimal shortest_decimal(float number);

// 150 for {"15", 2}, 0.0015 for {"15", -3}.
void append_plain(std::string& out, const Decimal& decimal);
// 1.5e+30; the exponent has at least `exponent_digits` digits.
void append_exponential(std::string& out, const Decimal& decimal, int exponent_digits);
// Go's 'g' with the shortest digits: exponential below 1e-4 and from 1e6 on.
void append_general(std::string& out, const Decimal& decimal);

}  // namespace gp
