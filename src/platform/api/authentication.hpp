#pragma once
// Who asks: by client certificate (CN is the user, O the groups), by bearer token, or nobody.
//
// A wrong token is refused (401) whatever the path; no credentials at all is "system:anonymous",
// which the authorizer then judges. Tokens are kept and compared as digests.

#include <map>
#include <string>
#include <vector>

#include "adapter/net/http.hpp"
#include "platform/api/authorizer.hpp"
#include "platform/api/token_verifier.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

class Authentication {
 public:
  void add_token(std::string_view token, Caller caller);
  // Other kinds of tokens: service accounts, OpenID Connect.
  void add_verifier(TokenVerifier verifier) { verifiers_.push_back(std::move(verifier)); }
  // Whom tokens for this API name as their audience.
  void set_audiences(std::vector<std::string> audiences) { audiences_ = std::move(audiences); }
  // Lines of `token,user,uid,"group1,group2"`, as kube-apiserver's --token-auth-file. An error
  // names the line.
  Result<> load_tokens(const std::string& path);
  Result<> add_tokens(std::string_view text, std::string_view path);

  Result<Caller> authenticate(const net::Request& request, Patience patience) const;
  // Whom a token belongs to, and for which of these audiences; none: the API's own. An error says
  // why nobody, in the real server's words.
  Result<Identity> review(std::string_view token, std::span<const std::string> audiences,
                          Patience patience) const;

 private:
  std::map<std::string, Caller> tokens_;  // by SHA-256 of the token
  std::vector<TokenVerifier> verifiers_;
  std::vector<std::string> audiences_;
};

// Whom the request asks to be taken for (Impersonate-User, -Group, -Uid, -Extra-…); the caller
// itself if nobody. Forbidden unless the caller may impersonate each of them.
Result<Caller> impersonate(const net::Request& request, Caller caller, Authorizer& authorizer);

}  // namespace gp::api
