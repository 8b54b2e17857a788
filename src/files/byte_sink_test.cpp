#include "files/byte_sink.h"

#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include "files/byte_source.h"
#include "files/test_directory.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

std::string text_of(const ByteSource& source, std::uint64_t offset, std::size_t size) {
  std::string text(size, '\0');
  const Status read = source.read_at(offset, std::as_writable_bytes(std::span(text)));
  return read ? text : read.error().message;
}

TEST(FileSink, AppearsWhenFinished) {
  const TestDirectory dir;
  auto sink = open_file_sink(dir / "out", false);
  ASSERT_TRUE(sink);
  ASSERT_TRUE((*sink)->write(as_bytes("hello ")));
  ASSERT_TRUE((*sink)->write(as_bytes("world")));
  EXPECT_EQ((*sink)->position(), 11U);
  EXPECT_FALSE(dir.has("out"));
  ASSERT_TRUE((*sink)->finish());
  EXPECT_EQ(dir.read("out"), "hello world");
}

TEST(FileSink, LeavesNothingWhenNotFinished) {
  const TestDirectory dir;
  {
    auto sink = open_file_sink(dir / "out", false);
    ASSERT_TRUE(sink);
    ASSERT_TRUE((*sink)->write(as_bytes("hello")));
  }
  EXPECT_TRUE(dir.names().empty());
}

// Sizes around the one from which writes are no longer collected.
class FileSinkSizes : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes, FileSinkSizes, testing::Values(1, 65535, 65536, 65537, 200000));

TEST_P(FileSinkSizes, WritesPatchesAndRewindsAnywhere) {
  const TestDirectory dir;
  auto opened = open_file_sink(dir / "out", false);
  ASSERT_TRUE(opened);
  ByteSink& sink = **opened;
  std::string expected;
  for (int i = 0; i < 5; ++i) {
    const std::string part(GetParam(), static_cast<char>('a' + i));
    ASSERT_TRUE(sink.write(as_bytes(part)));
    ASSERT_TRUE(sink.write(as_bytes("|")));
    expected += part + "|";
    const std::size_t middle = expected.size() / 2;
    ASSERT_TRUE(sink.patch(middle, as_bytes("#")));
    ASSERT_TRUE(sink.patch(expected.size() - 1, as_bytes("!")));
    expected[middle] = '#';
    expected.back() = '!';
    const std::size_t kept = expected.size() - (GetParam() + 1) / 2;
    ASSERT_TRUE(sink.rewind(kept));
    expected.resize(kept);
    ASSERT_EQ(sink.position(), expected.size());
  }
  ASSERT_TRUE(sink.finish());
  EXPECT_TRUE(dir.read("out") == expected);
}

TEST(FileSink, RefusesToPatchOrRewindBeyondItsEnd) {
  const TestDirectory dir;
  auto sink = open_file_sink(dir / "out", false);
  ASSERT_TRUE((*sink)->write(as_bytes("abc")));
  EXPECT_EQ((*sink)->patch(2, as_bytes("xy")).error().code, Code::kInvalid);
  EXPECT_EQ((*sink)->patch(4, as_bytes("")).error().code, Code::kInvalid);
  EXPECT_EQ((*sink)->rewind(4).error().code, Code::kInvalid);
}

TEST(FdSink, StreamsToAPipeAndCannotPatch) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  std::string got(300000, '\0');
  {
    std::jthread reader([&] {
      const auto size =
          read_full(reading.get(), std::as_writable_bytes(std::span(got)), "read pipe");
      got.resize(size ? *size : 0);
    });
    auto made = make_fd_sink(writing.get(), "standard output", {});
    ASSERT_TRUE(made);
    const auto sink = *std::move(made);
    EXPECT_FALSE(sink->can_patch());
    ASSERT_TRUE(sink->write(as_bytes("head")));
    ASSERT_TRUE(sink->write(as_bytes(std::string(200000, 'x'))));
    EXPECT_EQ(sink->patch(0, as_bytes("y")).error().code, Code::kInvalid);
    EXPECT_EQ(sink->rewind(0).error().code, Code::kInvalid);
    ASSERT_TRUE(sink->finish());
    EXPECT_EQ(sink->position(), 200004U);
    writing.reset();
  }
  EXPECT_TRUE(got == "head" + std::string(200000, 'x'));
}

TEST(FdSink, WaitsForADescriptorThatDoesNotBlock) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  std::size_t got = 0;
  std::string buffer(500000, '\0');
  {
    std::jthread reader([&] {
      const auto size =
          read_full(reading.get(), std::as_writable_bytes(std::span(buffer)), "read pipe");
      got = size ? *size : 0;
    });
    auto sink = make_fd_sink(writing.get(), "pipe", {});
    ASSERT_TRUE(sink);
    EXPECT_TRUE((*sink)->write(as_bytes(std::string(400000, 'x'))));
    writing.reset();
  }
  EXPECT_EQ(got, 400000U);
}

TEST(FdSink, TellsAFullDeviceByName) {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  auto made = make_fd_sink(full.get(), "standard output", {});
  ASSERT_TRUE(made);
  const auto sink = *std::move(made);
  ASSERT_TRUE(sink->write(as_bytes("abc")));
  const Status finished = sink->finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, Code::kNoSpace);
  EXPECT_TRUE(finished.error().message.starts_with("write standard output: "));
}

