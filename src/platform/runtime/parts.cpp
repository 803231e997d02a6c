#include "platform/runtime/parts.hpp"

namespace gp::runtime {

std::string_view part_state_name(PartState state) {
  switch (state) {
    case PartState::Waiting: return "waiting";
    case PartState::Starting: return "starting";
    case PartState::Ready: return "ready";
    case PartState::Degraded: return "degraded";
    case PartState::Failed: return "failed";
    case PartState::Off: return "off";
  }
  return "waiting";
}

namespace {

bool is_up(PartState state) {
  return state == PartState::Ready || state == PartState::Degraded;
}
bool is_settled_state(PartState state) {
  return state != PartState::Waiting && state != PartState::Starting;
}

}  // namespace

void Parts::declare(std::string name) {
  const std::lock_guard lock(mutex_);
  const auto same = [&](const PartStatus& part) { return part.name == name; };
  if (std::ranges::any_of(parts_, same)) return;
  parts_.emplace_back().name = std::move(name);
}

void Parts::report(PartStatus status) {
  declare(status.name);

  std::vector<std::function<void(const PartStatus&)>> listeners;
  {
    const std::lock_guard lock(mutex_);
    const auto same = [&](const PartStatus& part) { return part.name == status.name; };
    PartStatus& known = *std::ranges::find_if(parts_, same);

    if (status.state == PartState::Starting) started_.try_emplace(status.name, clock_.monotonic());
    status.took = known.took;
    const auto started = started_.find(status.name);
    if (is_up(status.state) && started != started_.end() && known.took == Duration::zero()) {
      status.took = clock_.monotonic() - started->second;
    }
    if (status.address.empty()) status.address = known.address;

    known = status;
    for (const auto& [handle, listener] : listeners_) listeners.push_back(listener);
  }
  for (const auto& listener : listeners) listener(status);
}

void Parts::show(const std::string& name, std::function<void(PartStatus&)> now) {
  const std::lock_guard lock(shown_mutex_);
  if (now) {
    shown_[name] = std::move(now);
  } else {
    shown_.erase(name);
  }
}

std::vector<PartStatus> Parts::all() const {
  std::vector<PartStatus> parts;
  {
    const std::lock_guard lock(mutex_);
    parts = parts_;
  }
  const std::lock_guard lock(shown_mutex_);
  for (PartStatus& part : parts) {
    if (const auto now = shown_.find(part.name); now != shown_.end()) now->second(part);
  }
  return parts;
}

bool Parts::is_settled() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(parts_, [](const auto& part) { return is_settled_state(part.state); });
}

std::uint64_t Parts::on_change(std::function<void(const PartStatus&)> listener) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(next_handle_, std::move(listener));
  return next_handle_++;
}

void Parts::off(std::uint64_t handle) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(handle);
}

}  // namespace gp::runtime
