#include "codec/huffman_header.h"

#include <algorithm>

#include "codec/deflate_codes.h"
#include "codec/huffman_lengths.h"

namespace penstock::huffman {
namespace {

using deflate::kPrecodeOrder;
using deflate::kPrecodeSymbols;

// The symbols of the code of lengths beyond the lengths themselves.
struct Repeat {
  std::uint8_t symbol;
  std::uint8_t extra_bits;
  std::size_t least;
  std::size_t most;
};
constexpr Repeat kLast = {16, 2, 3, 6};
constexpr Repeat kZeros = {17, 3, 3, 10};
constexpr Repeat kManyZeros = {18, 7, 11, 138};

struct Item {
  std::uint8_t symbol;
  std::uint8_t extra;
  std::uint8_t extra_bits;
};

// The run-length form of the lengths of both codes.
class Items {
 public:
  explicit Items(const std::array<std::uint8_t, kLiteralSymbols>& lengths) {
    std::array<std::uint8_t, kLiteralSymbols + 2> all;
    std::copy(lengths.begin(), lengths.end(), all.begin());
    all[kLiteralSymbols] = all[kLiteralSymbols + 1] = 1;
    for (std::size_t at = 0; at < all.size();) {
      const std::uint8_t length = all[at];
      std::size_t run = 1;
      while (at + run < all.size() && all[at + run] == length) ++run;
      at += run;
      if (length == 0)
        add_zeros(run);
      else
        add_run(length, run);
    }
  }

  const Item* begin() const { return items_.data(); }
  const Item* end() const { return items_.data() + size_; }
  const std::array<std::uint32_t, kPrecodeSymbols>& counts() const { return counts_; }

 private:
  void add(std::uint8_t symbol, std::size_t extra = 0, std::uint8_t extra_bits = 0) {
    items_[size_++] = {symbol, static_cast<std::uint8_t>(extra), extra_bits};
    ++counts_[symbol];
  }
  // Uses `repeat` while it fits; returns what is left of the run.
  std::size_t add_repeats(const Repeat& repeat, std::size_t run) {
    while (run >= repeat.least) {
      const std::size_t now = std::min(run, repeat.most);
      add(repeat.symbol, now - repeat.least, repeat.extra_bits);
      run -= now;
    }
    return run;
  }
  void add_zeros(std::size_t run) {
    run = add_repeats(kZeros, add_repeats(kManyZeros, run));
    for (; run > 0; --run) add(0);
  }
  void add_run(std::uint8_t length, std::size_t run) {
    add(length);
    for (run = add_repeats(kLast, run - 1); run > 0; --run) add(length);
  }

  std::array<Item, kLiteralSymbols + 2> items_;
  std::size_t size_ = 0;
  std::array<std::uint32_t, kPrecodeSymbols> counts_{};
};

}  // namespace

void write_header(bool final, const std::array<std::uint8_t, kLiteralSymbols>& lengths,
                  CodeWriter& out) {
  const Items items(lengths);
  std::array<std::uint8_t, kPrecodeSymbols> widths;
  std::array<std::uint16_t, kPrecodeSymbols> codes;
  // At least two symbols occur: the distances have length 1, and no code gives it to all 257.
  limited_lengths(items.counts(), deflate::kPrecodeBitsMost, widths);
  canonical_codes(widths, codes);
  std::size_t sent = kPrecodeSymbols;
  while (widths[kPrecodeOrder[sent - 1]] == 0) --sent;
  out.put(final ? 1 : 0, 1);
  out.put(2, 2);  // dynamic
  out.put(kLiteralSymbols - 257, 5);
  out.put(1, 5);         // two distance codes
  out.put(sent - 4, 4);  // 0 and 18 or a length behind them is always used
  for (std::size_t i = 0; i < sent; ++i) out.put(widths[kPrecodeOrder[i]], 3);
  for (const Item& item : items)
    out.put(codes[item.symbol] | std::uint64_t{item.extra} << widths[item.symbol],
            unsigned{widths[item.symbol]} + item.extra_bits);
}

}  // namespace penstock::huffman
