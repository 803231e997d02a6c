#include "base/json.hpp"
#include "platform/object/validate.hpp"

namespace gp::object {
namespace {

std::string_view headline(FieldError::Type type) {
  switch (type) {
    case FieldError::Type::Required: return "Required value";
    case FieldError::Type::Invalid: return "Invalid value";
    case FieldError::Type::NotSupported: return "Unsupported value";
    case FieldError::Type::Duplicate: return "Duplicate value";
    case FieldError::Type::Forbidden: return "Forbidden";
    case FieldError::Type::TooLong: return "Too long";
    case FieldError::Type::TooMany: return "Too many";
    case FieldError::Type::NotFound: return "Not found";
    case FieldError::Type::TypeInvalid: return "Invalid value";
  }
  return "Invalid value";
}

// Required, Forbidden and Too long do not repeat the value: it may be a secret, or endless.
bool shows_value(FieldError::Type type) {
  return type != FieldError::Type::Required && type != FieldError::Type::Forbidden &&
         type != FieldError::Type::TooLong;
}

}  // namespace

std::string FieldError::message() const {
  std::string out(headline(type));
  if (shows_value(type)) out += ": " + bad_value;
  if (!detail.empty()) out += ": " + detail;
  return out;
}

std::string_view FieldError::reason() const {
  switch (type) {
    case Type::Required: return "FieldValueRequired";
    case Type::Invalid: return "FieldValueInvalid";
    case Type::NotSupported: return "FieldValueNotSupported";
    case Type::Duplicate: return "FieldValueDuplicate";
    case Type::Forbidden: return "FieldValueForbidden";
    case Type::TooLong: return "FieldValueTooLong";
    case Type::TooMany: return "FieldValueTooMany";
    case Type::NotFound: return "FieldValueNotFound";
    case Type::TypeInvalid: return "FieldValueTypeInvalid";
  }
  return "FieldValueInvalid";
}

std::string invalid_message(const Kind& kind, std::string_view name,
                            std::span<const FieldError> errors) {
  std::string out = kind.group.empty() ? kind.kind : kind.kind + "." + kind.group;
  out += fmt::format(" \"{}\" is invalid: ", name);
  // As Kubernetes' aggregates: each text once.
  std::vector<std::string> texts;
  for (const FieldError& error : errors) {
    std::string text = error.field + ": " + error.message();
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(std::move(text));
    }
  }
  if (texts.size() == 1) return out + texts[0];
  out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) out += (i == 0 ? "" : ", ") + texts[i];
  return out + ']';
}

Value to_causes(std::span<const FieldError> errors) {
  Value causes = Value::array();
  for (const FieldError& error : errors) {
    causes.push_back(Value::object(
        {{"reason", error.reason()}, {"message", error.message()}, {"field", error.field}}));
  }
  return causes;
}

}  // namespace gp::object
