#pragma once
// What is asked about a bearer token, and what one kind of token (service accounts, OpenID Connect)
// answers. Authentication asks them in turn.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

// Requests on an I/O thread cannot wait for anything; they are asked again on a worker.
enum class Patience { None, Some };

struct TokenQuestion {
  std::string_view token;
  std::span<const std::string> audiences;  // for which of these; never empty
  Patience patience = Patience::Some;
};

struct Identity {
  Caller caller;
  // Those of the question that the token is for. Empty when tokens of this kind know no audiences:
  // then they are for the API server's own.
  std::vector<std::string> audiences;
};

// Nothing: not a token of this kind. An error's message says what is wrong with the token; it ends
// in TokenReview's status.
using TokenVerdict = std::optional<Result<Identity>>;
using TokenVerifier = std::function<TokenVerdict(const TokenQuestion&)>;

// Those of `a` that are in `b`, in the order of `a`.
std::vector<std::string> common_audiences(std::span<const std::string> a,
                                          std::span<const std::string> b);

// `["a" "b"]`, as Go prints lists of texts with %q.
std::string quoted_list(std::span<const std::string> texts);

}  // namespace gp::api
