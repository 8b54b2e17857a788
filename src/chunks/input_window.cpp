#include "chunks/input_window.h"

#include <algorithm>

namespace penstock {
namespace {

// What is read at once, if it is there: a file is read in larger steps than what is looked at.
constexpr std::size_t kStepBytes = std::size_t{128} << 10;

}  // namespace

InputWindow::InputWindow(ByteInput& input, std::stop_token stop, std::uint64_t start)
    : input_(input), stop_(std::move(stop)), buffer_(kBytes), position_(start) {}

Status InputWindow::fill(std::size_t bytes) {
  if (held() >= bytes || ended_) return {};
  std::copy(buffer_.begin() + std::ptrdiff_t(begin_), buffer_.begin() + std::ptrdiff_t(end_),
            buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  const std::size_t least = std::min(bytes, kBytes) - end_;
  const std::size_t most = std::clamp(bytes, kStepBytes, kBytes) - end_;
  PENSTOCK_TRY(const std::size_t got,
               input_.read_least(least, MutableBytes(buffer_).subspan(end_, most), stop_));
  end_ += got;
  ended_ = got < least;
  return {};
}

Result<Bytes> InputWindow::peek(std::size_t bytes) {
  PENSTOCK_CHECK(fill(bytes));
  return Bytes(buffer_).subspan(begin_, std::min(bytes, held()));
}

Result<std::size_t> InputWindow::take_least(std::size_t least, MutableBytes out) {
  const std::size_t there = std::min(out.size(), held());
  std::copy_n(buffer_.begin() + std::ptrdiff_t(begin_), there, out.begin());
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
