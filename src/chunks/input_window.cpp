#include "chunks/input_window.h"

#include <algorithm>

namespace penstock {
namespace {

// A pipe is read in small steps, so that its reader does not wait for more than it needs to know
// what it has.
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
  const std::size_t wanted = std::clamp(bytes, kStepBytes, kBytes) - end_;
  PENSTOCK_TRY(const std::size_t got,
               input_.read(MutableBytes(buffer_).subspan(end_, wanted), stop_));
  end_ += got;
  ended_ = got < wanted;
  return {};
}

Result<Bytes> InputWindow::peek(std::size_t bytes) {
  PENSTOCK_CHECK(fill(bytes));
  return Bytes(buffer_).subspan(begin_, std::min(bytes, held()));
}

Result<std::size_t> InputWindow::take(MutableBytes out) {
  const std::size_t there = std::min(out.size(), held());
  std::copy_n(buffer_.begin() + std::ptrdiff_t(begin_), there, out.begin());
  begin_ += there;
  std::size_t taken = there;
  if (taken < out.size() && !ended_) {
    PENSTOCK_TRY(const std::size_t more, input_.read(out.subspan(taken), stop_));
    ended_ = more < out.size() - taken;
    taken += more;
  }
  position_ += taken;
  return taken;
}

}  // namespace penstock
