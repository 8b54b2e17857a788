// Cuts compressed input into units: one or more whole frames or members that a worker can decode
// without knowing what came before. Where that ends (a frame that does not say its size, or is too
// large) everything that follows is handed on as it comes, for one core to decode front to back.
//
// Cutting believes what headers say, decoding does not: a unit that does not decode to its last
// byte is decoded again front to back, with all that follows, and that decoder has the last word
// (chunk_restorer.h). So a lying header costs time and nothing else.
#pragma once

#include <cstdint>
#include <memory>

#include "penstock/error.h"

#include "base/bytes.h"
#include "chunks/input_window.h"

namespace penstock {

struct Cut {
  std::size_t bytes = 0;  // of the buffer; 0: the input has ended
  bool whole = false;     // a worker may try it alone
};

// Threads: one caller at a time.
class UnitCutter {
 public:
  // Units hold at most `data_most` bytes of data, as far as headers tell.
  UnitCutter(InputWindow& input, std::size_t data_most) : input_(input), data_most_(data_most) {}
  virtual ~UnitCutter() = default;
  UnitCutter(const UnitCutter&) = delete;
  UnitCutter& operator=(const UnitCutter&) = delete;

  // Fills the start of `into` with the next unit.
  Result<Cut> next(MutableBytes into);

 protected:
  enum class Found { kWhole, kNoRoom, kUncuttable, kEnd };
  struct Taken {
    Found found = Found::kEnd;
    std::size_t bytes = 0;  // put into the buffer (kUncuttable: what was taken before that showed)
    std::size_t data = 0;   // it makes, as far as headers tell
  };
  // Takes one frame or member into `into` if it has at most `data_room` bytes of data. kNoRoom: it
  // is larger than what is left, nothing was taken.
  virtual Result<Taken> take_one(MutableBytes into, std::size_t data_room) = 0;
  InputWindow& input() { return input_; }
  std::size_t data_most() const { return data_most_; }

 private:
  InputWindow& input_;
  std::size_t data_most_;
  bool uncut_ = false;  // from here on
};

std::unique_ptr<UnitCutter> make_zstd_cutter(InputWindow& input, std::size_t data_most);
std::unique_ptr<UnitCutter> make_gzip_cutter(InputWindow& input, std::size_t data_most);

}  // namespace penstock
