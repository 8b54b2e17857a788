// A stop ends a run wherever it is, and is never taken for success; so does a failure.
#include <array>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "chunks/chunk_testing.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

using test::Buffer;
using test::Environment;

// The same over and over: a run with it ends by a stop or not at all.
class EndlessInput final : public ByteInput {
 public:
  explicit EndlessInput(Bytes data) : data_(data) {}
  Result<std::size_t> read_least(std::size_t /*least*/, MutableBytes out,
                                 const std::stop_token& /*stop*/) override {
    for (std::byte& b : out) {
      b = data_[at_];
      at_ = (at_ + 1) % data_.size();
    }
    return out.size();
  }
  const std::string& name() const override { return name_; }

 private:
  Bytes data_;
  std::size_t at_ = 0;
  std::string name_ = "endless";
};

// Gives its bytes and then keeps its reader waiting until it is stopped.
class StallingInput final : public ByteInput {
 public:
  explicit StallingInput(Bytes data) : left_(data) {}
  Result<std::size_t> read_least(std::size_t least, MutableBytes out,
                                 const std::stop_token& stop) override {
    if (left_.size() < least) return wait(stop);
    const std::size_t bytes = std::min(left_.size(), out.size());
    std::ranges::copy(left_.first(bytes), out.begin());
    left_ = left_.subspan(bytes);
    return bytes;
  }
  const std::string& name() const override { return name_; }
  std::future<void> waits() { return waits_.get_future(); }

 private:
  Result<std::size_t> wait(const std::stop_token& stop) {
    waits_.set_value();
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any stopped;
    stopped.wait(lock, stop, [] { return false; });
    return fail(Code::kCancelled, "read stalling: cancelled");
  }

  Bytes left_;
  std::string name_ = "stalling";
  std::promise<void> waits_;
};

// Requests a stop in the middle of its third write.
class StoppingSink final : public ByteSink {
 public:
  explicit StoppingSink(std::stop_source& stop) : stop_(stop) {}
  Status write(Bytes data) override {
    position_ += data.size();
    if (++writes_ == 3) stop_.request_stop();
    return {};
  }
  std::uint64_t position() const override { return position_; }
  bool can_patch() const override { return false; }
  Status patch(std::uint64_t, Bytes) override { return fail(Code::kInvalid, "no"); }
  Status rewind(std::uint64_t) override { return fail(Code::kInvalid, "no"); }
  Status finish() override { return {}; }

 private:
  std::stop_source& stop_;
  std::uint64_t position_ = 0;
  int writes_ = 0;
};

// Keeps its writer waiting until it is told that nothing is wanted any more.
class StalledSink final : public ByteSink {
 public:
  Status write(Bytes /*data*/) override {
    writing.release();
    cancelled_.acquire();
    return fail(Code::kCancelled, "cancelled");
  }
  std::uint64_t position() const override { return 0; }
  bool can_patch() const override { return false; }
  Status patch(std::uint64_t, Bytes) override { return fail(Code::kInvalid, "no"); }
  Status rewind(std::uint64_t) override { return fail(Code::kInvalid, "no"); }
  Status finish() override { return {}; }
  void cancel() override { cancelled_.release(); }

  std::binary_semaphore writing{0};

 private:
  std::binary_semaphore cancelled_{0};
};

// Gives some bytes, then whatever `then` makes of it.
class TwoPartInput final : public ByteInput {
 public:
  using Then = std::function<Result<Bytes>()>;
  TwoPartInput(Bytes first, Then then) : left_(first), then_(std::move(then)) {}
  Result<std::size_t> read_least(std::size_t least, MutableBytes out,
                                 const std::stop_token& /*stop*/) override {
    std::size_t done = 0;
    while (done < least) {
      if (left_.empty() && then_) {
        PENSTOCK_TRY(left_, std::exchange(then_, nullptr)());
      }
      if (left_.empty()) break;
      const std::size_t bytes = std::min(left_.size(), out.size() - done);
      std::ranges::copy(left_.first(bytes), out.begin() + std::ptrdiff_t(done));
      left_ = left_.subspan(bytes);
      done += bytes;
    }
    return done;
  }
  const std::string& name() const override { return name_; }

 private:
  Bytes left_;
  Then then_;
  std::string name_ = "input";
};

// Files that are restored by all cores, and one by one.
struct Sample {
  FileFormat format;
  Buffer file;
};
std::vector<Sample> samples() {
  Environment around;
  const Buffer data = test::mixed_bytes(1'500'000, 1);
  std::vector<Sample> all;
  for (const auto& [codec, format] : {std::pair{FileCodec::kZstd, FileFormat::kZstd},
                                      std::pair{FileCodec::kGzip, FileFormat::kGzip},
                                      std::pair{FileCodec::kHuffman, FileFormat::kGzip}})
    all.push_back({format, *test::compressed(data, codec, 0, around.run(2))});
  all.push_back({FileFormat::kGzip, test::foreign_member(data)});
  return all;
}

Result<ChunkCounts> compress(ByteInput& input, FileCodec codec, ByteSink& sink, unsigned threads,
                             const std::stop_token& stop) {
  Environment around;
  const auto format = make_chunk_format(codec, 0);
  EXPECT_TRUE(format);
  return compress_chunks(input, **format, sink, around.run(threads), stop);
}

