// One call of one webhook: where, how long, and what a failure is called.

#include "base/log.hpp"
#include "platform/api/admission_webhook.hpp"
#include "platform/api/status.hpp"

namespace gp::api::admission {
namespace {

// Most of the workers that handle requests may not wait for webhooks at the same time: reads and
// writes that no webhook is about go on.
constexpr int kCallsMax = 20;

std::string with_timeout(const std::string& url, Duration timeout) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout).count();
  const char joint = url.find('?') == std::string::npos ? '?' : '&';
  return fmt::format("{}{}timeout={}s", url, joint, seconds);
}

std::string_view host_port_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?"));
}

std::string certificate_problem(const std::string& text) {
  if (text.contains("issuer") || text.contains("self-signed") || text.contains("self signed")) {
    return "x509: certificate signed by unknown authority";
  }
  if (text.contains("expired")) return "x509: certificate has expired or is not yet valid";
  return text;
}

// In Go's words, where there are such.
std::string transport_failure(const std::string& shown_url, const std::string& url,
                              const Error& error) {
  const std::string_view cause = error.details["cause"].text();
  const std::string_view host_port = host_port_of(url);
  std::string why = error.message;
  if (cause == "connect") {
    why = fmt::format("dial tcp {}: connect: connection refused", host_port);
  } else if (cause == "name") {
    const std::string_view host = host_port.substr(0, host_port.rfind(':'));
    why = fmt::format("dial tcp: lookup {}: no such host", host);
  } else if (cause == "timeout" || error.code == Code::DeadlineExceeded) {
    why = "context deadline exceeded";
  } else if (cause == "tls") {
    why = fmt::format("tls: failed to verify certificate: {}", certificate_problem(error.message));
  }
  return fmt::format("Post \"{}\": {}", shown_url, why);
}

// What client-go makes of an answer that is no success.
std::string refused_answer(const WebhookAnswer& answer) {
  constexpr std::size_t kShownMax = 1024;
  if (answer.status == 404) return "the server could not find the requested resource";
  std::string_view body = answer.body;
  body = body.substr(0, kShownMax);
  while (body.ends_with('\n')) body.remove_suffix(1);
  switch (answer.status) {
    case 401: return "the server has asked for the client to provide credentials";
    case 403: return body.empty() ? "forbidden" : std::string(body);
    case 429:
      return "the server has received too many requests and has asked us to try again later";
    case 503: return "the server is currently unable to handle the request";
    default: break;
  }
  if (answer.status >= 500) {
    return fmt::format("an error on the server (\"{}\") has prevented the request from succeeding",
                       body.empty() ? "unknown" : body);
  }
  return fmt::format(
      "the server responded with the status code {} but did not return more "
      "information",
      answer.status);
}

class CallCounter {
 public:
  explicit CallCounter(std::atomic<int>& count) : count_(count), now_(++count) {}
  ~CallCounter() { --count_; }
  CallCounter(const CallCounter&) = delete;
  CallCounter& operator=(const CallCounter&) = delete;
  bool is_over() const { return now_ > kCallsMax; }

 private:
  std::atomic<int>& count_;
  int now_;
};

}  // namespace

// A failure here is one that failurePolicy decides about.
Result<ReviewAnswer> WebhookCaller::ask(const Webhook& webhook, Inputs& inputs,
                                        const store::Store& store, bool is_mutating) {
  if (transport_ == nullptr) {
    return fail(unavailable("failed to call webhook: webhooks are not reachable from here"));
  }
  auto place = place_of(webhook, store);
  if (!place) return fail(unavailable("failed to call webhook: {}", place.error().message));

  const std::string uid = format_uuid(random_uuid(random_));
  WebhookCall call;
  call.url = with_timeout(place->url, webhook.timeout);
  call.server_name = place->server_name;
  call.authority_pem = webhook.authority_pem;
  call.body = review_text(webhook.version, uid, inputs);
  call.answer_bytes_max = kAnswerBytesMax;
  auto answer = transport_->send(Context(clock_, webhook.timeout), call);
  if (!answer) {
    return fail(unavailable("failed to call webhook: {}",
                            transport_failure(with_timeout(place->shown_url, webhook.timeout),
                                              place->url, answer.error())));
  }
  if (answer->status < 200 || answer->status > 299) {
    return fail(unavailable("failed to call webhook: {}", refused_answer(*answer)));
  }
  return read_answer(answer->body, webhook.version, uid, is_mutating);
}

Result<ReviewAnswer> WebhookCaller::ask_in_time(const Webhook& webhook, Inputs& inputs,
                                                const store::Store& store, bool is_mutating) {
  const CallCounter counter(calls_);
  if (counter.is_over()) {
    return fail(status::make(Code::ResourceExhausted, 429, "TooManyRequests",
                             fmt::format("too many calls of webhooks are under way to call \"{}\", "
                                         "please try again later",
                                         webhook.name),
                             Value::object({{"retryAfterSeconds", 1}})));
  }
  auto answer = ask(webhook, inputs, store, is_mutating);
  if (answer) return answer;
  const std::string message =
      fmt::format("failed calling webhook \"{}\": {}", webhook.name, answer.error().message);
  if (webhook.ignores_failures) {
    log::warn("admission", "a webhook failed and is passed over", {{"error", message}});
    ReviewAnswer open;
    open.is_allowed = true;
    return open;
  }
  return fail(status::make(
      Code::Internal, 500, "InternalError", "Internal error occurred: " + message,
      Value::object({{"causes", Value::array({Value::object({{"message", message}})})}})));
}

}  // namespace gp::api::admission
