// What the tests of the room work with: the chunk driver there and back over memory, and files as
// others make them.
#pragma once

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>

#include "base/narrow.h"
#include "chunks/chunk_driver.h"
#include "chunks/chunk_restorer.h"
#include "codec/crc32.h"
#include "codec/test_data.h"
#include "codec/zlib_streams.h"

namespace penstock::test {

class MemorySink final : public ByteSink {
 public:
  Status write(Bytes data) override {
    if (data_.size() + data.size() > room) return fail(Code::kNoSpace, "the sink is full");
    return append(data_, data), Status();
  }
  std::uint64_t position() const override { return data_.size(); }
  bool can_patch() const override { return false; }
  Status patch(std::uint64_t, Bytes) override { return fail(Code::kInvalid, "no"); }
  Status rewind(std::uint64_t) override { return fail(Code::kInvalid, "no"); }
  Status finish() override { return {}; }
  const Buffer& data() const { return data_; }

  std::size_t room = SIZE_MAX;

 private:
  Buffer data_;
};

struct Environment {
  ChunkMeters meters;
  Progress progress;
  ChunkRun run(unsigned threads, std::size_t memory = 0) {
    return {{threads, memory == 0 ? threads * kMemoryPerThread : memory},
            memory != 0,
            meters,
            progress};
  }
};

inline Result<Buffer> compressed(Bytes data, FileCodec codec, int level, const ChunkRun& run) {
  PENSTOCK_TRY(const auto format, make_chunk_format(codec, level));
  const auto source = make_memory_source(data, "data");
  const auto input = make_part_input(*source, 0, data.size());
  MemorySink sink;
  PENSTOCK_TRY(const ChunkCounts counts, compress_chunks(*input, *format, sink, run, {}));
  EXPECT_EQ(counts.bytes_in, data.size());
  return sink.data();
}

struct Restored {
  Buffer data;
  bool parallel = false;
};

inline Result<Restored> restored(Bytes file, const ChunkRun& run,
                                 const RestoreLimits& limits = {}) {
  const auto source = make_memory_source(file, "file");
  const auto input = make_part_input(*source, 0, file.size());
  InputWindow window(*input, {});
  PENSTOCK_TRY(const FileFormat format, detect_format(window));
  MemorySink sink;
  PENSTOCK_TRY(const RestoreCounts counts, restore_chunks(window, format, sink, limits, run, {}));
  return Restored{sink.data(), counts.parallel};
}

// A .gz of one member, with the content of its extra field if it has one.
inline Buffer member_with_extra(Bytes data, Bytes extra) {
  Buffer member{std::byte{0x1f}, std::byte{0x8b}, std::byte{8},
                extra.empty() ? std::byte{0} : std::byte{4}};
  member.resize(10);
  if (!extra.empty()) append_le<std::uint16_t>(member, narrow<std::uint16_t>(extra.size()));
  append(member, extra);
  append(member, zlib_deflate(data, 6));
  append_le<std::uint32_t>(member, crc32(std::uint32_t{0}, data));
  append_le<std::uint32_t>(member, narrow<std::uint32_t>(data.size()));
  return member;
}

// As any tool makes it.
inline Buffer foreign_member(Bytes data) { return member_with_extra(data, {}); }

// As the tools for SAM and BAM files do ('BC': its length less one), and mgzip and pgzip ('IG').
// `data` must give at most 64 KiB for the first.
inline Buffer bgzf_member(Bytes data) {
  Buffer member = member_with_extra(data, as_bytes(std::string_view("BC\2\0\0\0", 6)));
  store_le<std::uint16_t>(member, 16, narrow<std::uint16_t>(member.size() - 1));
  return member;
}
inline Buffer mgzip_member(Bytes data) {
  Buffer member = member_with_extra(data, as_bytes(std::string_view("IG\4\0\0\0\0\0", 8)));
  store_le<std::uint32_t>(member, 16, narrow<std::uint32_t>(member.size()));
  return member;
}

}  // namespace penstock::test
