// The digest that a content must have, taken while it passes.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "penstock/error.h"

#include "base/bytes.h"
#include "base/hex.h"
#include "crypto/digest.h"
#include "transfer/parts_hasher.h"
#include "transfer/pull_verify.h"

namespace penstock {

// Threads: one caller at a time.
class PassingDigest {
 public:
  // Without a known one anything is right.
  static Result<PassingDigest> create(std::optional<KnownDigest> wanted) {
    PassingDigest digest;
    digest.wanted_ = std::move(wanted);
    if (!digest.wanted_) return digest;
    if (digest.wanted_->kind == KnownDigest::Kind::kPartsMd5) {
      PENSTOCK_TRY(digest.stream_, PartsHasher::create(digest.wanted_->part_bytes));
    } else if (digest.wanted_->kind == KnownDigest::Kind::kMd5) {
      PENSTOCK_TRY(digest.stream_, StreamMd5::create());
    } else {
      PENSTOCK_TRY(digest.stream_, StreamSha256::create());
    }
    return digest;
  }

  Status update(Bytes data) {
    if (auto* md5 = std::get_if<StreamMd5>(&stream_)) return md5->update(data);
    if (auto* sha256 = std::get_if<StreamSha256>(&stream_)) return sha256->update(data);
    if (auto* parts = std::get_if<PartsHasher>(&stream_)) return parts->update(data);
    return {};
  }
  // At the end: kCorrupt when it was another content.
  Status check() {
    if (auto* md5 = std::get_if<StreamMd5>(&stream_)) return check_found(md5->finish());
    if (auto* sha256 = std::get_if<StreamSha256>(&stream_)) return check_found(sha256->finish());
    if (auto* parts = std::get_if<PartsHasher>(&stream_)) return check_etag(parts->finish());
    return {};
  }

 private:
  template <class Digest>
  Status check_found(Result<Digest> found) {
    PENSTOCK_TRY(const Digest digest, std::move(found));
    return check_digest(hex(digest) == wanted_->digits, *wanted_);
  }

  Status check_etag(Result<std::string> found) {
    PENSTOCK_TRY(const std::string etag, std::move(found));
    return check_digest(etag == wanted_->digits, *wanted_);
  }

  std::optional<KnownDigest> wanted_;
  std::variant<std::monostate, StreamMd5, StreamSha256, PartsHasher> stream_;
};

}  // namespace penstock
