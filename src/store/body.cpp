#include "store/body.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "base/quote.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

class MemoryBody final : public Body {
 public:
  MemoryBody(Bytes data, std::optional<Sha256Digest> digest) : data_(data), digest_(digest) {}

  std::uint64_t size() const override { return data_.size(); }
  Status rewind() override {
    at_ = 0;
    return {};
  }
  Result<std::size_t> read(MutableBytes out) override {
    const Bytes piece = data_.subspan(at_, std::min(out.size(), data_.size() - at_));
    std::ranges::copy(piece, out.begin());
    at_ += piece.size();
    return piece.size();
  }
  std::optional<Bytes> whole() const override { return data_; }
  Result<Sha256Digest> sha256() override {
    if (!digest_) {
      PENSTOCK_TRY(digest_, penstock::sha256(data_));
    }
    return *digest_;
  }

 private:
  Bytes data_;
  std::optional<Sha256Digest> digest_;
  std::size_t at_ = 0;
};

// What of a file tells that its content was changed.
struct FileState {
  std::int64_t bytes = 0;
  timespec modified{};
  timespec changed{};

  static Result<FileState> of(int fd, const std::string& name) {
    struct stat info {};
    if (fstat(fd, &info) != 0) return fail_errno("stat " + printable(name), errno);
    return FileState{info.st_size, info.st_mtim, info.st_ctim};
  }
  bool operator==(const FileState& other) const {
    const auto same = [](const timespec& a, const timespec& b) {
      return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
    };
    return bytes == other.bytes && same(modified, other.modified) && same(changed, other.changed);
  }
};

class FileBody final : public Body {
 public:
  FileBody(int fd, std::uint64_t begin, std::uint64_t size, std::string name)
      : fd_(fd),
        begin_(begin),
        size_(size),
        name_(std::move(name)),
        state_(FileState::of(fd, name_)) {}

  std::uint64_t size() const override { return size_; }
  Status rewind() override {
    at_ = 0;
    return {};
  }
  Result<std::size_t> read(MutableBytes out) override {
    if (at_ == 0) PENSTOCK_CHECK(check());
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - at_));
    PENSTOCK_TRY(const std::size_t got,
                 read_full_at(fd_, begin_ + at_, out.first(wanted), "read " + printable(name_)));
    if (got < wanted) return changed();
    at_ += got;
    if (at_ == size_ && got > 0) PENSTOCK_CHECK(check());
    return got;
  }
  Result<Sha256Digest> sha256() override {
    if (!digest_) {
      PENSTOCK_TRY(digest_, read_through());
    }
    return *digest_;
  }

 private:
  Failure changed() const {
    return fail(Code::kChanged, "read " + printable(name_) + ": the file changed meanwhile");
  }
  Status check() const {
    PENSTOCK_TRY(const FileState before, state_);
    PENSTOCK_TRY(const FileState now, FileState::of(fd_, name_));
    if (!(before == now)) return changed();
    return {};
  }
  Result<Sha256Digest> read_through() {
    PENSTOCK_TRY(StreamSha256 digest, StreamSha256::create());
    std::vector<std::byte> buffer(std::min<std::uint64_t>(size_, std::uint64_t{256} << 10));
    PENSTOCK_CHECK(rewind());
    while (at_ < size_) {
      PENSTOCK_TRY(const std::size_t got, read(buffer));
      PENSTOCK_CHECK(digest.update(Bytes(buffer).first(got)));
    }
    PENSTOCK_CHECK(rewind());
    return digest.finish();
  }

  int fd_;
  std::uint64_t begin_;
  std::uint64_t size_;
  std::string name_;
  Result<FileState> state_;  // when the body was made
  std::uint64_t at_ = 0;
  std::optional<Sha256Digest> digest_;
};

}  // namespace

std::unique_ptr<Body> make_file_body(int fd, std::uint64_t begin, std::uint64_t size,
                                     std::string name) {
  return std::make_unique<FileBody>(fd, begin, size, std::move(name));
}

std::unique_ptr<Body> make_memory_body(Bytes data, std::optional<Sha256Digest> digest) {
  return std::make_unique<MemoryBody>(data, digest);
}

}  // namespace penstock
