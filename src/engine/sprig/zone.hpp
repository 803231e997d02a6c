#pragma once
// Time zones of the IANA database, by name.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::sprig {

struct Offset {
  std::int64_t seconds = 0;  // east of UTC
  std::string name = "UTC";  // "CEST"; empty where the zone has only an offset
};

class Zone {
 public:
  static std::shared_ptr<const Zone> utc();
  static std::shared_ptr<const Zone> fixed(Offset offset);
  // "", "UTC" and "Local" are UTC: results do not depend on the machine's own zone.
  static Result<std::shared_ptr<const Zone>> load(std::string_view name);
  // From the bytes of a TZif file (RFC 8536).
  static Result<std::shared_ptr<const Zone>> parse(std::string_view bytes);

  const Offset& at(std::int64_t unix_seconds) const;
  // The offset at a moment told in the zone's own time.
  const Offset& at_local(std::int64_t local_seconds) const;

 private:
  struct Transition {
    std::int64_t at = 0;
    std::size_t offset = 0;
  };
  std::vector<Offset> offsets_;  // the first one holds before the first transition
  std::vector<Transition> transitions_;
};

}  // namespace gp::sprig
