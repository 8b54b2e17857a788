// The codecs of archive entries.
#pragma once

namespace penstock {

enum class Codec {
  kStore,    // as it is
  kDeflate,  // ZIP method 8: every ZIP tool reads it
  kHuffman,  // ZIP method 8 too, without matches: far faster, for data that never repeats itself
  kZstd,     // ZIP method 93: 7-Zip, bsdtar (not with encryption) and penstock read it
};

}  // namespace penstock
