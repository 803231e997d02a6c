#include "base/error.hpp"

namespace gp {

std::string_view code_name(Code code) {
  switch (code) {
    case Code::InvalidArgument: return "InvalidArgument";
    case Code::NotFound: return "NotFound";
    case Code::AlreadyExists: return "AlreadyExists";
    case Code::Conflict: return "Conflict";
    case Code::Forbidden: return "Forbidden";
    case Code::Unauthenticated: return "Unauthenticated";
    case Code::FailedPrecondition: return "FailedPrecondition";
    case Code::Gone: return "Gone";
    case Code::TooLarge: return "TooLarge";
    case Code::ResourceExhausted: return "ResourceExhausted";
    case Code::Unavailable: return "Unavailable";
    case Code::DeadlineExceeded: return "DeadlineExceeded";
    case Code::Cancelled: return "Cancelled";
    case Code::Unimplemented: return "Unimplemented";
    case Code::DataLoss: return "DataLoss";
    case Code::Internal: return "Internal";
  }
  return "Unknown";
}

std::string Error::to_string() const {
  return hint.empty() ? message : fmt::format("{} ({})", message, hint);
}

}  // namespace gp
