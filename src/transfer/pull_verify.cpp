#include "transfer/pull_verify.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <sys/stat.h>

#include "base/hex.h"
#include "base/narrow.h"
#include "crypto/digest.h"
#include "files/unique_fd.h"
#include "transfer/content_proof.h"
#include "transfer/file_metadata.h"

namespace penstock {
namespace {

constexpr std::size_t kReadPieceBytes = std::size_t{256} << 10;

Failure wrong_length(std::uint64_t bytes, const ObjectInfo& info) {
  return fail(Code::kCorrupt,
              std::to_string(bytes) + " bytes came, the object has " + std::to_string(info.bytes),
              Retry::kLater);
}

template <class Digest>
Result<std::string> digits_of(int fd) {
  PENSTOCK_TRY(auto stream, StreamDigest<Digest>::create());
  std::vector<std::byte> piece(kReadPieceBytes);
  for (std::uint64_t at = 0;;) {
    PENSTOCK_TRY(const std::size_t got, read_full_at(fd, at, piece, "read"));
    PENSTOCK_CHECK(stream.update(Bytes(piece).first(got)));
    at += got;
    if (got < piece.size()) break;
  }
  PENSTOCK_TRY(const Digest found, stream.finish());
  return hex(found);
}

ContentProof proof_of_parts(const KnownDigest& digest) {
  return {PartsEtag{digest.digits, digest.part_bytes}};
}

// A part size of 0, or one that makes another number of parts, is not that of the ETag.
std::optional<KnownDigest> parts_md5_of(const ObjectInfo& info, const StoreTraits& traits) {
  const std::optional<std::uint64_t> part_bytes = decode(info.metadata).part_bytes;
  if (!part_bytes || *part_bytes == 0 || !info.md5_etag) return std::nullopt;
  const ContentProof proof = proof_of(info, traits, *part_bytes);
  const auto* const parts = std::get_if<PartsEtag>(&proof.value);
  if (parts == nullptr) return std::nullopt;
  return KnownDigest{KnownDigest::Kind::kPartsMd5, parts->etag, parts->part_bytes};
}

timespec time_of(const ObjectInfo& info) {
  timespec time{info.modified.time_since_epoch().count(), 0};
  if (time.tv_sec == 0) clock_gettime(CLOCK_REALTIME, &time);  // the store has none
  return time;
}

}  // namespace

std::optional<KnownDigest> md5_of(const ObjectInfo& info, const StoreTraits& traits) {
  Md5Digest digest{};
  if (!traits.md5_etag || !info.md5_etag || !from_hex(info.etag, digest)) return std::nullopt;
  return KnownDigest{KnownDigest::Kind::kMd5, hex(digest), 0};
}

std::optional<KnownDigest> known_digest(const ObjectInfo& info, const StoreTraits& traits) {
  const FileMetadata file = decode(info.metadata);
  if (file.sha256 && !file.bytes)
    return KnownDigest{KnownDigest::Kind::kSha256, hex(*file.sha256), 0};
  auto of_whole = md5_of(info, traits);
  return of_whole ? of_whole : parts_md5_of(info, traits);
}

Result<bool> has_digest(Bytes content, const KnownDigest& digest) {
  if (digest.kind == KnownDigest::Kind::kPartsMd5)
    return proves(proof_of_parts(digest), content, std::nullopt);
  if (digest.kind == KnownDigest::Kind::kMd5) {
    PENSTOCK_TRY(const Md5Digest found, md5(content));
    return hex(found) == digest.digits;
  }
  PENSTOCK_TRY(const Sha256Digest found, sha256(content));
  return hex(found) == digest.digits;
}

Result<bool> file_has_digest(int fd, const KnownDigest& digest) {
  if (digest.kind == KnownDigest::Kind::kPartsMd5) {
    struct stat status {};
    if (fstat(fd, &status) != 0) return fail_errno("stat", errno);
    const std::uint64_t bytes = to_u64(status.st_size);
    return proves(proof_of_parts(digest), read_through(fd, 0, bytes, "what came", {}));
  }
  PENSTOCK_TRY(const std::string found, digest.kind == KnownDigest::Kind::kMd5
                                            ? digits_of<Md5Digest>(fd)
                                            : digits_of<Sha256Digest>(fd));
  return found == digest.digits;
}

Status check_digest(Result<bool> has_it, const KnownDigest& digest) {
  PENSTOCK_TRY(const bool same, std::move(has_it));
  if (same) return {};
  const std::string_view name = digest.kind == KnownDigest::Kind::kSha256 ? "SHA-256" : "MD5";
  return fail(Code::kCorrupt,
              "what came does not have the " + std::string(name) + " " + digest.digits,
              Retry::kLater);
}

Status verify(Bytes content, const ObjectInfo& info, const StoreTraits& traits) {
  if (content.size() != info.bytes) return wrong_length(content.size(), info);
  const auto digest = known_digest(info, traits);
  return digest ? check_digest(has_digest(content, *digest), *digest) : Status();
}

Status verify_file(int fd, const ObjectInfo& info, const StoreTraits& traits) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return fail_errno("stat", errno);
  if (to_u64(status.st_size) != info.bytes) return wrong_length(to_u64(status.st_size), info);
  const auto digest = known_digest(info, traits);
  return digest ? check_digest(file_has_digest(fd, *digest), *digest) : Status();
}

PulledMarks pulled_marks(const ObjectInfo& info) {
  const FileMetadata file = decode(info.metadata);
  PulledMarks marks;
  marks.mode = file.mode.value_or(marks.mode);
  marks.mtime = file.mtime ? *file.mtime : time_of(info);
  marks.etag = info.etag;
  return marks;
}

}  // namespace penstock
