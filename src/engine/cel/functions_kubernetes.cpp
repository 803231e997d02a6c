// Optional values, and Kubernetes' libraries for quantities, URLs, IP addresses and ranges.

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "engine/cel/functions.hpp"

namespace gp::cel {
namespace {

using Kind = Val::Kind;

// ---- optionals
// -----------------------------------------------------------------------------------------------------

bool is_zero(const Val& v) {
  switch (v.kind()) {
    case Kind::Null: return true;
    case Kind::Bool: return !v.as_bool();
    case Kind::Int: return v.as_int() == 0;
    case Kind::Uint: return v.as_uint() == 0;
    case Kind::Double: return v.as_double() == 0;
    case Kind::String:
    case Kind::Bytes:
    case Kind::List:
    case Kind::Map: return v.size() == 0;
    default: return false;
  }
}

Val optional_of(Arguments a) {
  return Val::optional_of(a[0]);
}
Val optional_none(Arguments) {
  return Val::optional_none();
}
Val optional_of_non_zero(Arguments a) {
  return is_zero(a[0]) ? Val::optional_none() : Val::optional_of(a[0]);
}
Val optional_values(Arguments a) {
  if (!a[0].is(Kind::Optional)) return no_such_overload("optMap", a);
  const Val* value = a[0].optional_value();
  return Val::list(value == nullptr ? ValList{} : ValList{*value});
}
Val has_value(Arguments a) {
  return Val::boolean(a[0].optional_value() != nullptr);
}
Val value(Arguments a) {
  const Val* inner = a[0].optional_value();
  return inner == nullptr ? Val::error("optional.none() dereference") : *inner;
}
Val or_else(Arguments a) {
  return a[0].optional_value() == nullptr ? a[1] : a[0];
}
Val or_value(Arguments a) {
  return a[0].optional_value() == nullptr ? a[1] : *a[0].optional_value();
}

// ---- quantities: a decimal number with an SI or binary suffix
// --------------------------------------------------------

// In units of 10^-9, exactly: what Kubernetes' resource.Quantity keeps.
__extension__ using Nano = __int128;
constexpr int kNanoDigits = 9;

struct Quantity final : Opaque {
  Nano amount = 0;
};

struct Scale {
  std::int64_t factor = 1;  // of a binary suffix
  int exponent = 0;         // of ten
};

bool read_scale(std::string_view suffix, Scale& scale) {
  constexpr std::array<std::pair<std::string_view, Scale>, 16> kSuffixes = {
      {{"n", {1, -9}},
       {"u", {1, -6}},
       {"m", {1, -3}},
       {"", {1, 0}},
       {"k", {1, 3}},
       {"M", {1, 6}},
       {"G", {1, 9}},
       {"T", {1, 12}},
       {"P", {1, 15}},
       {"E", {1, 18}},
       {"Ki", {1LL << 10U, 0}},
       {"Mi", {1LL << 20U, 0}},
       {"Gi", {1LL << 30U, 0}},
       {"Ti", {1LL << 40U, 0}},
       {"Pi", {1LL << 50U, 0}},
       {"Ei", {1LL << 60U, 0}}}};
  for (const auto& [name, value] : kSuffixes) {
    if (name == suffix) {
      scale = value;
      return true;
    }
  }
  if (suffix.front() != 'e' && suffix.front() != 'E') return false;
  std::string_view digits = suffix.substr(1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const auto done = std::from_chars(digits.data(), digits.data() + digits.size(), scale.exponent);
  return !digits.empty() && done.ec == std::errc() && done.ptr == digits.data() + digits.size() &&
         std::abs(scale.exponent) <= 100;
}

// Whole units, or thousandths and less as a decimal suffix: enough for messages.
std::string quantity_text(Nano amount) {
  for (const auto& [unit, suffix] :
       {std::pair{1'000'000'000LL, ""}, {1'000'000LL, "m"}, {1'000LL, "u"}, {1LL, "n"}}) {
    if (amount % unit == 0) return fmt::format("{}{}", amount / unit, suffix);
  }
  return {};
}

std::shared_ptr<Quantity> make_quantity(Nano amount) {
  auto out = std::make_shared<Quantity>();
  out->type = "kubernetes.Quantity";
  out->amount = amount;
  out->text = quantity_text(amount);
  return out;
}

std::shared_ptr<Quantity> parse_quantity(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  Nano mantissa = 0;
  int fraction = 0;
  bool has_point = false;
  std::size_t at = 0;
  std::size_t digits = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !has_point) {
      has_point = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') break;
    if (++digits > 30) return nullptr;
    mantissa = mantissa * 10 + (text[at] - '0');
    fraction += has_point ? 1 : 0;
  }
  Scale scale;
  if (digits == 0 || !read_scale(text.substr(at), scale)) return nullptr;
  if (__builtin_mul_overflow(mantissa, static_cast<Nano>(scale.factor), &mantissa)) return nullptr;
  int exponent = kNanoDigits - fraction + scale.exponent;
  for (; exponent > 0 && mantissa != 0; --exponent) {
    if (__builtin_mul_overflow(mantissa, static_cast<Nano>(10), &mantissa)) return nullptr;
  }
  for (; exponent < 0 && mantissa != 0; ++exponent)
    mantissa = (mantissa + 9) / 10;  // rounds up, as Quantity does
  return make_quantity(is_negative ? -mantissa : mantissa);
}

const Quantity* as_quantity(const Val& v) {
  return v.is(Kind::Opaque) ? dynamic_cast<const Quantity*>(v.as_opaque().get()) : nullptr;
}

Val quantity(Arguments a) {
  auto parsed = parse_quantity(a[0].text());
  if (!parsed) {
    return Val::error(
        "quantities must match the regular expression "
        "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }
  return Val::opaque(std::move(parsed));
}
Val is_quantity(Arguments a) {
  return Val::boolean(parse_quantity(a[0].text()) != nullptr);
}

constexpr Nano kUnit = 1'000'000'000;

template <typename Use>
Val with_quantities(std::string_view name, Arguments a, Use use) {
  const Quantity* left = as_quantity(a[0]);
  if (left == nullptr) return no_such_overload(name, a);
  if (a.size() == 1) return use(left->amount, Nano{0});
  if (a[1].is(Kind::Int)) return use(left->amount, static_cast<Nano>(a[1].as_int()) * kUnit);
  const Quantity* right = as_quantity(a[1]);
  return right == nullptr ? no_such_overload(name, a) : use(left->amount, right->amount);
}

Val is_less_than(Arguments a) {
  return with_quantities("isLessThan", a, [](Nano x, Nano y) { return Val::boolean(x < y); });
}
Val is_greater_than(Arguments a) {
  return with_quantities("isGreaterThan", a, [](Nano x, Nano y) { return Val::boolean(x > y); });
}
Val compare_to(Arguments a) {
  return with_quantities("compareTo", a, [](Nano x, Nano y) {
    return Val::integer(x < y ? -1 : x > y ? 1 : 0);
  });
}
Val sum_of(Nano x, Nano y) {
  Nano out = 0;
  return __builtin_add_overflow(x, y, &out) ? Val::error("quantity overflow")
                                            : Val::opaque(make_quantity(out));
}
Val quantity_add(Arguments a) {
  return with_quantities("add", a, sum_of);
}
Val quantity_sub(Arguments a) {
  return with_quantities("sub", a, [](Nano x, Nano y) { return sum_of(x, -y); });
}
Val sign(Arguments a) {
  return with_quantities("sign", a, [](Nano x, Nano) {
    return Val::integer(x < 0 ? -1 : x > 0 ? 1 : 0);
  });
}
bool is_whole(Nano x) {
  return x % kUnit == 0 && x / kUnit <= INT64_MAX && x / kUnit >= INT64_MIN;
}
Val is_integer(Arguments a) {
  return with_quantities("isInteger", a, [](Nano x, Nano) { return Val::boolean(is_whole(x)); });
}
Val as_integer(Arguments a) {
  return with_quantities("asInteger", a, [](Nano x, Nano) {
    return is_whole(x) ? Val::integer(static_cast<std::int64_t>(x / kUnit))
                       : Val::error("cannot convert value to integer");
  });
}
Val as_approximate_float(Arguments a) {
  return with_quantities("asApproximateFloat", a,
                         [](Nano x, Nano) { return Val::number(static_cast<double>(x) / 1e9); });
}

// ---- URLs
// ------------------------------------------------------------------------------------------------------------

struct Url final : Opaque {
  std::string scheme, host, path, query;
};

std::shared_ptr<Url> parse_url(std::string_view text) {
  auto url = std::make_shared<Url>();
  url->type = "kubernetes.URL";
  url->text = std::string(text);
  std::string_view rest = text.substr(0, text.find('#'));
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    url->query = std::string(rest.substr(mark + 1));
    rest = rest.substr(0, mark);
  }
  if (const auto scheme = rest.find("://"); scheme != std::string_view::npos && scheme > 0) {
    url->scheme = std::string(rest.substr(0, scheme));
    rest = rest.substr(scheme + 3);
    const auto slash = std::min(rest.find('/'), rest.size());
    url->host = std::string(rest.substr(0, slash));
    rest = rest.substr(slash);
    if (url->host.find(' ') != std::string::npos) return nullptr;
  } else if (!rest.starts_with('/')) {
    return nullptr;  // Kubernetes takes absolute URLs and absolute paths only
  }
  url->path = std::string(rest);
  return url;
}

template <typename Use>
Val with_url(std::string_view name, Arguments a, Use use) {
  const auto* url =
      a[0].is(Kind::Opaque) ? dynamic_cast<const Url*>(a[0].as_opaque().get()) : nullptr;
  return url == nullptr ? no_such_overload(name, a) : use(*url);
}

Val url(Arguments a) {
  auto parsed = parse_url(a[0].text());
  if (!parsed)
    return Val::error(fmt::format(
        "URL parse error during conversion from string: parse \"{}\": invalid URI", a[0].text()));
  return Val::opaque(std::move(parsed));
}
Val is_url(Arguments a) {
  return Val::boolean(parse_url(a[0].text()) != nullptr);
}
Val get_scheme(Arguments a) {
  return with_url("getScheme", a, [](const Url& u) { return Val::string(u.scheme); });
}
Val get_host(Arguments a) {
  return with_url("getHost", a, [](const Url& u) { return Val::string(u.host); });
}
std::size_t port_colon(const std::string& host) {
  const auto colon = host.rfind(':');
  const auto bracket = host.rfind(']');
  return colon == std::string::npos || (bracket != std::string::npos && colon < bracket)
             ? std::string::npos
             : colon;
}
Val get_hostname(Arguments a) {
  return with_url("getHostname", a, [](const Url& u) {
    std::string name = u.host.substr(0, port_colon(u.host));
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    return Val::string(std::move(name));
  });
}
Val get_port(Arguments a) {
  return with_url("getPort", a, [](const Url& u) {
    const auto colon = port_colon(u.host);
    return Val::string(colon == std::string::npos ? std::string() : u.host.substr(colon + 1));
  });
}
Val get_escaped_path(Arguments a) {
  return with_url("getEscapedPath", a, [](const Url& u) { return Val::string(u.path); });
}

// ---- IP addresses and ranges
// -----------------------------------------------------------------------------------------

struct Ip final : Opaque {
  std::array<unsigned char, 16> bytes{};
  int family = 4;
  int prefix = -1;  // of a CIDR; -1 for an address
};

std::shared_ptr<Ip> parse_ip(std::string_view text) {
  auto ip = std::make_shared<Ip>();
  const std::string copy(text);
  if (copy.size() > 45 || copy.find('%') != std::string::npos) return nullptr;
  if (::inet_pton(AF_INET, copy.c_str(), ip->bytes.data()) == 1) {
    ip->family = 4;
  } else if (::inet_pton(AF_INET6, copy.c_str(), ip->bytes.data()) == 1 &&
             copy.find('.') == std::string::npos) {
    ip->family = 6;
  } else {
    return nullptr;
  }
  std::array<char, INET6_ADDRSTRLEN> out{};
  ::inet_ntop(ip->family == 4 ? AF_INET : AF_INET6, ip->bytes.data(), out.data(), out.size());
  ip->type = "net.IP";
  ip->text = out.data();
  return ip;
}

std::shared_ptr<Ip> parse_cidr(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return nullptr;
  auto ip = parse_ip(text.substr(0, slash));
  if (!ip) return nullptr;
  const std::string_view digits = text.substr(slash + 1);
  const auto done = std::from_chars(digits.data(), digits.data() + digits.size(), ip->prefix);
  if (done.ec != std::errc() || done.ptr != digits.data() + digits.size()) return nullptr;
  if (ip->prefix < 0 || ip->prefix > (ip->family == 4 ? 32 : 128)) return nullptr;
  ip->type = "net.CIDR";
  ip->text = std::string(text);
  return ip;
}

const Ip* as_ip(const Val& v) {
  return v.is(Kind::Opaque) ? dynamic_cast<const Ip*>(v.as_opaque().get()) : nullptr;
}

bool covers(const Ip& range, const Ip& address) {
  if (range.family != address.family) return false;
  for (int bit = 0; bit < range.prefix; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const unsigned mask = 0x80U >> static_cast<unsigned>(bit % 8);
    if ((range.bytes[at] & mask) != (address.bytes[at] & mask)) return false;
  }
  return address.prefix < 0 || address.prefix >= range.prefix;
}

Val ip(Arguments a) {
  if (const Ip* range = as_ip(a[0])) {
    const auto slash = range->text.find('/');
    return Val::opaque(parse_ip(range->text.substr(0, slash)));
  }
  auto parsed = parse_ip(a[0].text());
  return parsed ? Val::opaque(std::move(parsed))
                : Val::error(fmt::format(
                      "IP Address \"{}\" parse error during conversion from string", a[0].text()));
}
Val is_ip(Arguments a) {
  return Val::boolean(parse_ip(a[0].text()) != nullptr);
}
Val is_canonical(Arguments a) {
  const auto parsed = parse_ip(a[0].text());
  return parsed ? Val::boolean(parsed->text == a[0].text())
                : Val::error("IP Address parse error during conversion from string");
}
Val family(Arguments a) {
  const Ip* address = as_ip(a[0]);
  return address == nullptr ? no_such_overload("family", a) : Val::integer(address->family);
}
Val is_loopback(Arguments a) {
  const Ip* address = as_ip(a[0]);
  if (address == nullptr) return no_such_overload("isLoopback", a);
  return Val::boolean(address->family == 4 ? address->bytes[0] == 127 : address->text == "::1");
}
Val is_unspecified(Arguments a) {
  const Ip* address = as_ip(a[0]);
  if (address == nullptr) return no_such_overload("isUnspecified", a);
  return Val::boolean(address->text == "0.0.0.0" || address->text == "::");
}
Val cidr(Arguments a) {
  auto parsed = parse_cidr(a[0].text());
  return parsed ? Val::opaque(std::move(parsed))
                : Val::error("network address parse error during conversion from string");
}
Val is_cidr(Arguments a) {
  return Val::boolean(parse_cidr(a[0].text()) != nullptr);
}
Val contains_ip(Arguments a) {
  const Ip* range = as_ip(a[0]);
  const std::shared_ptr<Ip> parsed = a[1].is(Kind::String) ? parse_ip(a[1].text()) : nullptr;
  const Ip* address = parsed ? parsed.get() : as_ip(a[1]);
  if (range == nullptr || address == nullptr) return no_such_overload("containsIP", a);
  return Val::boolean(covers(*range, *address));
}
Val contains_cidr(Arguments a) {
  const Ip* range = as_ip(a[0]);
  const std::shared_ptr<Ip> parsed = a[1].is(Kind::String) ? parse_cidr(a[1].text()) : nullptr;
  const Ip* inner = parsed ? parsed.get() : as_ip(a[1]);
  if (range == nullptr || inner == nullptr) return no_such_overload("containsCIDR", a);
  return Val::boolean(covers(*range, *inner));
}
Val prefix_length(Arguments a) {
  const Ip* range = as_ip(a[0]);
  return range == nullptr ? no_such_overload("prefixLength", a) : Val::integer(range->prefix);
}

constexpr FunctionRow kRows[] = {
    {"optional.of", {"(A)optional(A)"}, optional_of},
    {"optional.none", {"()optional(A)"}, optional_none},
    {"optional.ofNonZeroValue", {"(A)optional(A)"}, optional_of_non_zero},
    {"@optional_values", {"(optional(A))list(A)"}, optional_values},
    {"hasValue", {"optional(A).()bool"}, has_value},
    {"value", {"optional(A).()A"}, value},
    {"or", {"optional(A).(optional(A))optional(A)"}, or_else},
    {"orValue", {"optional(A).(A)A"}, or_value},
    {"_[?_]",
     {"(list(A),int)optional(A)", "(map(A,B),A)optional(B)", "(optional(list(A)),int)optional(A)",
      "(optional(map(A,B)),A)optional(B)"},
     nullptr},
    {"_?._", {"(dyn,string)optional(dyn)"}, nullptr},
    {"quantity", {"(string)quantity"}, quantity},
    {"isQuantity", {"(string)bool"}, is_quantity},
    {"isLessThan", {"quantity.(quantity)bool"}, is_less_than},
    {"isGreaterThan", {"quantity.(quantity)bool"}, is_greater_than},
    {"compareTo", {"quantity.(quantity)int"}, compare_to},
    {"add", {"quantity.(quantity)quantity", "quantity.(int)quantity"}, quantity_add},
    {"sub", {"quantity.(quantity)quantity", "quantity.(int)quantity"}, quantity_sub},
    {"sign", {"quantity.()int"}, sign},
    {"isInteger", {"quantity.()bool"}, is_integer},
    {"asInteger", {"quantity.()int"}, as_integer},
    {"asApproximateFloat", {"quantity.()double"}, as_approximate_float},
    {"url", {"(string)url"}, url},
    {"isURL", {"(string)bool"}, is_url},
    {"getScheme", {"url.()string"}, get_scheme},
    {"getHost", {"url.()string"}, get_host},
    {"getHostname", {"url.()string"}, get_hostname},
    {"getPort", {"url.()string"}, get_port},
    {"getEscapedPath", {"url.()string"}, get_escaped_path},
    {"ip", {"(string)ip", "cidr.()ip"}, ip},
    {"isIP", {"(string)bool"}, is_ip},
    {"ip.isCanonical", {"(string)bool"}, is_canonical},
    {"family", {"ip.()int"}, family},
    {"isLoopback", {"ip.()bool"}, is_loopback},
    {"isUnspecified", {"ip.()bool"}, is_unspecified},
    {"cidr", {"(string)cidr"}, cidr},
    {"isCIDR", {"(string)bool"}, is_cidr},
    {"containsIP", {"cidr.(ip)bool", "cidr.(string)bool"}, contains_ip},
    {"containsCIDR", {"cidr.(cidr)bool", "cidr.(string)bool"}, contains_cidr},
    {"prefixLength", {"cidr.()int"}, prefix_length},
};

}  // namespace

Library kubernetes_library() {
  return kRows;
}

}  // namespace gp::cel
