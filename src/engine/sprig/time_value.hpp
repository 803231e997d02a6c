#pragma once
// Moments and durations as values of a template, with the methods that Go gives them.

#include "engine/sprig/go_time.hpp"
#include "engine/template/host.hpp"

namespace gp::sprig {

extern const tmpl::Type kTime;      // time.Time
extern const tmpl::Type kDuration;  // time.Duration

class TimeHost final : public tmpl::Host {
 public:
  explicit TimeHost(GoTime time) : time(std::move(time)) {}
  const tmpl::Type& type() const override { return kTime; }
  std::optional<tmpl::Val> field(std::string_view) const override { return std::nullopt; }
  std::optional<tmpl::Function> method(std::string_view name) const override;
  std::string text() const override;
  gp::Value to_value() const override;

  const GoTime time;
};

tmpl::Val time_value(GoTime time);
// Of a value whose type is kTime.
const GoTime& time_of(const tmpl::Val& value);

}  // namespace gp::sprig
