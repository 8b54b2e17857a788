// What grows with the number of entries lives here: in memory up to a budget, beyond it in an
// unlinked temporary file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "penstock/error.h"

#include "base/bytes.h"

namespace penstock {

// An append-only run of bytes, read back from the start. Threads: one caller at a time.
class SpillBuffer {
 public:
  explicit SpillBuffer(std::size_t budget_bytes);
  ~SpillBuffer();
  SpillBuffer(SpillBuffer&&) noexcept;
  SpillBuffer& operator=(SpillBuffer&&) noexcept;

  Status append(Bytes data);
  std::uint64_t size() const;
  // Fills all of `out` from `offset`; kInternal beyond size().
  Status read_at(std::uint64_t offset, MutableBytes out) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Sorts records (byte strings, compared as unsigned bytes, shorter first) with bounded memory: an
// external merge sort. Threads: one caller at a time.
class SpillSort {
 public:
  explicit SpillSort(std::size_t budget_bytes);
  ~SpillSort();
  SpillSort(SpillSort&&) noexcept;
  SpillSort& operator=(SpillSort&&) noexcept;

  // Before sort(). A record is at most 1 MiB.
  Status add(std::string_view record);
  Status sort();
  // After sort(): the records in order; empty at the end. Valid until the next call.
  Result<std::optional<std::string_view>> next();
  std::uint64_t count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock
