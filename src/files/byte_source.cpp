#include "files/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/narrow.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

Status within_size(std::uint64_t offset, std::size_t length, std::uint64_t size,
                   const std::string& name) {
  if (offset > size || length > size - offset) return fail(Code::kCorrupt, name + ": truncated");
  return {};
}

class FdSource final : public ByteSource {
 public:
  FdSource(int fd, std::uint64_t size, std::string name)
      : fd_(fd), size_(size), name_(std::move(name)), what_("read " + name_) {}

  std::uint64_t size() const override { return size_; }
  const std::string& name() const override { return name_; }
  Status read_at(std::uint64_t offset, MutableBytes out) const override {
    PENSTOCK_CHECK(within_size(offset, out.size(), size_, name_));
    PENSTOCK_TRY(const std::size_t got, read_full_at(fd_, offset, out, what_));
    if (got < out.size()) return fail(Code::kCorrupt, name_ + ": truncated while it was read");
    return {};
  }

 private:
  int fd_;
  std::uint64_t size_;
  std::string name_;
  std::string what_;
};

// A file of its own.
class FileSource final : public ByteSource {
 public:
  FileSource(UniqueFd fd, std::uint64_t size, const std::string& name)
      : fd_(std::move(fd)), bytes_(fd_.get(), size, name) {}

  std::uint64_t size() const override { return bytes_.size(); }
  const std::string& name() const override { return bytes_.name(); }
  Status read_at(std::uint64_t offset, MutableBytes out) const override {
    return bytes_.read_at(offset, out);
  }

 private:
  UniqueFd fd_;
  FdSource bytes_;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(Bytes data, std::string name) : data_(data), name_(std::move(name)) {}

  std::uint64_t size() const override { return data_.size(); }
  const std::string& name() const override { return name_; }
  Status read_at(std::uint64_t offset, MutableBytes out) const override {
    PENSTOCK_CHECK(within_size(offset, out.size(), data_.size(), name_));
    std::ranges::copy(data_.subspan(narrow<std::size_t>(offset), out.size()), out.begin());
    return {};
  }

 private:
  Bytes data_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file_source(const std::string& path) {
  // Without O_NONBLOCK a pipe that nobody writes to would hang us here.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return fail_errno("open " + path, errno);
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return fail_errno("stat " + path, errno);
  if (S_ISDIR(status.st_mode)) return fail(Code::kInvalid, "open " + path + ": is a directory");
  if (!S_ISREG(status.st_mode))
    return fail(Code::kUnsupported,
                "open " + path + ": cannot be read at random places (a pipe or device)");
  return std::make_unique<FileSource>(std::move(fd), to_u64(status.st_size), path);
}

std::unique_ptr<ByteSource> make_fd_source(int fd, std::uint64_t size, std::string name) {
  return std::make_unique<FdSource>(fd, size, std::move(name));
}

std::unique_ptr<ByteSource> make_memory_source(Bytes data, std::string name) {
  return std::make_unique<MemorySource>(data, std::move(name));
}

}  // namespace penstock
