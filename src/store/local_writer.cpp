#include "store/local_writer.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "base/narrow.h"
#include "files/atomic_file.h"
#include "store/local_key.h"
#include "store/local_object.h"

namespace penstock {
namespace {

constexpr int kPutTries = 100;  // of a put whose directory is removed by somebody at the same time
constexpr mode_t kDirectoryMode = 0777;
constexpr std::size_t kWritePieceBytes = std::size_t{256} << 10;
constexpr std::size_t kCopyBytes = std::size_t{16} << 20;

Failure in_the_way(std::string_view what) {
  return fail(Code::kInvalid, "a directory cannot hold this key: " + std::string(what) +
                                  "; a name is a file or a directory, not both");
}

Result<struct stat> status_of(const AtomicFile& file, const SafeDir& dir, std::string_view leaf) {
  if (file.fd() < 0) return dir.stat(leaf);  // not synced: closed at the commit
  struct stat status {};
  if (fstat(file.fd(), &status) != 0) return fail_errno("stat", errno);
  return status;
}

bool cannot_copy(int errnum) {
  return errnum == EXDEV || errnum == EINVAL || errnum == ENOSYS || errnum == EOPNOTSUPP ||
         errnum == EPERM;
}

// At most kCopyBytes; by way of our memory where the kernel cannot.
Result<std::size_t> copy_some(int from, off_t& at, std::size_t bytes, int to) {
  const ssize_t copied = copy_file_range(from, &at, to, nullptr, bytes, 0);
  if (copied >= 0) return narrow<std::size_t>(copied);
  if (errno == EINTR) return copy_some(from, at, bytes, to);
  if (!cannot_copy(errno)) return fail_errno("copy", errno);
  std::vector<std::byte> buffer(std::min(bytes, kWritePieceBytes));
  PENSTOCK_TRY(const std::size_t got,
               read_full_at(from, narrow<std::uint64_t>(at), buffer, "copy"));
  PENSTOCK_CHECK(write_full(to, Bytes(buffer).first(got), "copy"));
  at += narrow<off_t>(got);
  return got;
}

// What failed in a directory that has been removed meanwhile is kNotFound, whatever the file system
// calls it (EPERM, too).
Error as_gone(Error error, const SafeDir& dir) {
  struct stat status {};
  if (fstat(dir.fd(), &status) == 0 && status.st_nlink == 0) error.code = Code::kNotFound;
  return error;
}

}  // namespace

Result<PutResult> LocalWriter::write(const std::string& key, const PutOptions& options,
                                     const Fill& fill) const {
  auto done = try_write(key, options, fill);
  for (int i = 1; i < kPutTries && !done && done.error().code == Code::kNotFound; ++i)
    done = try_write(key, options, fill);
  if (!done) prune(directory_of(key));
  return done;
}

Result<PutResult> LocalWriter::try_write(const std::string& key, const PutOptions& options,
                                         const Fill& fill) const {
  PENSTOCK_TRY(const SafeDir dir, open_parent(directory_of(key)));
  const std::string_view leaf = leaf_of(key);
  auto file = AtomicFile::create_in(dir, leaf, !options.if_absent, sync_, local_mode(options));
  if (!file && file.error().code == Code::kInvalid)
    return in_the_way("there are objects below it, or what is no regular file has its name");
  if (!file) return fail(as_gone(std::move(file).error(), dir));
  PENSTOCK_CHECK(fill(file->fd()));
  PENSTOCK_CHECK(finish_local_file(file->fd(), options));
  if (Status done = file->commit(); !done) return fail(as_gone(std::move(done).error(), dir));
  PENSTOCK_TRY(const struct stat status, status_of(*file, dir, leaf));
  return PutResult{local_etag(status)};
}

Result<SafeDir> LocalWriter::open_parent(std::string_view path) const {
  auto opened = root_.open_dir(path);
  if (opened || opened.error().code != Code::kNotFound) return opened;
  Status made = root_.make_dirs(path, kDirectoryMode);
  if (!made && made.error().code == Code::kExists)
    return in_the_way("an object has the name of the directory it would be in");
  if (!made) return fail(std::move(made).error());
  return root_.open_dir(path);
}

void LocalWriter::prune(std::string_view path) const {
  while (!path.empty() && root_.remove_dir(path)) path = directory_of(path);
}

Status write_body(int fd, Body& body, const std::stop_token& stop) {
  if (const auto whole = body.whole()) return write_full(fd, *whole, "write");
  PENSTOCK_CHECK(body.rewind());
  std::vector<std::byte> buffer(std::min<std::uint64_t>(body.size(), kWritePieceBytes) + 1);
  std::uint64_t written = 0;
  for (;;) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    PENSTOCK_TRY(const std::size_t got, body.read(buffer));
    if (got == 0) break;
    PENSTOCK_CHECK(write_full(fd, Bytes(buffer).first(got), "write"));
    written += got;
  }
  if (written == body.size()) return {};
  return fail(Code::kCorrupt,
              std::to_string(written) + " bytes came instead of " + std::to_string(body.size()));
}

Status append_file(int from, std::uint64_t bytes, int to, const std::stop_token& stop) {
  off_t at = 0;
  while (to_u64(at) < bytes) {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    const std::uint64_t rest = bytes - to_u64(at);
    PENSTOCK_TRY(const std::size_t copied,
                 copy_some(from, at, std::min<std::uint64_t>(rest, kCopyBytes), to));
    if (copied == 0) return fail(Code::kChanged, "it became shorter while it was copied");
  }
  return {};
}

}  // namespace penstock
