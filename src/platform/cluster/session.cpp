#include "platform/cluster/session.hpp"

#include <charconv>
#include <condition_variable>

#include "base/json.hpp"

namespace gp::cluster {
namespace {

constexpr Duration kRetryAfterMax = std::chrono::seconds(30);
constexpr std::size_t kShownBytesMax = 200;

Code code_of(int http, std::string_view reason) {
  if (reason == "AlreadyExists") return Code::AlreadyExists;
  switch (http) {
    case 401: return Code::Unauthenticated;
    case 403: return Code::Forbidden;
    case 404: return Code::NotFound;
    case 409: return Code::Conflict;
    case 410: return Code::Gone;
    case 413: return Code::TooLarge;
    case 429: return Code::ResourceExhausted;
    case 501: return Code::Unimplemented;
    case 504: return Code::DeadlineExceeded;
    case 500: return Code::Internal;
    default: return http > 500 ? Code::Unavailable : Code::InvalidArgument;
  }
}

// The server's history ends before the revision that was asked for: it was restored from an older
// state, so what we know is of no use.
bool is_from_the_future(const Value& status) {
  for (const Value& cause : status["details"]["causes"].items()) {
    if (cause["reason"].text() == "ResourceVersionTooLarge") return true;
  }
  return false;
}

Duration retry_after(const http::ClientResponse& answer) {
  const std::string text = answer.header("retry-after");
  int seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::clamp<Duration>(std::chrono::seconds(seconds), Duration::zero(), kRetryAfterMax);
}

bool asks_to_retry(const http::ClientResponse& answer) {
  return answer.status == 429 || (answer.status >= 500 && !answer.header("retry-after").empty());
}

}  // namespace

Result<> wait_for(const Context& context, Duration duration) {
  TRY(context.check());
  if (duration <= Duration::zero()) return {};
  std::mutex mutex;
  std::condition_variable changed;
  bool is_over = false;
  const auto end = [&] {
    const std::lock_guard lock(mutex);
    is_over = true;
    changed.notify_all();
  };
  const auto timer = context.clock().call_after(std::min(duration, context.remaining()), end);
  {
    const std::stop_callback on_stop(context.stop(), end);
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_over; });
  }
  context.clock().cancel(timer);
  return context.check();
}

Result<> TokenBucket::take(const Context& context) {
  if (rate_ <= 0) return {};
  Duration wait{0};
  {
    const std::lock_guard lock(mutex_);
    const Duration now = context.clock().monotonic();
    if (filled_ >= Duration::zero()) {
      const double seconds = std::chrono::duration<double>(now - filled_).count();
      tokens_ = std::min(burst_, tokens_ + seconds * rate_);
    }
    filled_ = now;
    tokens_ -= 1;
    if (tokens_ < 0)
      wait = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(-tokens_ / rate_));
  }
  return wait_for(context, wait);
}

Error error_of_status(const Value& status, int http) {
  const int code = static_cast<int>(status["code"].integer(http));
  Error error{code_of(code, status["reason"].text()), status["message"].string(), {}, {}, status};
  if (is_from_the_future(status)) error.code = Code::Gone;
  if (error.message.empty()) error.message = fmt::format("the server answered {}", code);
  return error;
}

Error error_of_answer(const http::ClientResponse& answer) {
  const auto body = parse_json(answer.body);
  if (body && (*body)["kind"].text() == "Status") return error_of_status(*body, answer.status);
  // A proxy or load balancer between us.
  const std::string_view first =
      std::string_view(answer.body).substr(0, std::min(answer.body.find('\n'), kShownBytesMax));
  Error error{
      code_of(answer.status, {}), fmt::format("the answer was {}", answer.status), {}, {}, {}};
  const bool is_readable = answer.header("content-type").starts_with("text/plain");
  if (is_readable && !first.empty()) error.message += fmt::format(" \"{}\"", first);
  return error;
}

Session::Session(std::string name, std::unique_ptr<kubeconfig::Credentials> credentials,
                 http::Network& network, Clock& clock, RemoteOptions options)
    : name_(std::move(name)),
      credentials_(std::move(credentials)),
      network_(network),
      clock_(clock),
      options_(options),
      bucket_(options.requests_per_second, options.burst) {}

