#pragma once
// The keys of one OpenID Connect issuer: discovered, fetched and kept fresh away from requests.
//
// Fetched at start (again every 10 s until that works), then when the answer's max-age says so
// (between 5 minutes and an hour), and when a token names a key that is not there, though not more
// often than every 10 s. Keys that were once fetched stay in use while the issuer is away.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "engine/jose/key_set.hpp"
#include "platform/api/oidc_fetcher.hpp"
#include "platform/api/oidc_issuer.hpp"
#include "platform/api/token_verifier.hpp"

namespace gp::api {

class OidcKeys {
 public:
  // Runs a task elsewhere, soon; false when it will not.
  using Run = std::function<bool(std::function<void()> task)>;

  // `issuer` and `fetcher` must outlive this; so must whatever `run` runs on.
  OidcKeys(const OidcIssuer& issuer, OidcFetcher& fetcher, Clock& clock, Run run);
  ~OidcKeys();  // stop()
  OidcKeys(const OidcKeys&) = delete;
  OidcKeys& operator=(const OidcKeys&) = delete;

  void start();
  void stop();  // no fetch runs or will run when it returns

  struct Snapshot {
    std::shared_ptr<const jose::KeySet> keys;  // null until the first fetch has worked
    std::uint64_t generation = 0;              // another one: other keys
    std::string problem;                       // of the last fetch; empty: it worked
  };
  Snapshot snapshot() const;

  // A token names a key that `seen` lacks: fetches anew, if that is due. Waits a little for the
  // answer when `patience` allows; true if there are other keys than `seen` now.
  bool look_for_new(std::uint64_t seen, Patience patience);

 private:
  struct Fetched {
    std::string text;
    jose::KeySet keys;
    Duration good_for;
  };

  void fetch();
  Result<Fetched> fetch_documents();
  Result<OidcDocument> get(const std::string& url);
  void schedule(Duration delay);  // with mutex_ held

  const OidcIssuer& issuer_;
  OidcFetcher& fetcher_;
  Clock& clock_;
  const Run run_;
  std::stop_source stopping_;

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  Snapshot snapshot_;
  std::string text_;  // of the key set in use
  Duration fetched_at_{0};
  bool has_fetched_ = false;
  bool is_fetching_ = false;
  bool is_stopped_ = false;
  int waiting_ = 0;
  Clock::TimerId timer_ = 0;
};

}  // namespace gp::api
