#pragma once
// `kubectl port-forward` to the platform's own listeners.
//
// Each listener is a Pod and a Service in the namespace "goldenpath", so that kubectl finds what it
// looks for; connections go to the listener's real address, whatever the objects say. SPDY/3.1 goes
// through a WebSocket (kubectl 1.31 and later) or straight over an upgraded connection.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapter/net/websocket.hpp"
#include "adapter/tcp/relay.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

constexpr std::string_view kPlatformNamespace = "goldenpath";
constexpr std::string_view kTunnelProtocol = "SPDY/3.1+portforward.k8s.io";

struct ForwardTarget {
  std::string name;  // "portal": of its Pod and its Service
  std::string address;
  std::uint16_t port = 0;
  std::uint16_t service_port = 80;
};

class PortForwards {
 public:
  static constexpr int kSessionsMax = 64;

  void add(ForwardTarget target);
  // Makes the namespace, the Pods and the Services, or corrects them. They show what listens now.
  Result<> publish(Verbs& verbs) const;

  std::optional<ForwardTarget> find(std::string_view ns, std::string_view pod) const;
  // Whether one more client may come now.
  bool has_room() const { return sessions_ < kSessionsMax; }
  // Serves a client until it goes; returns at once.
  void serve(const ForwardTarget& target, std::shared_ptr<net::WebSocket> socket);

  int sessions() const { return sessions_; }

 private:
  mutable std::mutex mutex_;                                   // guards the field below
  std::map<std::string, ForwardTarget, std::less<>> targets_;  // by name
  std::atomic<int> sessions_ = 0;
  tcp::Relay relay_;
};

}  // namespace gp::api
