// Digests (FIPS 180-4, RFC 1321), through OpenSSL. MD5 only where a format or a server speaks it
// (ETags): it proves nothing against who wants to deceive.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

using Md5Digest = std::array<std::byte, 16>;
using Sha1Digest = std::array<std::byte, 20>;
using Sha256Digest = std::array<std::byte, 32>;

// Threads: any. Fails only where OpenSSL is set up without the digest (kUnsupported) or breaks.
Result<Md5Digest> md5(Bytes data);
Result<Sha1Digest> sha1(Bytes data);
Result<Sha256Digest> sha256(Bytes data);

// The digest of a message that comes in pieces: of the three types above, the one it is made for.
// Made once and used for many messages, because a message costs no allocation.
// Threads: one caller at a time; different objects are independent. An object moved from can only
// be destroyed or assigned to.
template <class Digest>
class StreamDigest {
 public:
  static Result<StreamDigest> create();
  ~StreamDigest();
  StreamDigest(StreamDigest&&) noexcept;
  StreamDigest& operator=(StreamDigest&&) noexcept;

  Status update(Bytes data);  // the message's next bytes
  Result<Digest> finish();    // of all since the last finish(); a new message begins
  Status reset();             // forgets the message begun

 private:
  struct State;
  explicit StreamDigest(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

using StreamMd5 = StreamDigest<Md5Digest>;
using StreamSha1 = StreamDigest<Sha1Digest>;
using StreamSha256 = StreamDigest<Sha256Digest>;

extern template class StreamDigest<Md5Digest>;
extern template class StreamDigest<Sha1Digest>;
extern template class StreamDigest<Sha256Digest>;

}  // namespace penstock
