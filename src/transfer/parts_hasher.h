// The ETag that S3 gives an object sent in parts of one size: the MD5 of the parts' MD5s.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "penstock/error.h"

#include "base/bytes.h"
#include "base/hex.h"
#include "crypto/digest.h"
#include "store/store.h"
#include "store/store_checks.h"

namespace penstock {

// Takes the content in any pieces, in order. Memory: 100 bytes a part. Threads: one at a time.
class PartsHasher {
 public:
  // `part_bytes` is not 0.
  static Result<PartsHasher> create(std::uint64_t part_bytes) {
    PENSTOCK_TRY(StreamMd5 first, StreamMd5::create());
    return PartsHasher(std::move(first), part_bytes);
  }

  Status update(Bytes data) {
    while (!data.empty()) {
      const std::uint64_t room = part_bytes_ - in_part_;
      const Bytes piece =
          data.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, data.size())));
      PENSTOCK_CHECK(part_.update(piece));
      in_part_ += piece.size();
      data = data.subspan(piece.size());
      if (in_part_ == part_bytes_) PENSTOCK_CHECK(end_part());
    }
    return {};
  }
  // The ETag, at the end.
  Result<std::string> finish() {
    if (in_part_ > 0 || parts_.empty()) PENSTOCK_CHECK(end_part());
    return multipart_etag(parts_);
  }

 private:
  PartsHasher(StreamMd5 first, std::uint64_t part_bytes)
      : part_(std::move(first)), part_bytes_(part_bytes) {}

  Status end_part() {
    PENSTOCK_TRY(const Md5Digest digest, part_.finish());
    parts_.push_back({static_cast<unsigned>(parts_.size() + 1), in_part_, hex(digest)});
    in_part_ = 0;
    return {};
  }

  StreamMd5 part_;
  std::uint64_t part_bytes_;
  std::uint64_t in_part_ = 0;
  std::vector<Part> parts_;
};

}  // namespace penstock