TEST(FdSink, CancellingEndsAWaitForTheReader) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  auto made = make_fd_sink(writing.get(), "pipe", {});
  ASSERT_TRUE(made);
  const auto sink = *std::move(made);
  const std::jthread later([&] {
    pollfd something{reading.get(), POLLIN, 0};
    ::poll(&something, 1, -1);
    sink->cancel();
  });
  const Status written = sink->write(as_bytes(std::string(1 << 20, 'x')));  // more than it holds
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kCancelled);
}

TEST(StreamSink, WritesIntoAPipeWhoseReaderComesLater) {
  const TestDirectory dir;
  const std::string path = dir / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_TRUE(is_stream(path));
  std::string got(3, '\0');
  const std::jthread reader([&] {
    const UniqueFd reading(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_TRUE(read_full(reading.get(), std::as_writable_bytes(std::span(got)), "read"));
    EXPECT_EQ(got, "abc");
  });
  const auto sink = open_stream_sink(path, {});
  ASSERT_TRUE(sink);
  EXPECT_TRUE((*sink)->write(as_bytes("abc")));
  EXPECT_TRUE((*sink)->finish());
}

TEST(StreamSink, AStopEndsTheWaitForAReader) {
  const TestDirectory dir;
  ASSERT_EQ(mkfifo((dir / "pipe").c_str(), 0600), 0);
  std::stop_source stop;
  const std::jthread later([&] { stop.request_stop(); });
  const auto sink = open_stream_sink(dir / "pipe", stop.get_token());
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().code, Code::kCancelled);
}

TEST(StreamSink, IsNoFile) {
  const TestDirectory dir;
  dir.file("file", "precious");
  EXPECT_FALSE(is_stream(dir / "file"));
  EXPECT_FALSE(is_stream(dir.path()));
  EXPECT_FALSE(is_stream(dir / "nothing"));
  EXPECT_EQ(open_stream_sink(dir / "file", {}).error().code, Code::kChanged);
  EXPECT_EQ(dir.read("file"), "precious");
}

TEST(FileSource, ReadsAnywhere) {
  const TestDirectory dir;
  dir.file("in", "0123456789");
  const auto source = open_file_source(dir / "in");
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->size(), 10U);
  EXPECT_EQ((*source)->name(), dir / "in");
  EXPECT_EQ(text_of(**source, 3, 4), "3456");
  EXPECT_EQ(text_of(**source, 10, 0), "");
}

TEST(FileSource, ReadingBeyondTheEndIsTruncation) {
  const TestDirectory dir;
  dir.file("in", "0123456789");
  const auto source = open_file_source(dir / "in");
  ASSERT_TRUE(source);
  std::byte two[2];
  EXPECT_EQ((*source)->read_at(9, two).error().code, Code::kCorrupt);
  EXPECT_EQ((*source)->read_at(~std::uint64_t{0}, two).error().code, Code::kCorrupt);
  std::filesystem::resize_file(dir / "in", 5);
  EXPECT_EQ((*source)->read_at(4, two).error().code, Code::kCorrupt);
}

TEST(FileSource, SaysWhyItCannotBeRead) {
  const TestDirectory dir;
  ASSERT_EQ(mkfifo((dir / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(open_file_source(dir.path()).error().code, Code::kInvalid);
  EXPECT_EQ(open_file_source(dir / "pipe").error().code, Code::kUnsupported);
  EXPECT_EQ(open_file_source("/dev/null").error().code, Code::kUnsupported);
  EXPECT_EQ(open_file_source(dir / "no").error().code, Code::kNotFound);
}

TEST(MemorySource, ReadsAnywhereAndTellsTruncation) {
  const auto source = make_memory_source(as_bytes("0123456789"), "memory");
  EXPECT_EQ(text_of(*source, 0, 10), "0123456789");
  EXPECT_EQ(text_of(*source, 8, 2), "89");
  EXPECT_EQ(text_of(*source, 8, 3), "memory: truncated");
}

TEST(TemporaryFile, HasNoNameInTheDirectoryItLivesIn) {
  const TestDirectory dir;
  const char* before = std::getenv("TMPDIR");
  const std::string saved = before == nullptr ? "" : before;
  setenv("TMPDIR", dir.path().c_str(), 1);
  const auto file = unnamed_temporary_file();
  saved.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", saved.c_str(), 1);
  ASSERT_TRUE(file);
  EXPECT_TRUE(write_full(file->get(), as_bytes("x"), "write"));
  struct stat of_file {};
  struct stat of_dir {};
  ASSERT_EQ(fstat(file->get(), &of_file), 0);
  ASSERT_EQ(stat(dir.path().c_str(), &of_dir), 0);
  EXPECT_EQ(of_file.st_dev, of_dir.st_dev);
  EXPECT_EQ(of_file.st_nlink, 0U);
  EXPECT_TRUE(dir.names().empty());
}

TEST(UniqueFd, CloseTellsWhatTheKernelSays) {
  EXPECT_TRUE(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)).close());
  EXPECT_TRUE(UniqueFd().close());
  UniqueFd twice(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::close(twice.get());
  EXPECT_FALSE(twice.close());
}

}  // namespace
}  // namespace penstock
