#include "platform/cluster/watch_all.hpp"

#include "platform/cluster/parallel.hpp"

namespace gp::cluster {
namespace {

constexpr std::string_view kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";
// The same objects in other words.
constexpr std::string_view kOtherEvents = "events.events.k8s.io";

class WatchAll final : public Watcher {
 public:
  WatchAll(std::vector<std::unique_ptr<Watcher>> parts, Revision after)
      : parts_(std::move(parts)), position_(after) {
    for (const auto& part : parts_) position_ = std::max(position_, part->position());
  }

  Result<> poll(std::vector<Event>& out, std::size_t max) override {
    const std::size_t before = out.size();
    for (const auto& part : parts_) {
      const std::size_t taken = out.size() - before;
      if (taken >= max) break;
      auto polled = part->poll(out, max - taken);
      // One part's end is the end of all: whoever listens looks at everything again.
      if (!polled) return fail(gone("a part of the watch has ended: {}", polled.error().message));
      position_ = std::max(position_, part->position());
    }
    for (std::size_t i = before; i < out.size(); ++i) {
      if (out[i].object && out[i].object->resource() == kDefinitions)
        return fail(gone("the kinds of the cluster have changed"));
    }
    return {};
  }
  Revision position() const override { return position_; }
  void on_ready(std::function<void()> wake) override {
    for (const auto& part : parts_) part->on_ready(wake);
  }

 private:
  std::vector<std::unique_ptr<Watcher>> parts_;
  Revision position_;
};

}  // namespace

Result<std::unique_ptr<Watcher>> watch_all(RemoteCluster& cluster, const Context& context,
                                           const WatchOptions& options) {
  const RemoteKinds kinds = TRY(cluster.discovery().refresh(context));
  std::vector<WatchOptions> wanted;
  for (const RemoteKind& kind : *kinds) {
    if (!kind.is_preferred || !kind.can("watch") || !kind.can("list")) continue;
    if (kind.resource() == kOtherEvents) continue;
    WatchOptions one = options;
    one.resource = kind.resource();
    wanted.push_back(std::move(one));
  }
  std::vector<Result<std::unique_ptr<Watcher>>> opened(wanted.size());
  in_parallel(wanted.size(), [&](std::size_t i) { opened[i] = cluster.watch(context, wanted[i]); });
  std::vector<std::unique_ptr<Watcher>> parts;
  for (auto& part : opened) {
    if (part) {
      parts.push_back(std::move(*part));
    } else if (part.error().code != Code::Forbidden && part.error().code != Code::NotFound) {
      return fail(std::move(part).error());
    }
  }
  return std::make_unique<WatchAll>(std::move(parts), options.after);
}

}  // namespace gp::cluster
