// The runs of one block, decoded side by side. Inside the room only.
//
// One symbol a lookup: every run has a buffer of the next bits of its stream, lowest first, with
// one more bit set above them. Symbols are shifted out at the bottom; how far that bit has come
// down tells how many bits are gone, so nothing has to be counted on the way. A refill leaves at
// most 7 of the 64 places above that bit, and five lookups take 55 bits at most: it comes down to
// place 1 and not further.
//
// An entry that is no literal shifts by kStopBits = 63, which leaves that bit in place 0 if it was
// in place 63, and else puts it out. Every other entry shifts by one at least, so one of the four
// lookups in front of it or behind it makes sure that it is out: at the refill the buffer is zero,
// and 64 bits seem to be used, which is a bit in the count that 62 and less have not. One look at
// the counts of all refills, ored, proves that all that was taken were literals.
//
// Several symbols a lookup: one number per run counts the bits that are used of a word of its
// stream and the bytes it has made, and an entry is what is added to it. Of the word at most 7 bits
// are used when five lookups begin, so they stay inside it. What is no literal has the entry zero,
// so a run comes to it and no further, and the decoding of the last symbols, which is done one by
// one, meets it. The same entry holds the runs that have come to their end while others go on.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/cpu.h"
#include "codec/huffman_block.h"
#include "codec/huffman_tables.h"

namespace penstock::huffman {

// What is to be proved of one block.
struct Runs {
  Bytes input;
  std::array<std::uint64_t, kStreams + 1> bits;  // where runs begin; where the last one ends
  MutableBytes out;
};

// Whether each run, from its beginning, holds nothing but literals and ends where the next one
// begins, and the last one at its end; then they are in `out`. Else `out` holds anything. Reads
// nothing outside `input`. Precondition: `bits` ascend (not strictly) and lie inside `input`.
using DecodeRuns = bool (*)(const Tables& tables, const Runs& runs);

bool decode_runs_portable(const Tables& tables, const Runs& runs);

// For CPUs with BMI2 and LZCNT; null where there is no such path.
DecodeRuns decode_runs_bmi2();

}  // namespace penstock::huffman
