// What a destination tells that proves an object's content to be that of a file, without fetching
// it: the server's ETag where it is an MD5, or the SHA-256 we gave it as metadata.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "penstock/error.h"

#include "base/bytes.h"
#include "crypto/digest.h"
#include "store/store.h"

namespace penstock {

// The ETag of an object sent in parts of one size: the MD5 of the MD5s of its parts, "-", their
// number.
struct PartsEtag {
  std::string etag;
  std::uint64_t part_bytes = 0;
};

struct ContentProof {
  std::variant<std::monostate, Md5Digest, PartsEtag, Sha256Digest> value;

  bool is_there() const { return value.index() != 0; }
  // When it is one.
  std::optional<Sha256Digest> sha256() const {
    const auto* digest = std::get_if<Sha256Digest>(&value);
    return digest != nullptr ? std::optional(*digest) : std::nullopt;
  }
};

// `part_bytes`: of the parts that we would send so large a file in. What the server computed comes
// before what somebody wrote into the metadata.
ContentProof proof_of(const ObjectInfo& object, const StoreTraits& traits,
                      std::uint64_t part_bytes);

// The content of a file, piece by piece from its start: calls `use` until the end.
using ReadThrough = std::function<Status(const std::function<Status(Bytes)>& use)>;

// Whether the content read is the proven one. False without proof.
Result<bool> proves(const ContentProof& proof, const ReadThrough& content);
// Of a content in memory; `sha256` where it is known already.
Result<bool> proves(const ContentProof& proof, Bytes content,
                    const std::optional<Sha256Digest>& sha256);

// Whether two objects of one size are of one content, as far as both stores tell: by their ETags
// where those are MD5s, else by the SHA-256 in their metadata. Empty when that does not tell.
std::optional<bool> told_same(const ObjectInfo& a, const StoreTraits& a_traits, const ObjectInfo& b,
                              const StoreTraits& b_traits);

// The bytes [begin, begin + size) of an open file. Memory: 256 KiB. kChanged, naming `shown`, when
// it is shorter; kCancelled on a stop.
ReadThrough read_through(int fd, std::uint64_t begin, std::uint64_t size, std::string shown,
                         std::stop_token stop);

Result<Sha256Digest> sha256_of(const ReadThrough& content);
Result<Md5Digest> md5_of(const ReadThrough& content);

}  // namespace penstock