Error Session::with_name(Error error) const {
  return std::move(error).with_context(fmt::format("cluster \"{}\"", name_));
}

Result<http::ClientRequest> Session::make(const ApiCall& call, const kubeconfig::Proof& proof) {
  const kubeconfig::Connection& to = connection();
  http::ClientRequest request;
  request.method = call.method;
  request.url = to.cluster.server + call.path;
  request.body = call.body;
  request.redirects_max = 0;
  request.body_bytes_max = options_.page_bytes_max;
  request.authority_pem = TRY(credentials_->authority());
  request.verify_tls = !to.cluster.skips_tls_verify;
  request.tls_server_name = to.cluster.tls_server_name;
  request.proxy = to.cluster.proxy_url;
  request.client_certificate_pem = proof.certificate_pem;
  request.client_key_pem = proof.key_pem;
  request.headers.emplace_back("Accept", call.accept);
  request.headers.emplace_back("User-Agent", "goldenpath");
  if (!call.body.empty()) request.headers.emplace_back("Content-Type", call.content_type);
  if (!proof.authorization.empty())
    request.headers.emplace_back("Authorization", proof.authorization);
  if (!to.user.impersonate.empty())
    request.headers.emplace_back("Impersonate-User", to.user.impersonate);
  for (const std::string& group : to.user.impersonate_groups)
    request.headers.emplace_back("Impersonate-Group", group);
  return request;
}

Result<http::ClientRequest> Session::prepare(const Context& context, const ApiCall& call) {
  TRY(bucket_.take(context));
  auto proof = credentials_->current(context);
  if (!proof) return fail(with_name(std::move(proof).error()));
  auto request = make(call, *proof);
  if (!request) return fail(with_name(std::move(request).error()));
  return request;
}

void Session::refused(const http::ClientRequest& request) {
  kubeconfig::Proof proof{{}, request.client_certificate_pem, request.client_key_pem};
  for (const auto& [name, value] : request.headers) {
    if (name == "Authorization") proof.authorization = value;
  }
  credentials_->refused(proof);
}

Result<http::ClientResponse> Session::send(const Context& context, const ApiCall& call) {
  TRY(context.check());
  bool has_new_proof = false;
  Duration backoff = options_.backoff_min;
  for (int attempt = 1;; ++attempt) {
    TRY(bucket_.take(context));
    auto proof = credentials_->current(context);
    if (!proof) return fail(with_name(std::move(proof).error()));
    auto request = make(call, *proof);
    if (!request) return fail(with_name(std::move(request).error()));
    request->timeout = options_.request_timeout;

    auto answer = network_.send(context, std::move(*request));
    const bool is_last = attempt >= options_.attempts_max;
    Duration wait = backoff;
    if (answer) {
      if (answer->status >= 200 && answer->status < 300) return answer;
      if (answer->status == 401 && !has_new_proof && credentials_->refused(*proof)) {
        has_new_proof = true;
        continue;
      }
      const bool is_worth_it = asks_to_retry(*answer) || (call.is_read() && answer->status >= 500);
      if (is_last || !is_worth_it) return fail(error_of_answer(*answer));
      wait = std::max(wait, retry_after(*answer));
    } else {
      const bool is_passing = answer.error().code == Code::Unavailable &&
                              answer.error().details["cause"].text() == "exchange";
      if (is_last || !is_passing || !call.is_read())
        return fail(with_name(std::move(answer).error()));
    }
    if (context.remaining() <= wait) {
      if (answer) return fail(error_of_answer(*answer));
      return fail(with_name(std::move(answer).error()));
    }
    TRY(wait_for(context, wait));
    backoff = std::min(backoff * 2, options_.backoff_max);
  }
}

Result<Value> Session::call(const Context& context, const ApiCall& call) {
  const http::ClientResponse answer = TRY(send(context, call));
  auto body = parse_json(answer.body, {.bytes_max = options_.page_bytes_max, .depth_max = 512});
  if (body) return body;
  return fail(with_name(unavailable("{} {}: the answer is not JSON", call.method,
                                    call.path.substr(0, call.path.find('?')))
                            .with_hint("is this the address of a Kubernetes API server?")));
}

}  // namespace gp::cluster
