// How a problem reads: field.Error of apimachinery.

#include "base/json.hpp"
#include "engine/schema/structural.hpp"

namespace gp::schema {

std::string_view Problem::reason() const {
  switch (type) {
    case Type::Required: return "FieldValueRequired";
    case Type::Invalid: return "FieldValueInvalid";
    case Type::NotSupported: return "FieldValueNotSupported";
    case Type::TypeInvalid: return "FieldValueTypeInvalid";
    case Type::TooLong: return "FieldValueTooLong";
    case Type::TooMany: return "FieldValueTooMany";
    case Type::Duplicate: return "FieldValueDuplicate";
    case Type::Forbidden: return "FieldValueForbidden";
  }
  return "";
}

std::string Problem::body() const {
  std::string text;
  bool shows_value = true;
  switch (type) {
    case Type::Required:
      text = "Required value";
      shows_value = false;
      break;
    case Type::Forbidden:
      text = "Forbidden";
      shows_value = false;
      break;
    case Type::TooLong:
      text = "Too long";
      shows_value = false;
      break;
    case Type::NotSupported: text = "Unsupported value"; break;
    case Type::TooMany: text = "Too many"; break;
    case Type::Duplicate: text = "Duplicate value"; break;
    case Type::Invalid:
    case Type::TypeInvalid: text = "Invalid value"; break;
  }
  if (shows_value) text += ": " + to_json(bad_value, {.escape_html = false});
  if (!message.empty()) text += ": " + message;
  return text;
}

std::string Problem::to_string() const {
  return fmt::format("{}: {}", path.empty() ? "<nil>" : path, body());
}

}  // namespace gp::schema
