// Ranges of files that say where their parts lie, and of files that lie about it.
#include "chunks/frame_index.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "chunks/list_frames.h"
#include "chunks/seek_table_reader.h"
#include "codec/test_frames.h"

namespace penstock {
namespace {

using test::Buffer;
using test::Frame;
using test::MemberClaims;

// Counts what is read of a file.
class CountingSource final : public ByteSource {
 public:
  explicit CountingSource(Bytes file) : file_(make_memory_source(file, "file")) {}
  std::uint64_t size() const override { return file_->size(); }
  const std::string& name() const override { return file_->name(); }
  Status read_at(std::uint64_t offset, MutableBytes out) const override {
    ++reads;
    bytes += out.size();
    return file_->read_at(offset, out);
  }
  mutable std::size_t reads = 0;
  mutable std::uint64_t bytes = 0;

 private:
  std::unique_ptr<ByteSource> file_;
};

Result<RangePlan> plan(Bytes file, FileFormat format, ByteRange range) {
  return plan_range(*make_memory_source(file, "file"), format, range, {});
}

Code refusal(const Result<RangePlan>& plan) { return plan ? Code::kInternal : plan.error().code; }

Buffer letters(char letter, std::size_t size) {
  return Buffer(size, static_cast<std::byte>(letter));
}

Frame honest(Bytes content, std::size_t block = std::size_t{128} << 10) {
  return {test::zstd_frame(content, content.size(), block),
          static_cast<std::uint32_t>(content.size())};
}

TEST(ZstdRange, CoversEveryRangeAndNoFrameMore) {
  std::mt19937_64 random(1);
  std::vector<Frame> frames;
  std::uint64_t size = 0;
  for (int i = 0; i < 60; ++i) {
    if (random() % 6 == 0) {
      frames.push_back({test::skippable_frame(random() % 9000), 0});
    } else {
      frames.push_back(honest(test::random_bytes(random() % 5000, random()), 1 + random() % 3000));
      size += frames.back().data;
    }
  }
  const Buffer file = test::seekable(frames);
  for (int i = 0; i < 500; ++i) {
    ByteRange range{random() % (size + 1), random() % (size + 1)};
    if (range.begin > range.end) std::swap(range.begin, range.end);
    const auto made = plan(file, FileFormat::kZstd, range);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_TRUE(made->confirmed);
    EXPECT_EQ(made->take, range.end - range.begin);
    EXPECT_LE(made->skip + made->take, made->made);
    if (made->take > 0) {
      EXPECT_LT(made->skip, 5000U);
      EXPECT_LT(made->made, made->skip + made->take + 5000);
    }
    // What lies before the plan's first frame is what the range skips.
    std::uint64_t before = 0;
    std::uint64_t at = 0;
    for (const Frame& frame : frames) {
      if (at >= made->begin) break;
      at += frame.bytes.size();
      before += frame.data;
    }
    EXPECT_EQ(at, made->begin);
    EXPECT_EQ(before + made->skip, range.begin);
  }
  EXPECT_EQ(refusal(plan(file, FileFormat::kZstd, {size + 1, UINT64_MAX})), Code::kInvalid);
  EXPECT_EQ(refusal(plan(file, FileFormat::kZstd, {2, 1})), Code::kInvalid);
}

TEST(ZstdRange, ATableThatHidesAFrameIsContradicted) {
  const Frame a = honest(letters('a', 100));
  const Frame b = honest(letters('b', 100));
  const Frame c = honest(letters('c', 100));
  // a's entry reaches over b.
  Frame ab = a;
  append(ab.bytes, b.bytes);
  EXPECT_EQ(refusal(plan(test::seekable({ab, c, c}), FileFormat::kZstd, {150, 160})),
            Code::kCorrupt);
  // b travels with a skippable frame.
  Frame hidden{test::skippable_frame(10), 0};
  append(hidden.bytes, b.bytes);
  EXPECT_EQ(refusal(plan(test::seekable({a, hidden, c, c}), FileFormat::kZstd, {150, 160})),
            Code::kCorrupt);
  // The first entry ends inside a, the second inside b.
  Frame half{{a.bytes.begin(), a.bytes.end() - 60}, 100};
  Frame rest{{a.bytes.end() - 60, a.bytes.end()}, 100};
  EXPECT_EQ(refusal(plan(test::seekable({half, rest, c, c}), FileFormat::kZstd, {250, 260})),
            Code::kCorrupt);
  // An entry of nothing.
  EXPECT_EQ(refusal(plan(test::seekable({Frame(), a, c}), FileFormat::kZstd, {150, 160})),
            Code::kCorrupt);
  // A frame that does not hold what it should, before the range and in it.
  Frame more = a;
  more.data = 120;
  for (const std::uint64_t begin : {150U, 20U})
    EXPECT_EQ(refusal(plan(test::seekable({more, c}), FileFormat::kZstd, {begin, begin + 10})),
              Code::kCorrupt);
  // A block that may not be: larger than the window.
  Frame large{test::zstd_frame(letters('x', 200'000), 200'000, 200'000), 200'000};
  EXPECT_EQ(refusal(plan(test::seekable({large, c}), FileFormat::kZstd, {200'010, 200'020})),
            Code::kCorrupt);
  // The same frames, told as they are.
  EXPECT_TRUE(plan(test::seekable({a, {test::skippable_frame(10), 0}, b, c, c}), FileFormat::kZstd,
                   {150, 160}));
}

TEST(ZstdRange, IsOnlyConfirmedWhereTheFramesBeforeItSayTheirSizes) {
  const Buffer content = letters('a', 1000);
  const Frame silent{test::zstd_frame(content, std::nullopt), 1000};
  const Buffer file = test::seekable({silent, honest(content), silent});
  const auto first = plan(file, FileFormat::kZstd, {0, 10});
  const auto second = plan(file, FileFormat::kZstd, {1000, 1010});
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->confirmed);
  EXPECT_FALSE(second->confirmed);
  const auto third =
      plan(test::seekable({honest(content), silent}), FileFormat::kZstd, {1500, 1510});
  ASSERT_TRUE(third);
  EXPECT_TRUE(third->confirmed);
}

TEST(ZstdRange, ReadsHeadersOnlyAndFewTimes) {
  // Large blocks: next to nothing is read. Small ones: a block of headers at a time.
  const Buffer content = test::random_bytes(std::size_t{1} << 20, 3);
  struct Case {
    std::size_t block;
    std::uint64_t bytes_most;
    std::size_t reads_most;
  };
  for (const Case& c : {Case{128U << 10, 64 * 150, 150}, Case{100, 20U << 20, 400}}) {
    std::vector<Frame> frames;
    for (int i = 0; i < 16; ++i) frames.push_back(honest(content, c.block));
    const Buffer file = test::seekable(frames);
    const CountingSource source(file);
    const std::uint64_t begin = 15 * content.size() + 5;
    const auto made = plan_range(source, FileFormat::kZstd, {begin, begin + 10}, {});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_LE(source.bytes, c.bytes_most) << c.block;
    EXPECT_LE(source.reads, c.reads_most) << c.block;
  }
}

TEST(GzipRange, RestsOnWhatMembersSayAndSaysSo) {
  const Buffer content = letters('a', 1000);
  for (const std::string_view id : {"IG", "BC", "PS"}) {
    const Buffer member = test::gzip_member(content, {.id = id, .data_bytes = 1000});
    Buffer file;
    for (int i = 0; i < 3; ++i) append(file, member);
    const auto first = plan(file, FileFormat::kGzip, {999, 1001});
    const auto second = plan(file, FileFormat::kGzip, {1000, 1001});
    ASSERT_TRUE(first && second) << id;
    EXPECT_TRUE(first->confirmed) << id;
    EXPECT_FALSE(second->confirmed) << id;
    // Two members that say they are one: nobody can tell without inflating them.
    Buffer lies =
        test::gzip_member(content, {.id = id, .behind = member.size(), .data_bytes = 1000});
    append(lies, member);
    append(lies, member);
    const auto moved = plan(lies, FileFormat::kGzip, {1000, 1001});
    ASSERT_TRUE(moved) << id;
    EXPECT_FALSE(moved->confirmed) << id;
  }
}

TEST(GzipRange, AsksEveryMemberOnce) {
  Buffer file;
  const Buffer member = test::gzip_member(test::random_bytes(60'000, 4), {});
  for (int i = 0; i < 100; ++i) append(file, member);
  const CountingSource source(file);
  ASSERT_TRUE(plan_range(source, FileFormat::kGzip, {99 * 60'000, 99 * 60'000 + 1}, {}));
  EXPECT_LE(source.reads, 102U);
  EXPECT_LE(source.bytes, 102U * 600);
}

TEST(FrameIndex, HeedsAStop) {
  std::stop_source stopped;
  stopped.request_stop();
  const std::stop_token stop = stopped.get_token();
  const Frame frame = honest(letters('a', 1000));
  const Buffer zstd = test::seekable({frame, frame});
  Buffer gzip = test::gzip_member(letters('a', 1000), {});
  gzip.resize(gzip.size() + 1000);
  const auto zstd_file = make_memory_source(zstd, "file");
  const auto gzip_file = make_memory_source(gzip, "file");
  EXPECT_EQ(refusal(plan_range(*zstd_file, FileFormat::kZstd, {1500, 1501}, stop)),
            Code::kCancelled);
  EXPECT_EQ(refusal(plan_range(*gzip_file, FileFormat::kGzip, {500, 501}, stop)), Code::kCancelled);
  const auto table = SeekTable::find(*zstd_file, stop);
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, Code::kCancelled);
  HeaderWindow window(*gzip_file, stop);
  const auto zeros = only_zeros(window, gzip.size() - 1000);
  ASSERT_FALSE(zeros);
  EXPECT_EQ(zeros.error().code, Code::kCancelled);
}

// Asked to stop by the first read of the table, the walk must not go on to its end.
TEST(FrameIndex, HeedsAStopInTheMiddleOfALongTable) {
  class StopsAfter final : public ByteSource {
   public:
    StopsAfter(Bytes file, std::stop_source& stop)
        : file_(make_memory_source(file, "file")), stop_(stop) {}
    std::uint64_t size() const override { return file_->size(); }
    const std::string& name() const override { return file_->name(); }
    Status read_at(std::uint64_t offset, MutableBytes out) const override {
      if (++reads == 5) stop_.request_stop();
      return file_->read_at(offset, out);
    }
    mutable std::size_t reads = 0;

   private:
    std::unique_ptr<ByteSource> file_;
    std::stop_source& stop_;
  };
  const std::vector<Frame> frames(50'000, Frame{test::skippable_frame(1), 0});
  const Buffer file = test::seekable(frames);
  std::stop_source stop;
  const StopsAfter source(file, stop);
  EXPECT_EQ(refusal(plan_range(source, FileFormat::kZstd, {0, 1}, stop.get_token())),
            Code::kCancelled);
  EXPECT_EQ(source.reads, 5U);
  std::stop_source other;
  const StopsAfter listed(file, other);
  const auto list =
      list_frames(listed, other.get_token(), [](const ListedFrame&) { return Status(); });
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace penstock
