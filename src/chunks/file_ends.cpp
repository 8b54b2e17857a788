#include "chunks/file_ends.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/narrow.h"

namespace penstock {
namespace {

// Takes everything and keeps nothing.
class NoSink final : public ByteSink {
 public:
  Status write(Bytes data) override { return position_ += data.size(), Status(); }
  std::uint64_t position() const override { return position_; }
  bool can_patch() const override { return false; }
  Status patch(std::uint64_t, Bytes) override { return fail(Code::kInvalid, "nothing is kept"); }
  Status rewind(std::uint64_t) override { return fail(Code::kInvalid, "nothing is kept"); }
  Status finish() override { return {}; }

 private:
  std::uint64_t position_ = 0;
};

bool same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

Status check_kind(const struct stat& status, const std::string& path) {
  if (S_ISDIR(status.st_mode))
    return fail(Code::kInvalid, path + " is a directory: 'penstock pack' takes whole trees");
  if (!S_ISREG(status.st_mode))
    return fail(Code::kUnsupported,
                path + " is no regular file; what a pipe or device gives is read from '-'");
  return {};
}

// Written to what it is read from, a file would never end (standard output) or be lost.
Status check_other(const std::string& path, const InputEnd& input) {
  struct stat there {};
  const int found = path == "-" ? fstat(STDOUT_FILENO, &there) : ::stat(path.c_str(), &there);
  if (found != 0 || !S_ISREG(there.st_mode) || !input.is(there)) return {};
  return fail(Code::kInvalid, "the output is the input, " + input.shown());
}

Result<std::unique_ptr<ByteSink>> open_stream_end(const EndOptions& options,
                                                  const std::stop_token& stop) {
  if (options.remove_input)
    return fail(Code::kInvalid, options.output + " is no file: the input is not removed for it");
  return open_stream_sink(options.output, stop);
}

Result<std::unique_ptr<ByteSink>> open_file_end(const EndOptions& options, const InputEnd& input) {
  std::optional<FileMarks> marks = input.marks();
  auto sink = marks ? open_file_sink(options.output, options.replace, *std::move(marks))
                    : open_file_sink(options.output, options.replace);
  // What is missing is a directory for the output, and not the source.
  if (!sink && sink.error().code == Code::kNotFound) sink.error().code = Code::kInvalid;
  return sink;
}

}  // namespace

Result<InputEnd> InputEnd::open(const std::string& path) {
  InputEnd end;
  if (path != "-") {
    // Without O_NONBLOCK a pipe that nobody writes to would hang us here.
    end.fd_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!end.fd_) return fail_errno("open " + path, errno);
    end.path_ = path;
  }
  if (fstat(end.fd(), &end.status_) != 0) return fail_errno("stat " + path, errno);
  if (path != "-") PENSTOCK_CHECK(check_kind(end.status_, path));
  // Only advice: reading works without.
  static_cast<void>(posix_fadvise(end.fd(), 0, 0, POSIX_FADV_SEQUENTIAL));
  end.bytes_ = make_fd_input(end.fd(), path != "-" ? path : "standard input");
  return end;
}

std::unique_ptr<ByteSource> InputEnd::source() const {
  return make_fd_source(fd(), to_u64(status_.st_size), shown());
}

bool InputEnd::is(const struct stat& other) const {
  return other.st_dev == status_.st_dev && other.st_ino == status_.st_ino;
}

std::optional<FileMarks> InputEnd::marks() const {
  if (path_.empty()) return std::nullopt;
  return marks_of(fd(), status_);
}

Status InputEnd::check_unchanged() const {
  if (path_.empty()) return {};
  struct stat now {};
  if (fstat(fd(), &now) != 0) return fail_errno("stat " + path_, errno);
  // The time of change too: some programs set the other one back after they have written.
  if (now.st_size == status_.st_size && same_time(now.st_mtim, status_.st_mtim) &&
      same_time(now.st_ctim, status_.st_ctim))
    return {};
  return fail(Code::kChanged, path_ + " changed while it was read", Retry::kLater);
}

Status InputEnd::remove() const {
  if (path_.empty()) return {};
  PENSTOCK_CHECK(check_unchanged());
  struct stat named {};
  if (lstat(path_.c_str(), &named) != 0) return fail_errno("stat " + path_, errno);
  if (!is(named))
    return fail(Code::kChanged, path_ + " is kept: the name is a link, or another file has it now");
  if (::unlink(path_.c_str()) != 0) return fail_errno("remove " + path_, errno);
  return {};
}

Status check_ends(const EndOptions& options) {
  if (options.input.empty()) return fail(Code::kInvalid, "no input named");
  if (options.remove_input && (options.input == "-" || options.output == "-"))
    return fail(Code::kInvalid, "the input can only be removed where it and the output are files");
  return {};
}

Result<std::unique_ptr<ByteSink>> open_output_end(const EndOptions& options, const InputEnd& input,
                                                  const std::stop_token& stop) {
  const std::string& path = options.output;
  if (path.empty()) return std::make_unique<NoSink>();
  PENSTOCK_CHECK(check_other(path, input));
  if (path == "-") return make_fd_sink(STDOUT_FILENO, "standard output", stop);
  if (options.write_into_devices && is_stream(path)) return open_stream_end(options, stop);
  return open_file_end(options, input);
}

}  // namespace penstock
