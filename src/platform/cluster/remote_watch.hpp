#pragma once
// One watch of a remote API server, as a Watcher: lines arrive on the network's thread and are
// parsed by whoever polls. At most a few MiB wait here; beyond, the server is held back.
//
// It ends with an error: Gone when the server's history is over, Unavailable otherwise (also after
// the time the server gives a watch). Resume behind position().

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "adapter/http_client/network.hpp"
#include "platform/cluster/cluster.hpp"
#include "platform/cluster/discovery.hpp"

namespace gp::cluster {

// An object as a remote server sent it. DataLoss when it has no name or no numeric resourceVersion.
Result<ObjectRef> remote_object(std::string_view resource, const Value& document);

class RemoteWatcher final : public Watcher {
 public:
  // Returns once the server has agreed to the watch, or with its refusal.
  static Result<std::unique_ptr<RemoteWatcher>> open(Session& session, const Context& context,
                                                     const RemoteKind& kind,
                                                     const WatchOptions& options, Revision after);
  ~RemoteWatcher() override;

  Result<> poll(std::vector<Event>& out, std::size_t max) override;
  Revision position() const override { return position_; }
  void on_ready(std::function<void()> wake) override;

 private:
  class Inbox;
  RemoteWatcher(std::string resource, Revision after, std::shared_ptr<Inbox> inbox);
  Result<> take(std::string_view line, std::vector<Event>& out);

  const std::string resource_;
  std::atomic<Revision> position_;
  std::shared_ptr<Inbox> inbox_;
  std::unique_ptr<http::Network::Transfer> transfer_;
};

}  // namespace gp::cluster
