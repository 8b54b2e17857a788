#include "files/byte_sink.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <unistd.h>

#include "base/narrow.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

// Collects small writes, so that a header of 30 bytes does not cost a system call; big ones pass
// by.
class Collector {
 public:
  Collector(int fd, std::string what) : fd_(fd), what_(std::move(what)) {
    pending_.reserve(kBytes);
  }

  Status write(Bytes data) {
    if (data.size() > kBytes - pending_.size()) PENSTOCK_CHECK(flush());
    if (data.size() < kBytes) return append(pending_, data), Status();
    PENSTOCK_CHECK(write_full(fd_, data, what_));
    written_ += data.size();
    return {};
  }
  Status flush() {
    const Status done = write_full(fd_, pending_, what_);
    written_ += pending_.size();
    pending_.clear();  // also after a failure: writing it twice would be worse
    return done;
  }
  // The part of what is collected that begins at `offset`; empty when that is written already.
  MutableBytes pending_from(std::uint64_t offset) {
    if (offset < written_) return {};
    return MutableBytes(pending_).subspan(narrow<std::size_t>(offset - written_));
  }
  // Forgets what is collected from `offset` on; all of it, if written bytes go too.
  void rewind(std::uint64_t offset) {
    const MutableBytes dropped = offset < written_ ? MutableBytes(pending_) : pending_from(offset);
    pending_.erase(pending_.end() - std::ssize(dropped), pending_.end());
    written_ = std::min(written_, offset);
  }
  std::uint64_t written() const { return written_; }
  std::uint64_t position() const { return written_ + pending_.size(); }
  const std::string& what() const { return what_; }

 private:
  static constexpr std::size_t kBytes = std::size_t{64} << 10;
  int fd_;
  std::string what_;
  std::vector<std::byte> pending_;
  std::uint64_t written_ = 0;
};

class FileSink final : public ByteSink {
 public:
  FileSink(AtomicFile file, const std::string& path)
      : file_(std::move(file)), out_(file_.fd(), "write " + path) {}

  Status write(Bytes data) override { return out_.write(data); }
  std::uint64_t position() const override { return out_.position(); }
  bool can_patch() const override { return true; }
  Status patch(std::uint64_t offset, Bytes data) override {
    if (offset > position() || data.size() > position() - offset)
      return fail(Code::kInvalid, out_.what() + ": patch beyond what was written");
    // What was written last is patched most, and is mostly still here.
    if (const MutableBytes pending = out_.pending_from(offset); !pending.empty() || data.empty())
      return std::ranges::copy(data, pending.begin()), Status();
    PENSTOCK_CHECK(out_.flush());
    return write_full_at(file_.fd(), offset, data, out_.what());
  }
  Status rewind(std::uint64_t offset) override {
    if (offset > position())
      return fail(Code::kInvalid, out_.what() + ": rewind beyond what was written");
    const bool shorter = offset < out_.written();
    out_.rewind(offset);
    if (!shorter) return {};
    const off_t end = narrow<off_t>(offset);
    if (ftruncate(file_.fd(), end) != 0 || lseek(file_.fd(), end, SEEK_SET) != end)
      return fail_errno(out_.what(), errno);
    return {};
  }
  Status finish() override {
    PENSTOCK_CHECK(out_.flush());
    return file_.commit();
  }

 private:
  AtomicFile file_;
  Collector out_;
};

class FdSink final : public ByteSink {
 public:
  FdSink(int fd, const std::string& name) : out_(fd, "write " + name) {}

  Status write(Bytes data) override { return out_.write(data); }
  std::uint64_t position() const override { return out_.position(); }
  bool can_patch() const override { return false; }
  Status patch(std::uint64_t, Bytes) override {
    return fail(Code::kInvalid, out_.what() + ": a stream cannot be patched");
  }
  Status rewind(std::uint64_t) override {
    return fail(Code::kInvalid, out_.what() + ": a stream cannot be taken back");
  }
  Status finish() override { return out_.flush(); }

 private:
  Collector out_;
};

}  // namespace

Result<std::unique_ptr<ByteSink>> open_file_sink(const std::string& path, bool replace) {
  PENSTOCK_TRY(AtomicFile file, AtomicFile::create(path, replace));
  return std::make_unique<FileSink>(std::move(file), path);
}

std::unique_ptr<ByteSink> make_fd_sink(int fd, std::string name) {
  return std::make_unique<FdSink>(fd, name);
}

}  // namespace penstock
