#include "files/byte_input.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/narrow.h"
#include "files/stoppable_fd.h"

namespace penstock {
namespace {

class FdInput final : public ByteInput {
 public:
  FdInput(int fd, std::string name) : fd_(fd), name_(std::move(name)), what_("read " + name_) {}

  Result<std::size_t> read_least(std::size_t least, MutableBytes out,
                                 const std::stop_token& stop) override {
    if (!reader_ || stop != stop_) {
      PENSTOCK_TRY(reader_, StoppableFd::create(fd_, stop));
      stop_ = stop;
    }
    return reader_->read_least(least, out, what_);
  }
  const std::string& name() const override { return name_; }

 private:
  int fd_;
  std::stop_token stop_;  // the reader's
  std::optional<StoppableFd> reader_;
  std::string name_;
  std::string what_;
};

class PartInput final : public ByteInput {
 public:
  PartInput(const ByteSource& source, std::uint64_t begin, std::uint64_t end)
      : source_(source), at_(begin), end_(std::max(begin, end)) {}

  Result<std::size_t> read_least(std::size_t /*least*/, MutableBytes out,
                                 const std::stop_token& /*stop*/) override {
    const auto bytes = narrow<std::size_t>(std::min<std::uint64_t>(out.size(), end_ - at_));
    PENSTOCK_CHECK(source_.read_at(at_, out.first(bytes)));
    at_ += bytes;
    return bytes;
  }
  const std::string& name() const override { return source_.name(); }

 private:
  const ByteSource& source_;
  std::uint64_t at_;
  std::uint64_t end_;
};

}  // namespace

std::unique_ptr<ByteInput> make_fd_input(int fd, std::string name) {
  return std::make_unique<FdInput>(fd, std::move(name));
}

std::unique_ptr<ByteInput> make_part_input(const ByteSource& source, std::uint64_t begin,
                                           std::uint64_t end) {
  return std::make_unique<PartInput>(source, begin, end);
}

}  // namespace penstock
