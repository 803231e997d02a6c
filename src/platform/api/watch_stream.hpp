#pragma once
// The body of a watch: pulled by the I/O threads, fed by the store's history, ended by the clock.
//
// First the state at the beginning, if asked for; then events as they happen, a bookmark about
// every minute, and the end at the time-out. History that is gone ends it with an ERROR event.

#include <memory>
#include <vector>

#include "adapter/net/http.hpp"
#include "platform/api/event_writer.hpp"
#include "platform/api/list_query.hpp"

namespace gp::api {

struct WatchStart {
  std::vector<ObjectRef> state;  // to be sent as ADDED events
  std::unique_ptr<store::Watcher> watcher;
  Revision revision = 0;  // what `state` shows
};

// The listed state and a watcher that continues from exactly there.
Result<WatchStart> start_watch(const Verbs& verbs, const Target& target, const WatchQuery& query);

class WatchStream final : public net::Stream {
 public:
  WatchStream(WatchStart start, const WatchQuery& query, EventWriter writer, Clock& clock,
              Random& random);
  ~WatchStream() override;

  Next pull(std::vector<net::Piece>& out, std::size_t bytes_wanted) override;
  void on_ready(std::function<void()> wake) override;
  bool is_endless() const override { return true; }

 private:
  struct Signals;  // what the timers touch; outlives the stream

  bool append_state(std::vector<net::Piece>& out);
  Next append_error(std::vector<net::Piece>& out, const Error& error);
  void arm_bookmark();

  std::vector<ObjectRef> state_;
  std::size_t state_sent_ = 0;
  std::unique_ptr<store::Watcher> watcher_;
  Revision revision_;
  EventWriter writer_;
  Clock& clock_;
  bool wants_bookmarks_;
  bool marks_end_of_state_;
  bool is_finished_ = false;
  std::shared_ptr<Signals> signals_;
  Clock::TimerId end_timer_ = 0;
  Clock::TimerId bookmark_timer_ = 0;
};

}  // namespace gp::api
