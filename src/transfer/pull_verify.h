// Whether bytes are those that an object is known to have, by the best that is known of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "penstock/error.h"

#include "base/bytes.h"
#include "store/store.h"
#include "transfer/local_tree.h"

namespace penstock {

// A digest that the content must have.
struct KnownDigest {
  enum class Kind { kSha256, kMd5, kPartsMd5 };
  Kind kind = Kind::kSha256;
  std::string digits;            // lower case; kPartsMd5: the ETag of an object sent in parts
  std::uint64_t part_bytes = 0;  // of those
};

// The SHA-256 that the metadata tells of this content, else the MD5 that the ETag is, or the one
// of the parts that it was sent in; empty: none is known. A SHA-256 of a file that was transformed
// on its way (metadata with a size) is not one.
std::optional<KnownDigest> known_digest(const ObjectInfo& info, const StoreTraits& traits);
// The MD5 that the ETag is.
std::optional<KnownDigest> md5_of(const ObjectInfo& info, const StoreTraits& traits);

// Whether `content`, or that of the open file, has the digest. The file is read from its start.
Result<bool> has_digest(Bytes content, const KnownDigest& digest);
Result<bool> file_has_digest(int fd, const KnownDigest& digest);

// kCorrupt, which names the digest, unless the content has it.
Status check_digest(Result<bool> has_it, const KnownDigest& digest);

// kCorrupt when the content is not that of `info`: its length, and its digest where one is known.
Status verify(Bytes content, const ObjectInfo& info, const StoreTraits& traits);
Status verify_file(int fd, const ObjectInfo& info, const StoreTraits& traits);

// Time and mode that the metadata tells, else the object's time; its ETag.
PulledMarks pulled_marks(const ObjectInfo& info);

}  // namespace penstock
