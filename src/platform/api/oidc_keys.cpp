#include "platform/api/oidc_keys.hpp"

#include <algorithm>
#include <charconv>

#include "base/json.hpp"
#include "base/log.hpp"

namespace gp::api {
namespace {

using namespace std::chrono_literals;

constexpr Duration kRetryAfter = 10s;
constexpr Duration kLookAgainAfter = 10s;  // a stranger's tokens cannot make us ask more often
constexpr Duration kGoodForMin = 5min;
constexpr Duration kGoodForMax = 1h;
constexpr Duration kGoodFor = 15min;  // when the issuer does not say
constexpr Duration kFetchTimeout = 10s;
constexpr auto kWait = 3s;      // how long a request waits for new keys
constexpr int kWaitingMax = 4;  // requests that wait; workers are few

Duration good_for(std::string_view cache_control) {
  constexpr std::string_view kMaxAge = "max-age=";
  const std::size_t at = cache_control.find(kMaxAge);
  if (at == std::string_view::npos) return kGoodFor;
  std::int64_t seconds = 0;
  const char* begin = cache_control.data() + at + kMaxAge.size();
  const char* end = cache_control.data() + cache_control.size();
  if (std::from_chars(begin, end, seconds).ec != std::errc()) return kGoodFor;
  const auto hour = std::chrono::duration_cast<std::chrono::seconds>(kGoodForMax).count();
  return std::clamp<Duration>(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, hour)),
                              kGoodForMin, kGoodForMax);
}

}  // namespace

OidcKeys::OidcKeys(const OidcIssuer& issuer, OidcFetcher& fetcher, Clock& clock, Run run)
    : issuer_(issuer), fetcher_(fetcher), clock_(clock), run_(std::move(run)) {}

OidcKeys::~OidcKeys() {
  stop();
}

void OidcKeys::start() {
  std::unique_lock lock(mutex_);
  snapshot_.problem = "not fetched yet";
  is_fetching_ = true;
  lock.unlock();
  if (!run_([this] { fetch(); })) fetch();
}

void OidcKeys::stop() {
  stopping_.request_stop();
  std::unique_lock lock(mutex_);
  is_stopped_ = true;
  const Clock::TimerId timer = std::exchange(timer_, 0);
  changed_.notify_all();
  lock.unlock();
  if (timer != 0) clock_.cancel(timer);
  lock.lock();
  changed_.wait(lock, [this] { return !is_fetching_; });
}

OidcKeys::Snapshot OidcKeys::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

bool OidcKeys::look_for_new(std::uint64_t seen, Patience patience) {
  std::unique_lock lock(mutex_);
  if (snapshot_.generation != seen) return true;
  const bool is_due = !has_fetched_ || clock_.monotonic() - fetched_at_ >= kLookAgainAfter;
  if (!is_fetching_ && is_due && !is_stopped_) {
    is_fetching_ = true;
    lock.unlock();
    const bool is_running = run_([this] { fetch(); });
    lock.lock();
    if (!is_running) is_fetching_ = false;
  }
  if (patience == Patience::Some && is_fetching_ && waiting_ < kWaitingMax) {
    ++waiting_;
    changed_.wait_for(lock, kWait, [this] { return !is_fetching_ || is_stopped_; });
    --waiting_;
  }
  return snapshot_.generation != seen;
}

void OidcKeys::schedule(Duration delay) {
  if (is_stopped_) return;
  timer_ = clock_.call_after(delay, [this] {
    {
      const std::lock_guard lock(mutex_);
      if (is_stopped_) return;
      if (is_fetching_) return;  // whoever fetches schedules the next time
      is_fetching_ = true;
    }
    if (run_([this] { fetch(); })) return;
    const std::lock_guard lock(mutex_);
    is_fetching_ = false;
    schedule(kRetryAfter);
  });
}

void OidcKeys::fetch() {
  auto fetched = fetch_documents();
  Clock::TimerId old_timer = 0;
  {
    const std::lock_guard lock(mutex_);
    old_timer = std::exchange(timer_, 0);
  }
  if (old_timer != 0) clock_.cancel(old_timer);

  const std::lock_guard lock(mutex_);
  fetched_at_ = clock_.monotonic();
  has_fetched_ = true;
  if (!fetched) {
    if (snapshot_.problem != fetched.error().message) {
      log::warn("oidc", "the keys of an issuer could not be fetched",
                {{"issuer", issuer_.url}, {"error", fetched.error().message}});
    }
    snapshot_.problem = fetched.error().message;
    schedule(kRetryAfter);
  } else {
    snapshot_.problem.clear();
    if (!snapshot_.keys || fetched->text != text_) {
      snapshot_.keys = std::make_shared<const jose::KeySet>(std::move(fetched->keys));
      text_ = std::move(fetched->text);
      ++snapshot_.generation;
    }
    schedule(fetched->good_for);
  }
  is_fetching_ = false;
  changed_.notify_all();
}

Result<OidcDocument> OidcKeys::get(const std::string& url) {
  const Context context(clock_, kFetchTimeout, stopping_.get_token());
  OidcDocument document = TRY(fetcher_.get(context, url, issuer_.authority_pem));
  if (document.status == 200) return document;
  return fail(unavailable("GET {}: status {}, expected 200", url, document.status));
}

// OpenID Connect Discovery 1.0, section 4.
Result<OidcKeys::Fetched> OidcKeys::fetch_documents() {
  std::string url = issuer_.discovery_url;
  if (url.empty()) {
    url = issuer_.url;
    while (url.ends_with('/')) url.pop_back();
    url += "/.well-known/openid-configuration";
  }
  const OidcDocument discovery = TRY(get(url));
  auto parsed = parse_json(discovery.body, {.bytes_max = 1U << 20U, .depth_max = 16});
  if (!parsed) return fail(std::move(parsed.error()).with_context(url));
  const std::string_view issuer = (*parsed)["issuer"].text();
  if (issuer != issuer_.url) {
    return fail(
        failed_precondition("issuer URL provided to client ({}) did not match the issuer "
                            "URL returned by provider ({})",
                            issuer_.url, issuer));
  }
  const std::string keys_url = (*parsed)["jwks_uri"].string();
  // Plain HTTP only where the issuer itself is asked so, which is on loopback alone.
  const bool is_plain = keys_url.starts_with("http://") && url.starts_with("http://");
  if (!keys_url.starts_with("https://") && !is_plain) {
    return fail(failed_precondition("{}: jwks_uri \"{}\" must be an https URL", url, keys_url));
  }

  OidcDocument keys = TRY(get(keys_url));
  auto set = jose::KeySet::parse(keys.body);
  if (!set) return fail(std::move(set.error()).with_context(keys_url));
  // Symmetric keys in a public document are nobody's secret.
  jose::KeySet usable;
  for (const jose::Key& key : set->keys()) {
    if (key.type() != jose::KeyType::Symmetric) usable.add(key);
  }
  if (usable.keys().empty()) {
    return fail(failed_precondition("{}: holds no key that tokens can be verified with", keys_url));
  }
  return Fetched{std::move(keys.body), std::move(usable), good_for(keys.cache_control)};
}

}  // namespace gp::api
