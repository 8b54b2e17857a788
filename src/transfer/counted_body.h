// A body whose bytes show in a Progress while they are sent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "penstock/observer.h"

#include "store/body.h"

namespace penstock {

// Counts each byte once, however often the body is sent again. Threads: one caller at a time.
class CountedBody final : public Body {
 public:
  // Both must outlive it. `counted` bytes from the start were counted by an earlier body.
  CountedBody(Body& inner, Progress& progress, std::uint64_t counted = 0)
      : inner_(inner), progress_(progress), counted_(counted) {}

  std::uint64_t size() const override { return inner_.size(); }
  Status rewind() override {
    at_ = 0;
    return inner_.rewind();
  }
  Result<std::size_t> read(MutableBytes out) override {
    PENSTOCK_TRY(const std::size_t got, inner_.read(out));
    at_ += got;
    if (at_ > counted_) {
      progress_.bytes_in.fetch_add(at_ - counted_, std::memory_order_relaxed);
      progress_.bytes_out.fetch_add(at_ - counted_, std::memory_order_relaxed);
      counted_ = at_;
    }
    return got;
  }
  std::optional<Bytes> whole() const override { return inner_.whole(); }
  Result<Sha256Digest> sha256() override {
    Result<Sha256Digest> digest = inner_.sha256();
    at_ = 0;  // it rewinds
    return digest;
  }

  std::uint64_t counted() const { return counted_; }

 private:
  Body& inner_;
  Progress& progress_;
  std::uint64_t counted_;
  std::uint64_t at_ = 0;
};

}  // namespace penstock
