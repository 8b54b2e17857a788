#include "codec/chunk_format.h"

#include <string>

namespace penstock {

LevelRange levels(FileCodec codec) {
  switch (codec) {
    case FileCodec::kZstd:
      return {1, 19, 3};
    case FileCodec::kGzip:
      return {1, 9, 6};
    case FileCodec::kHuffman:
      break;
  }
  return {0, 0, 0};
}

Result<std::unique_ptr<ChunkFormat>> make_chunk_format(FileCodec codec, int level) {
  const LevelRange range = levels(codec);
  if (level != 0 && (level < range.lowest || level > range.highest))
    return fail(Code::kInvalid, "level " + std::to_string(level) + " is outside " +
                                    std::to_string(range.lowest) + ".." +
                                    std::to_string(range.highest));
  const int chosen = level != 0 ? level : range.standard;
  switch (codec) {
    case FileCodec::kZstd:
      return make_zstd_chunks(chosen);
    case FileCodec::kGzip:
      return make_gzip_chunks(chosen);
    case FileCodec::kHuffman:
      return make_huffman_chunks();
  }
  return fail(Code::kInvalid, "no such codec");
}

}  // namespace penstock
