#pragma once
// Who sends a request: a verified client certificate (CN and O), a bearer token from a list, or
// nobody.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/net/http.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

class Authentication {
 public:
  // CSV as kube-apiserver's --token-auth-file: token,user,uid,"group1,group2". Errors name file and
  // line.
  Result<> load_tokens(const std::string& path);
  void add_token(std::string_view token, Caller caller);

  // Unauthenticated for a token that is not known; anonymous without any credentials.
  Result<Caller> authenticate(const net::Request& request) const;

 private:
  std::map<std::string, Caller> by_digest_;  // SHA-256 of the token: lookups do not compare secrets
};

}  // namespace gp::api
