#include "archive/pack_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>

#include "base/narrow.h"

namespace penstock::zip {
namespace {

constexpr int kReadAttempts = 2;

bool same_state(const struct stat& a, const struct stat& b) {
  const auto same_time = [](const timespec& x, const timespec& y) {
    return x.tv_sec == y.tv_sec && x.tv_nsec == y.tv_nsec;
  };
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         same_time(a.st_mtim, b.st_mtim) && same_time(a.st_ctim, b.st_ctim);
}

Failure changed(const WalkItem& item) {
  return fail(Code::kChanged, item.shown + ": changed while it was read; left out", Retry::kLater);
}

Result<struct stat> status_of(const UniqueFd& fd, const WalkItem& item) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail_errno("stat " + item.shown, errno);
  return status;
}

// Reads a file to its end: into the room planned for it, or, when it has grown, into memory of its
// own up to a piece.
Result<Bytes> read_known(const UniqueFd& fd, PackItem& entry, MutableBytes room,
                         std::uint64_t size) {
  MutableBytes target = room;
  if (size != room.size()) {
    entry.overflow.resize(size > kPieceBytes ? kPieceBytes + 1 : size);
    target = entry.overflow;
  }
  PENSTOCK_TRY(const std::size_t bytes,
               read_full_at(fd.get(), 0, target, "read " + entry.item.shown));
  if (bytes > kPieceBytes) return changed(entry.item);
  return Bytes(target.first(bytes));
}

// A file whose size is told as 0 is nearly always empty, and only sometimes one of /proc that must
// be read to find out: a glance first, so that empty files cost no memory.
Result<Bytes> read_untold(const UniqueFd& fd, PackItem& entry) {
  std::array<std::byte, 1> glance{};
  PENSTOCK_TRY(const std::size_t seen,
               read_full_at(fd.get(), 0, glance, "read " + entry.item.shown));
  if (seen == 0) return Bytes();
  PENSTOCK_TRY(const Bytes contents, read_known(fd, entry, {}, kPieceBytes + 1));
  entry.overflow.resize(contents.size());
  entry.overflow.shrink_to_fit();
  return Bytes(entry.overflow);
}

Status read_file_once(PackItem& entry, MutableBytes room) {
  PENSTOCK_TRY(const OpenItem opened, open_item(entry.item));
  const auto& [fd, before] = opened;
  const std::uint64_t size = to_u64(before.st_size);
  PENSTOCK_TRY(entry.contents,
               size == 0 ? read_untold(fd, entry) : read_known(fd, entry, room, size));
  PENSTOCK_CHECK(check_unchanged(fd, before, entry.item));
  if (size != 0 && entry.contents.size() != size) return changed(entry.item);
  entry.item.status = before;
  return {};
}

Status read_file(PackItem& entry, MutableBytes room) {
  for (int attempt = 1;; ++attempt) {
    Status status = read_file_once(entry, room);
    if (status || status.error().code != Code::kChanged || attempt == kReadAttempts) return status;
  }
}

Status read_link(PackItem& entry) {
  auto target = entry.item.root->read_link(entry.item.path);
  if (!target) return fail(std::move(target).error().within(entry.item.shown));
  const Bytes bytes = as_bytes(*target);
  entry.overflow.assign(bytes.begin(), bytes.end());
  entry.contents = entry.overflow;
  return {};
}

Status read_item(PackItem& entry, MutableBytes input) {
  switch (entry.item.kind) {
    case FileKind::kFile:
      return read_file(entry, input.subspan(entry.offset, entry.room));
    case FileKind::kSymlink:
      return read_link(entry);
    default:
      return {};
  }
}

// Files that grew since they were planned share what their batch has to spare; one that does not
// fit is left out.
Status take_spare(PackItem& entry, std::size_t& spare) {
  const std::size_t grown = entry.contents.size() - std::min(entry.contents.size(), entry.room);
  if (grown <= spare) {
    spare -= grown;
    return {};
  }
  entry.contents = {};
  entry.overflow = {};
  return changed(entry.item);
}

void note_failure(BigFile& file, Error error) {
  if (!file.failed.exchange(true)) file.error = std::move(error);
}

Status read_piece(const Piece& piece, MutableBytes input) {
  BigFile& file = *piece.file;
  PENSTOCK_TRY(const std::size_t bytes,
               read_full_at(file.fd.get(), piece.offset, input.first(piece.bytes),
                            "read " + file.item.shown));
  if (bytes != piece.bytes) return changed(file.item);
  if (file.pieces_unread.fetch_sub(1) != 1) return {};
  // This was the last piece to be read: the file must be what it was at the first.
  Status unchanged = check_unchanged(file.fd, file.opened, file.item);
  file.fd.reset();
  return unchanged;
}

}  // namespace

Result<OpenItem> open_item(const WalkItem& item) {
  auto fd = item.root->open_file(item.path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return fail(std::move(fd).error().within(item.shown));
  OpenItem opened{*std::move(fd), {}};
  PENSTOCK_TRY(opened.status, status_of(opened.fd, item));
  if (!S_ISREG(opened.status.st_mode)) return changed(item);
  return opened;
}

Status check_unchanged(const UniqueFd& fd, const struct stat& before, const WalkItem& item) {
  PENSTOCK_TRY(const struct stat after, status_of(fd, item));
  return same_state(before, after) ? Status() : changed(item);
}

void read_job(Job& job) {
  const MutableBytes input = job.input.bytes();
  if (job.batch.empty()) {
    if (Status status = read_piece(job.piece, input); !status)
      note_failure(*job.piece.file, std::move(status).error());
    return;
  }
  std::size_t spare = batch_spare(job);
  for (PackItem& entry : job.batch) {
    Status status = read_item(entry, input);
    if (status) status = take_spare(entry, spare);
    if (!status) entry.error = std::move(status).error();
  }
}

}  // namespace penstock::zip
