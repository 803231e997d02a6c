#include "app/board.hpp"

namespace gp::app {
namespace {

using runtime::PartState;
using runtime::PartStatus;

std::string took_text(const PartStatus& status) {
  if (status.took == Duration::zero()) return "";
  const auto ms = std::chrono::duration<double, std::milli>(status.took).count();
  return ms < 10       ? fmt::format("{:.1f} ms", ms)
         : ms < 10'000 ? fmt::format("{:.0f} ms", ms)
                       : fmt::format("{:.1f} s", ms / 1000);
}

// Where the free text of a line begins: two blanks, name, state and time before it.
constexpr std::size_t kTextColumn = 35;

bool is_final(PartState state) {
  return state != PartState::Waiting && state != PartState::Starting;
}

}  // namespace

Board::Board(Terminal& terminal, runtime::Parts& parts) : terminal_(terminal), parts_(parts) {
  handle_ = parts_.on_change([this](const PartStatus& status) { changed(status); });
}

Board::~Board() {
  parts_.off(handle_);
}

void Board::title(std::string_view text) {
  const std::lock_guard lock(mutex_);
  terminal_.print(fmt::format("{}\n\n", text));
}

void Board::settle() {
  const std::lock_guard lock(mutex_);
  if (terminal_.is_live()) redraw();
  for (const PartStatus& status : parts_.all()) printed_[status.name] = line(status);
  is_settled_ = true;
}

void Board::changed(const PartStatus& status) {
  const std::lock_guard lock(mutex_);
  if (!is_settled_ && terminal_.is_live()) return redraw();
  if (!is_final(status.state)) return;
  std::string text = line(status);
  std::string& last = printed_[status.name];
  if (text == last) return;
  terminal_.print(text + "\n");
  last = std::move(text);
}

void Board::redraw() {
  std::string picture;
  if (drawn_lines_ > 0) picture = fmt::format("\x1b[{}A", drawn_lines_);
  drawn_lines_ = 0;
  for (const PartStatus& status : parts_.all()) {
    picture += "\x1b[2K" + line(status) + "\n";
    ++drawn_lines_;
  }
  terminal_.print(picture);
}

std::string Board::line(const PartStatus& status) const {
  const std::string_view state = runtime::part_state_name(status.state);
  std::string mark;
  switch (status.state) {
    case PartState::Ready: mark = terminal_.green(pad_right(state, 9)); break;
    case PartState::Degraded: mark = terminal_.yellow(pad_right(state, 9)); break;
    case PartState::Failed: mark = terminal_.red(pad_right(state, 9)); break;
    default: mark = terminal_.dim(pad_right(state, 9)); break;
  }
  std::string text = status.summary;
  if (!status.address.empty()) text = text.empty() ? status.address : status.address + "  " + text;
  if (!status.hint.empty()) text += " (" + status.hint + ")";
  if (terminal_.is_live())
    text = shorten(text, terminal_.width() - std::min(terminal_.width(), kTextColumn) + 1);
  return fmt::format("  {}  {}  {:>8}  {}", pad_right(status.name, 10), mark, took_text(status),
                     text);
}

}  // namespace gp::app
