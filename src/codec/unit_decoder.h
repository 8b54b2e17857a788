// Decodes what unit_cutter.h cuts. The workers try; one decoder that goes front to back has the
// last word on what they could not do.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// Threads: one caller at a time; one per worker.
class UnitDecoder {
 public:
  virtual ~UnitDecoder() = default;
  // The number of bytes that the frames or members of `unit` make, all of them put into `out`.
  // Nothing: they are not whole, do not fit, are damaged, or a checksum is wrong; `out` holds
  // anything.
  virtual std::optional<std::size_t> decode(Bytes unit, MutableBytes out) = 0;
};
Result<std::unique_ptr<UnitDecoder>> make_zstd_unit_decoder();
Result<std::unique_ptr<UnitDecoder>> make_gzip_unit_decoder();

// Decodes front to back: any number of frames or members, in any pieces, in constant memory.
// Threads: one caller at a time.
class FrontDecoder {
 public:
  virtual ~FrontDecoder() = default;
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
  };
  // Goes on until `in` is used up or `out` is full. kCorrupt with the offset of the damaged frame
  // or member, kUnsupported for what we do not read.
  virtual Result<Step> step(Bytes in, MutableBytes out) = 0;
  // To be told of every frame or member when it has ended.
  using Ended = std::function<void(std::uint64_t begin, std::uint64_t end, std::uint64_t data)>;
  virtual void tell(Ended ended) = 0;
  // The input has ended: kCorrupt when that is in the middle of something.
  virtual Status end() const = 0;
};
// `start`: where the first frame or member begins; beyond 0, others came before it.
Result<std::unique_ptr<FrontDecoder>> make_zstd_front_decoder(std::uint64_t start);
Result<std::unique_ptr<FrontDecoder>> make_gzip_front_decoder(std::uint64_t start);

}  // namespace penstock