Result<RestoreCounts> restore(ByteInput& input, FileFormat format, ByteSink& sink, unsigned threads,
                              const std::stop_token& stop) {
  Environment around;
  InputWindow window(input, stop);
  return restore_chunks(window, format, sink, {}, around.run(threads), stop);
}

template <class Outcome>
void expect_cancelled(const Outcome& outcome) {
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::kCancelled) << outcome.error().message;
}

constexpr std::array kCodecs{FileCodec::kZstd, FileCodec::kGzip, FileCodec::kHuffman};

TEST(ChunkStop, EndsCompressingInTheMiddle) {
  const Buffer data = test::mixed_bytes(1'000'000, 2);
  for (const FileCodec codec : kCodecs)
    for (const unsigned threads : {1U, 3U}) {
      std::stop_source stop;
      EndlessInput input(data);
      StoppingSink sink(stop);
      expect_cancelled(compress(input, codec, sink, threads, stop.get_token()));
    }
}

TEST(ChunkStop, EndsRestoringInTheMiddle) {
  for (const auto& [format, file] : samples())
    for (const unsigned threads : {1U, 3U}) {
      std::stop_source stop;
      EndlessInput input(file);
      StoppingSink sink(stop);
      expect_cancelled(restore(input, format, sink, threads, stop.get_token()));
    }
}

TEST(ChunkStop, BeforeItBeginsNothingIsDone) {
  for (const auto& [format, file] : samples()) {
    std::stop_source stop;
    stop.request_stop();
    test::MemorySink sink;
    const auto source = make_memory_source(file, "file");
    const auto input = make_part_input(*source, 0, file.size());
    expect_cancelled(restore(*input, format, sink, 2, stop.get_token()));
    EXPECT_TRUE(sink.data().empty());
  }
}

TEST(ChunkStop, EndsAWaitForTheInput) {
  const Buffer data = test::mixed_bytes(std::size_t{6} << 20, 3);
  for (const FileCodec codec : kCodecs) {
    std::stop_source stop;
    StallingInput input(data);
    test::MemorySink sink;
    const std::jthread later([&, waits = input.waits()] {
      waits.wait();
      stop.request_stop();
    });
    expect_cancelled(compress(input, codec, sink, 2, stop.get_token()));
  }
  for (const auto& [format, file] : samples()) {
    std::stop_source stop;
    StallingInput input(file);
    test::MemorySink sink;
    const std::jthread later([&, waits = input.waits()] {
      waits.wait();
      stop.request_stop();
    });
    expect_cancelled(restore(input, format, sink, 2, stop.get_token()));
  }
}

TEST(ChunkStop, EndsAWaitForAReaderOfTheOutput) {
  const Buffer data = test::random_bytes(1'000'000, 4);
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  // Its first byte says that the run has come to the output, which then takes no more.
  const auto stop_later = [&](std::stop_source& stop) {
    return std::jthread([&] {
      std::array<std::byte, 1> first{};
      EXPECT_TRUE(read_full(reading.get(), first, "read"));
      stop.request_stop();
    });
  };
  for (const FileCodec codec : kCodecs) {
    std::stop_source stop;
    EndlessInput input(data);
    const auto sink = make_fd_sink(writing.get(), "pipe", stop.get_token());
    ASSERT_TRUE(sink);
    const std::jthread later = stop_later(stop);
    expect_cancelled(compress(input, codec, **sink, 2, stop.get_token()));
  }
  for (const auto& [format, file] : samples()) {
    std::stop_source stop;
    EndlessInput input(file);
    const auto sink = make_fd_sink(writing.get(), "pipe", stop.get_token());
    ASSERT_TRUE(sink);
    const std::jthread later = stop_later(stop);
    expect_cancelled(restore(input, format, **sink, 2, stop.get_token()));
  }
}

TEST(ChunkStop, AFailureOfCompressingDoesNotWaitForTheSink) {
  Environment around;
  const auto format = make_chunk_format(FileCodec::kGzip, 1);
  ASSERT_TRUE(format);
  const Buffer data = test::random_bytes((*format)->chunk_bytes(), 3);
  StalledSink sink;
  TwoPartInput input(data, [&]() -> Result<Bytes> {
    sink.writing.acquire();
    return fail(Code::kIo, "read: broken");
  });
  const auto counts = compress_chunks(input, **format, sink, around.run(2), {});
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, Code::kIo);
}

TEST(ChunkStop, AFailureOfDecompressingDoesNotWaitForTheSink) {
  Environment around;
  // Large enough to be handed on before the next member is looked at.
  const auto file =
      test::compressed(test::random_bytes(500'000, 3), FileCodec::kGzip, 1, around.run(1));
  ASSERT_TRUE(file);
  StalledSink sink;
  TwoPartInput input(*file, [&]() -> Result<Bytes> {
    sink.writing.acquire();
    return as_bytes("garbage");
  });
  InputWindow window(input, {});
  const auto counts = restore_chunks(window, FileFormat::kGzip, sink, {}, around.run(2), {});
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace penstock
