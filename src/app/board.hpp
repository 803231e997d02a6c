#pragma once
// The status board of `goldenpath up`: each part as it comes up, with its count and time. Redrawn
// in place on a terminal; one line a part, as it settles, otherwise.

#include <map>
#include <mutex>
#include <string>

#include "app/terminal.hpp"
#include "platform/runtime/parts.hpp"

namespace gp::app {

class Board {
 public:
  Board(Terminal& terminal, runtime::Parts& parts);
  ~Board();  // stops listening; leaves the last picture

  void title(std::string_view text);
  // From now on the picture stays; later changes of a part print a line each.
  void settle();

 private:
  void changed(const runtime::PartStatus& status);
  void redraw();
  std::string line(const runtime::PartStatus& status) const;

  Terminal& terminal_;
  runtime::Parts& parts_;
  std::uint64_t handle_ = 0;

  std::mutex mutex_;  // guards the fields below and the order of output
  std::size_t drawn_lines_ = 0;
  bool is_settled_ = false;
  std::map<std::string, std::string> printed_;  // part to the line last printed
};

}  // namespace gp::app
