#pragma once
// What a feature is given when it is mounted. Features never include each other: they meet in the
// store, and what one needs of another comes through a small interface that app/ hands in.

#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/worker_pool.hpp"
#include "platform/cluster/cluster.hpp"
#include "platform/config/platform_config.hpp"
#include "platform/object/kind.hpp"
#include "platform/runtime/manager.hpp"
#include "platform/runtime/parts.hpp"
#include "platform/web/router.hpp"

namespace gp::runtime {

struct Mount {
  object::KindRegistry& kinds;
  cluster::Cluster& local;
  Manager& controllers;
  Parts& parts;
  web::Router& portal;               // routes of the portal's listener: "/api/catalog/…"
  const config::Platform* platform;  // null: no platform repository
  Clock& clock;
  Random& random;
  std::string data_dir;
};

}  // namespace gp::runtime
