#include "files/byte_sink.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/narrow.h"
#include "files/once_event.h"
#include "files/stoppable_fd.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

// Collects small writes, so that a header of 30 bytes does not cost a system call; big ones pass
// by.
class Collector {
 public:
  Collector(StoppableFd out, std::string what) : out_(std::move(out)), what_(std::move(what)) {
    pending_.reserve(kBytes);
  }

  Status write(Bytes data) {
    if (data.size() > kBytes - pending_.size()) PENSTOCK_CHECK(flush());
    if (data.size() < kBytes) return append(pending_, data), Status();
    PENSTOCK_CHECK(out_.write_full(data, what_));
    written_ += data.size();
    return {};
  }
  Status flush() {
    const Status done = out_.write_full(pending_, what_);
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
  void cancel() { out_.cancel(); }

 private:
  static constexpr std::size_t kBytes = std::size_t{64} << 10;
  StoppableFd out_;
  std::string what_;
  std::vector<std::byte> pending_;
  std::uint64_t written_ = 0;
};

class FileSink final : public ByteSink {
 public:
  FileSink(AtomicFile file, Collector out, std::optional<FileMarks> marks)
      : file_(std::move(file)), out_(std::move(out)), marks_(std::move(marks)) {}

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
    if (marks_) put_marks(file_.fd(), *marks_);
    return file_.commit();
  }

 private:
  AtomicFile file_;
  Collector out_;
  std::optional<FileMarks> marks_;
};

class FdSink final : public ByteSink {
 public:
  // `own`: what it writes to, where nobody else closes that.
  explicit FdSink(Collector out, UniqueFd own = {}) : own_(std::move(own)), out_(std::move(out)) {}

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
  void cancel() override { out_.cancel(); }

 private:
  UniqueFd own_;
  Collector out_;
};

// Of what is there, links followed; 0 where that is nothing.
mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode : 0;
}
bool is_stream(mode_t mode) { return S_ISFIFO(mode) || S_ISCHR(mode); }

// No call waits for a FIFO's reader and for a stop: it is looked for this often.
constexpr int kLookEveryMs = 20;

// Opens what exists, without waiting; then, as long as only a reader is missing, again.
Result<UniqueFd> open_stream(const std::string& path, const std::stop_token& stop) {
  PENSTOCK_TRY(OnceEvent stopped, OnceEvent::create());
  const std::stop_callback on_stop(stop, [&] { stopped.happen(); });
  const bool fifo = S_ISFIFO(mode_of(path));
  for (;;) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (file) return file;
    if (!fifo || errno != ENXIO) return fail_errno("open " + path, errno);
    pollfd event{stopped.fd(), POLLIN, 0};
    if (::poll(&event, 1, kLookEveryMs) > 0)
      return fail(Code::kCancelled, "open " + path + ": cancelled");
  }
}

Result<std::unique_ptr<ByteSink>> make_file_sink(AtomicFile file, const std::string& path,
                                                 std::optional<FileMarks> marks) {
  PENSTOCK_TRY(StoppableFd out, StoppableFd::create(file.fd(), {}));
  return std::make_unique<FileSink>(std::move(file), Collector(std::move(out), "write " + path),
                                    std::move(marks));
}

}  // namespace

Result<std::unique_ptr<ByteSink>> open_file_sink(const std::string& path, bool replace) {
  PENSTOCK_TRY(AtomicFile file, AtomicFile::create(path, replace));
  return make_file_sink(std::move(file), path, std::nullopt);
}

Result<std::unique_ptr<ByteSink>> open_file_sink(const std::string& path, bool replace,
                                                 FileMarks marks) {
  PENSTOCK_TRY(AtomicFile file, AtomicFile::create(path, replace, 0600));
  return make_file_sink(std::move(file), path, std::move(marks));
}

bool is_stream(const std::string& path) { return is_stream(mode_of(path)); }

Result<std::unique_ptr<ByteSink>> open_stream_sink(const std::string& path,
                                                   const std::stop_token& stop) {
  PENSTOCK_TRY(UniqueFd file, open_stream(path, stop));
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || !is_stream(status.st_mode))
    return fail(Code::kChanged, "open " + path + ": it is something else now", Retry::kLater);
  PENSTOCK_TRY(StoppableFd out, StoppableFd::create(file.get(), stop));
  return std::make_unique<FdSink>(Collector(std::move(out), "write " + path), std::move(file));
}

Result<std::unique_ptr<ByteSink>> make_fd_sink(int fd, const std::string& name,
                                               std::stop_token stop) {
  PENSTOCK_TRY(StoppableFd out, StoppableFd::create(fd, std::move(stop)));
  return std::make_unique<FdSink>(Collector(std::move(out), "write " + name));
}

}  // namespace penstock
