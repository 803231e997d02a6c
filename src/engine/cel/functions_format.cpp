// Kubernetes' named formats: format.dns1123Label().validate(name) is what is wrong with a name, or
// optional.none().

#include <array>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "engine/cel/functions.hpp"
#include "engine/selector/names.hpp"

namespace gp::cel {
namespace {

using Texts = std::vector<std::string>;

// What goes before a generated part may end in what only a middle may hold.
std::string without_dash(std::string_view name) {
  std::string whole(name);
  if (whole.size() > 1 && whole.ends_with('-')) whole.replace(whole.size() - 2, 2, "a");
  return whole;
}

Texts unless(bool is_fine, const char* message) {
  return is_fine ? Texts{} : Texts{message};
}

bool is_date_time(std::string_view text) {
  return parse_time(text).has_value();
}

struct Format {
  std::string_view name;
  Texts (*problems)(std::string_view text);
};

constexpr std::array kFormats = {
    Format{"dns1123Label", [](std::string_view text) { return selector::dns_label_errors(text); }},
    Format{"dns1123Subdomain",
           [](std::string_view text) { return selector::dns_subdomain_errors(text); }},
    Format{"dns1035Label",
           [](std::string_view text) { return selector::dns1035_label_errors(text); }},
    Format{"qualifiedName", [](std::string_view text) { return selector::label_key_errors(text); }},
    Format{"labelValue", [](std::string_view text) { return selector::label_value_errors(text); }},
    Format{"dns1123LabelPrefix",
           [](std::string_view text) { return selector::dns_label_errors(without_dash(text)); }},
    Format{
        "dns1123SubdomainPrefix",
        [](std::string_view text) { return selector::dns_subdomain_errors(without_dash(text)); }},
    Format{
        "dns1035LabelPrefix",
        [](std::string_view text) { return selector::dns1035_label_errors(without_dash(text)); }},
    Format{"uuid",
           [](std::string_view text) {
             Uuid ignored;
             return unless(parse_uuid(text, ignored), "does not match the UUID format");
           }},
    Format{"byte",
           [](std::string_view text) {
             return unless(base64_decode(text).has_value(), "invalid base64");
           }},
    Format{"date",
           [](std::string_view text) {
             return unless(is_date_time(std::string(text) + "T00:00:00Z"), "invalid date");
           }},
    Format{"datetime",
           [](std::string_view text) { return unless(is_date_time(text), "invalid datetime"); }},
    Format{"uri",
           [](std::string_view text) {
             const Val argument = Val::string(std::string(text));
             const Val known = find_function("isURL")->call(Arguments(&argument, 1));
             return unless(known.is(Val::Kind::Bool) && known.as_bool(), "invalid URI");
           }},
};

struct NamedFormat final : Opaque {
  const Format* format = nullptr;
};

Val made(const Format& format) {
  auto value = std::make_shared<NamedFormat>();
  value->type = "kubernetes.NamedFormat";
  value->text = format.name;
  value->format = &format;
  return Val::opaque(std::move(value));
}

// One for each: g++ 12 takes neither a template nor a lambda in the table, nor it as constexpr.
Val dns1123_label(Arguments) {
  return made(kFormats[0]);
}
Val dns1123_subdomain(Arguments) {
  return made(kFormats[1]);
}
Val dns1035_label(Arguments) {
  return made(kFormats[2]);
}
Val qualified_name(Arguments) {
  return made(kFormats[3]);
}
Val label_value(Arguments) {
  return made(kFormats[4]);
}
Val dns1123_label_prefix(Arguments) {
  return made(kFormats[5]);
}
Val dns1123_subdomain_prefix(Arguments) {
  return made(kFormats[6]);
}
Val dns1035_label_prefix(Arguments) {
  return made(kFormats[7]);
}
Val uuid(Arguments) {
  return made(kFormats[8]);
}
Val byte(Arguments) {
  return made(kFormats[9]);
}
Val date(Arguments) {
  return made(kFormats[10]);
}
Val datetime(Arguments) {
  return made(kFormats[11]);
}
Val uri(Arguments) {
  return made(kFormats[12]);
}

Val named(Arguments a) {
  for (const Format& format : kFormats) {
    if (format.name == a[0].text()) return Val::optional_of(made(format));
  }
  return Val::optional_none();
}

Val validate(Arguments a) {
  const auto* format = dynamic_cast<const NamedFormat*>(a[0].as_opaque().get());
  if (format == nullptr) return no_such_overload("validate", a);
  ValList problems;
  for (std::string& problem : format->format->problems(a[1].text())) {
    problems.push_back(Val::string(std::move(problem)));
  }
  return problems.empty() ? Val::optional_none() : Val::optional_of(Val::list(std::move(problems)));
}

const FunctionRow kRows[] = {
    {"format.named", {"(string)optional(format)"}, named},
    {"format.dns1123Label", {"()format"}, dns1123_label},
    {"format.dns1123Subdomain", {"()format"}, dns1123_subdomain},
    {"format.dns1035Label", {"()format"}, dns1035_label},
    {"format.qualifiedName", {"()format"}, qualified_name},
    {"format.labelValue", {"()format"}, label_value},
    {"format.dns1123LabelPrefix", {"()format"}, dns1123_label_prefix},
    {"format.dns1123SubdomainPrefix", {"()format"}, dns1123_subdomain_prefix},
    {"format.dns1035LabelPrefix", {"()format"}, dns1035_label_prefix},
    {"format.uuid", {"()format"}, uuid},
    {"format.byte", {"()format"}, byte},
    {"format.date", {"()format"}, date},
    {"format.datetime", {"()format"}, datetime},
    {"format.uri", {"()format"}, uri},
    {"validate", {"format.(string)optional(list(string))"}, validate, true},
};

}  // namespace

Library format_library() {
  return kRows;
}

}  // namespace gp::cel
