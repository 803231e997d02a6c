#include "platform/object/rules.hpp"

#include "platform/object/go_text.hpp"
#include "platform/object/types.hpp"

namespace gp::object {

void Report::add(FieldError::Type type, std::string field, std::string bad, std::string detail) {
  errors_.push_back({type, std::move(field), std::move(bad), std::move(detail)});
}

void Report::required(std::string field, std::string detail) {
  add(FieldError::Type::Required, std::move(field), {}, std::move(detail));
}

void Report::invalid(std::string field, const Value& bad, std::string detail) {
  add(FieldError::Type::Invalid, std::move(field), go_value(bad), std::move(detail));
}

void Report::invalid_printed(std::string field, std::string printed, std::string detail) {
  add(FieldError::Type::Invalid, std::move(field), std::move(printed), std::move(detail));
}

void Report::not_supported(std::string field, const Value& bad,
                           std::span<const std::string_view> allowed) {
  add(FieldError::Type::NotSupported, std::move(field), go_value(bad),
      "supported values: " + quoted_list(allowed));
}

void Report::duplicate(std::string field, const Value& bad) {
  add(FieldError::Type::Duplicate, std::move(field), go_value(bad), {});
}

void Report::forbidden(std::string field, std::string detail) {
  add(FieldError::Type::Forbidden, std::move(field), {}, std::move(detail));
}

void Report::too_long(std::string field, std::size_t bytes_max) {
  add(FieldError::Type::TooLong, std::move(field), {},
      fmt::format("may not be more than {} bytes", bytes_max));
}

void Report::not_found(std::string field, const Value& bad) {
  add(FieldError::Type::NotFound, std::move(field), go_value(bad), {});
}

void Report::invalid_all(std::string_view field, const Value& bad,
                         const std::vector<std::string>& details) {
  for (const std::string& detail : details) invalid(std::string(field), bad, detail);
}

void Report::immutable(std::string_view field, const Value& now, const Value& before) {
  if (now == before) return;
  invalid(std::string(field), now, "field is immutable");
}

std::string child(std::string_view base, std::string_view name) {
  return base.empty() ? std::string(name) : fmt::format("{}.{}", base, name);
}

std::string element(std::string_view base, std::size_t index) {
  return fmt::format("{}[{}]", base, index);
}

std::string key_of(std::string_view base, std::string_view key) {
  return fmt::format("{}[{}]", base, key);
}

namespace {

void check_field(const Value& value, const Field& field, const std::string& path, Report& report) {
  if (field.scalar == Scalar::Object) {
    if (value.is_object()) check_type(value, *field.object, path, report);
    return;
  }
  if (field.allowed.empty() || !value.is_string()) return;
  if (std::ranges::find(field.allowed, value.text()) == field.allowed.end()) {
    report.not_supported(path, value, field.allowed);
  }
}

}  // namespace

void check_type(const Value& object, const Type& type, const std::string& path, Report& report) {
  for (const Field& field : type.fields) {
    if (path.empty() && (field.name == "metadata" || field.name == "status")) continue;
    const Value& value = object[field.name];
    const bool is_text = field.scalar == Scalar::String || field.container != Container::Single;
    if (field.is_required && is_text && value.empty()) {
      report.required(child(path, field.name));
      continue;
    }
    if (value.is_null()) continue;
    switch (field.container) {
      case Container::Single: check_field(value, field, child(path, field.name), report); break;
      case Container::List:
        for (std::size_t i = 0; i < value.size(); ++i) {
          check_field(value.at(i), field, element(child(path, field.name), i), report);
        }
        break;
      case Container::Map:
        for (const Value::Member& member : value.members()) {
          check_field(member.value, field, key_of(child(path, field.name), member.key()), report);
        }
        break;
      case Container::MapOfList: break;
    }
  }
}

}  // namespace gp::object
