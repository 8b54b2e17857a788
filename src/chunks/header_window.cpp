#include "chunks/header_window.h"

#include <algorithm>
#include <utility>

#include "base/narrow.h"

namespace penstock {
namespace {

// Enough for the headers that follow each other where a zstd frame ends and the next begins.
constexpr std::size_t kAlone = 64;
// What lies closer than a page would be read from the disk anyway.
constexpr std::size_t kNear = 4096;
constexpr std::size_t kGrowth = 4;

}  // namespace

HeaderWindow::HeaderWindow(const ByteSource& file, std::stop_token stop)
    : file_(file), stop_(std::move(stop)), ahead_(kAlone) {}

bool HeaderWindow::holds(std::uint64_t offset, std::size_t bytes) const {
  return offset >= begin_ && offset - begin_ <= buffer_.size() &&
         bytes <= buffer_.size() - (offset - begin_);
}

Result<Bytes> HeaderWindow::look(std::uint64_t offset, std::size_t bytes) {
  offset = std::min(offset, file_.size());
  bytes = narrow<std::size_t>(std::min<std::uint64_t>(bytes, file_.size() - offset));
  if (!holds(offset, bytes)) {
    if (stop_.stop_requested()) return fail(Code::kCancelled, "cancelled");
    const std::uint64_t end = begin_ + buffer_.size();
    const bool near = offset >= begin_ && offset < end + kNear;
    ahead_ = near ? std::min(kGrowth * ahead_, kBytes) : kAlone;
    const auto wanted = std::min<std::uint64_t>(std::max(bytes, ahead_), file_.size() - offset);
    begin_ = offset;
    buffer_.resize(narrow<std::size_t>(wanted));
    PENSTOCK_CHECK(file_.read_at(offset, buffer_));
  }
  return Bytes(buffer_).subspan(narrow<std::size_t>(offset - begin_), bytes);
}

}  // namespace penstock
