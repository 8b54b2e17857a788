#include "codec/codec.h"

namespace penstock {

std::string_view name(Codec codec) {
  switch (codec) {
    case Codec::kStore:
      return "store";
    case Codec::kDeflate:
      return "deflate";
    case Codec::kHuffman:
      return "huffman";
    case Codec::kZstd:
      return "zstd";
  }
  return "unknown";
}

LevelRange levels(Codec codec) {
  switch (codec) {
    case Codec::kStore:
    case Codec::kHuffman:
      return {0, 0, 0};
    case Codec::kDeflate:
      return {1, 9, 6};
    case Codec::kZstd:
      return {1, 19, 3};
  }
  return {0, 0, 0};
}

}  // namespace penstock
