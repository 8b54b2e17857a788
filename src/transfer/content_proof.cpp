#include "transfer/content_proof.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hex.h"
#include "files/unique_fd.h"
#include "store/store_checks.h"
#include "transfer/file_metadata.h"
#include "transfer/parts_hasher.h"

namespace penstock {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

// "0123...-12": the number behind the hyphen; 0 for anything else.
std::uint64_t parts_of_etag(std::string_view etag) {
  const std::size_t hyphen = etag.find('-');
  if (hyphen == std::string_view::npos || !is_md5_etag(etag.substr(0, hyphen))) return 0;
  std::uint64_t parts = 0;
  const char* const end = etag.data() + etag.size();
  const auto read = std::from_chars(etag.data() + hyphen + 1, end, parts);
  return read.ec == std::errc() && read.ptr == end ? parts : 0;
}

std::uint64_t part_count(std::uint64_t bytes, std::uint64_t part_bytes) {
  return bytes == 0 ? 1 : (bytes - 1) / part_bytes + 1;
}

Result<bool> has_etag(const PartsEtag& wanted, const ReadThrough& content) {
  PENSTOCK_TRY(auto hasher, PartsHasher::create(wanted.part_bytes));
  PENSTOCK_CHECK(content([&](Bytes data) { return hasher.update(data); }));
  PENSTOCK_TRY(const std::string etag, hasher.finish());
  return etag == wanted.etag;
}

template <class Digest>
Result<Digest> digest_of(const ReadThrough& content) {
  PENSTOCK_TRY(auto digest, StreamDigest<Digest>::create());
  PENSTOCK_CHECK(content([&](Bytes data) { return digest.update(data); }));
  return digest.finish();
}

}  // namespace

ContentProof proof_of(const ObjectInfo& object, const StoreTraits& traits,
                      std::uint64_t part_bytes) {
  if (traits.md5_etag) {
    Md5Digest digest{};
    if (from_hex(object.etag, digest)) return {digest};
    const std::uint64_t parts = parts_of_etag(object.etag);
    if (parts != 0 && part_bytes != 0 && parts == part_count(object.bytes, part_bytes))
      return {PartsEtag{object.etag, part_bytes}};
  }
  const FileMetadata file = decode(object.metadata);
  if (!file.sha256 || file.bytes) return {};  // a size of its own: of something transformed
  return {*file.sha256};
}

std::optional<bool> told_same(const ObjectInfo& a, const StoreTraits& a_traits, const ObjectInfo& b,
                              const StoreTraits& b_traits) {
  if (a_traits.md5_etag && b_traits.md5_etag) {
    if (a.etag == b.etag && !a.etag.empty()) return true;  // of parts, too
    if (is_md5_etag(a.etag) && is_md5_etag(b.etag)) return false;
  }
  if (!a_traits.lists_metadata || !b_traits.lists_metadata) return std::nullopt;
  const auto a_hash = decode(a.metadata).sha256;
  const auto b_hash = decode(b.metadata).sha256;
  if (!a_hash || !b_hash) return std::nullopt;
  return *a_hash == *b_hash;
}

Result<Sha256Digest> sha256_of(const ReadThrough& content) {
  return digest_of<Sha256Digest>(content);
}

Result<Md5Digest> md5_of(const ReadThrough& content) { return digest_of<Md5Digest>(content); }

Result<bool> proves(const ContentProof& proof, const ReadThrough& content) {
  if (const auto* wanted = std::get_if<Md5Digest>(&proof.value)) {
    PENSTOCK_TRY(const Md5Digest found, md5_of(content));
    return found == *wanted;
  }
  if (const auto* wanted = std::get_if<Sha256Digest>(&proof.value)) {
    PENSTOCK_TRY(const Sha256Digest found, sha256_of(content));
    return found == *wanted;
  }
  if (const auto* wanted = std::get_if<PartsEtag>(&proof.value)) return has_etag(*wanted, content);
  return false;
}

Result<bool> proves(const ContentProof& proof, Bytes content,
                    const std::optional<Sha256Digest>& sha256) {
  const auto* wanted = std::get_if<Sha256Digest>(&proof.value);
  if (wanted != nullptr && sha256) return *sha256 == *wanted;
  return proves(proof, [content](const std::function<Status(Bytes)>& use) { return use(content); });
}

ReadThrough read_through(int fd, std::uint64_t begin, std::uint64_t size, std::string shown,
                         std::stop_token stop) {
  return [=, shown = std::move(shown),
          stop = std::move(stop)](const std::function<Status(Bytes)>& use) -> Status {
    std::vector<std::byte> buffer(
        static_cast<std::size_t>(std::min<std::uint64_t>(size, kPieceBytes)));
    for (std::uint64_t at = 0; at < size;) {
      if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
      const auto wanted =
          static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - at));
      PENSTOCK_TRY(
          const std::size_t got,
          read_full_at(fd, begin + at, MutableBytes(buffer).first(wanted), "read " + shown));
      if (got < wanted) return fail(Code::kChanged, shown + ": became shorter while it was read");
      PENSTOCK_CHECK(use(Bytes(buffer).first(got)));
      at += got;
    }
    return {};
  };
}

}  // namespace penstock
