#pragma once
// Requests to one remote API server: credentials, rate limit, retries, and errors in the server's
// own words. What RemoteCluster, its watches and the preflight stand on.
//
// Retried: what the server asks to (429 and 503 with Retry-After), and reads that failed on the
// way. A refused credential (401) is asked for anew once. Nothing is retried past the context.

#include <memory>
#include <mutex>
#include <string>

#include "adapter/http_client/network.hpp"
#include "base/context.hpp"
#include "platform/kubeconfig/credentials.hpp"

namespace gp::cluster {

struct RemoteOptions {
  double requests_per_second = 50;  // 0: no limit
  double burst = 100;
  int attempts_max = 5;
  Duration backoff_min = std::chrono::milliseconds(200);
  Duration backoff_max = std::chrono::seconds(10);
  Duration request_timeout = std::chrono::seconds(60);
  Duration watch_head_timeout = std::chrono::seconds(30);
  Duration watch_for = std::chrono::minutes(8);  // then the server ends it, and it is resumed
  std::size_t page_objects = 500;
  std::size_t page_bytes_max = 256U << 20U;
};

struct ApiCall {
  std::string method = "GET";
  std::string path;  // with the query
  std::string body;
  std::string content_type = "application/json";
  std::string accept = "application/json";
  bool is_read() const { return method == "GET" || method == "HEAD"; }
};

// Waits on the context's clock; Cancelled or DeadlineExceeded when that comes first.
Result<> wait_for(const Context& context, Duration duration);

// Requests per second with bursts.
class TokenBucket {
 public:
  TokenBucket(double per_second, double burst) : rate_(per_second), burst_(burst), tokens_(burst) {}
  Result<> take(const Context& context);

 private:
  const double rate_, burst_;
  std::mutex mutex_;  // guards the fields below
  double tokens_;     // below zero: that many callers wait
  Duration filled_{-1};
};

class Session {
 public:
  Session(std::string name, std::unique_ptr<kubeconfig::Credentials> credentials,
          http::Network& network, Clock& clock, RemoteOptions options);

  // The answer of a request that succeeded.
  Result<http::ClientResponse> send(const Context& context, const ApiCall& call);
  Result<Value> call(const Context& context, const ApiCall& call);  // its JSON
  // A request as it goes out, for what is not read as a whole (watches). Waits for the rate limit.
  Result<http::ClientRequest> prepare(const Context& context, const ApiCall& call);
  // A watch was answered 401.
  void refused(const http::ClientRequest& request);

  const std::string& name() const { return name_; }
  const kubeconfig::Connection& connection() const { return credentials_->connection(); }
  kubeconfig::Credentials& credentials() { return *credentials_; }
  const RemoteOptions& options() const { return options_; }
  http::Network& network() { return network_; }
  Clock& clock() { return clock_; }

 private:
  Result<http::ClientRequest> make(const ApiCall& call, const kubeconfig::Proof& proof);
  Error with_name(Error error) const;

  const std::string name_;
  const std::unique_ptr<kubeconfig::Credentials> credentials_;
  http::Network& network_;
  Clock& clock_;
  const RemoteOptions options_;
  TokenBucket bucket_;
};

// The error that a Status, or an answer that is none, stands for. Its message is the server's.
Error error_of_status(const Value& status, int http);
Error error_of_answer(const http::ClientResponse& answer);

}  // namespace gp::cluster
