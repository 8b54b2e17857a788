// The codecs of archive entries, and their levels.
#pragma once

namespace penstock {

enum class Codec {
  kStore,    // as it is
  kDeflate,  // ZIP method 8: every ZIP tool reads it
  kHuffman,  // ZIP method 8 too, without matches: far faster, for data that never repeats itself
  kZstd,     // ZIP method 93: 7-Zip, bsdtar (not with encryption) and penstock read it
};

struct LevelRange {
  int lowest;
  int highest;
  int standard;  // when the user names none
};
LevelRange levels(Codec codec);  // deflate 1..9 (6), zstd 1..19 (3), store and huffman 0..0

}  // namespace penstock
