#include "chunks/input_window.h"

#include <algorithm>

namespace penstock {
namespace {

// What is read at once, if it is there: a file is read in larger steps than what is looked at.
constexpr std::size_t kStepBytes = std::size_t{128} << 10;

}  // namespace

InputWindow::InputWindow(ByteInput& input, std::stop_token stop, std::uint64_t start)
    : input_(input), stop_(std::move(stop)), position_(start) {}

// With room for `room` bytes behind begin_, which moves to the buffer's start.
void InputWindow::make_room(std::size_t room) {
  const MutableBytes kept = buffer().subspan(begin_, held());
  if (room > room_) {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(room);
    std::ranges::copy(kept, larger.get());
    buffer_ = std::move(larger);
    room_ = room;
  } else {
    std::ranges::copy(kept, buffer_.get());
  }
  end_ = kept.size();
  begin_ = 0;
}

Status InputWindow::fill(std::size_t bytes) {
  if (held() >= bytes || ended_) return {};
  make_room(std::clamp(bytes, kStepBytes, kBytes));
  const std::size_t least = std::min(bytes, kBytes) - end_;
  const std::size_t most = std::clamp(bytes, kStepBytes, kBytes) - end_;
  PENSTOCK_TRY(const std::size_t got,
               input_.read_least(least, buffer().subspan(end_, most), stop_));
  end_ += got;
  ended_ = got < least;
  return {};
}

Result<Bytes> InputWindow::peek(std::size_t bytes) {
  PENSTOCK_CHECK(fill(bytes));
  return buffer().subspan(begin_, std::min(bytes, held()));
}

Result<std::size_t> InputWindow::take_least(std::size_t least, MutableBytes out) {
  const std::size_t there = std::min(out.size(), held());
  std::ranges::copy(buffer().subspan(begin_, there), out.begin());
  begin_ += there;
  std::size_t taken = there;
  if (taken < least && !ended_) {
    const std::size_t missing = least - taken;
    PENSTOCK_TRY(const std::size_t more, input_.read_least(missing, out.subspan(taken), stop_));
    ended_ = more < missing;
    taken += more;
  }
  position_ += taken;
  return taken;
}

}  // namespace penstock
