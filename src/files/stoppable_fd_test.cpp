#include "files/stoppable_fd.h"

#include <array>
#include <csignal>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/test_directory.h"
#include "files/unique_fd.h"

namespace penstock {
namespace {

struct Pipe {
  UniqueFd reading;
  UniqueFd writing;
  explicit Pipe(int flags = 0) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | flags) == 0) {
      reading = UniqueFd(ends[0]);
      writing = UniqueFd(ends[1]);
    }
  }
};

TEST(StoppableFd, AStopEndsAReadThatWaits) {
  const Pipe pipe;
  std::stop_source stop;
  auto fd = StoppableFd::create(pipe.reading.get(), stop.get_token());
  ASSERT_TRUE(fd);
  const std::jthread later([&] { stop.request_stop(); });
  std::array<std::byte, 8> buffer{};
  const auto got = fd->read_full(buffer, "read the list");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::kCancelled);
  EXPECT_EQ(got.error().message, "read the list: cancelled");
}

TEST(StoppableFd, AStopEndsAWriteThatNobodyReads) {
  const Pipe pipe;
  std::stop_source stop;
  auto fd = StoppableFd::create(pipe.writing.get(), stop.get_token());
  ASSERT_TRUE(fd);
  const std::jthread later([&] {
    pollfd something{pipe.reading.get(), POLLIN, 0};
    ::poll(&something, 1, -1);
    stop.request_stop();
  });
  const std::string much(1 << 20, 'x');  // more than a pipe holds
  const Status written = fd->write_full(as_bytes(much), "write");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kCancelled);
}

TEST(StoppableFd, AStopBeforehandMovesNothing) {
  const Pipe pipe;
  std::stop_source stop;
  stop.request_stop();
  auto fd = StoppableFd::create(pipe.writing.get(), stop.get_token());
  ASSERT_TRUE(fd);
  EXPECT_EQ(fd->write_full(as_bytes("x"), "write").error().code, Code::kCancelled);
  pollfd something{pipe.reading.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&something, 1, 0), 0);
}

TEST(StoppableFd, MovesEverythingWhetherTheDescriptorBlocksOrNot) {
  for (const int flags : {0, O_NONBLOCK}) {
    Pipe pipe(flags);
    std::string sent(500'001, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 >> 3);
    std::string got(sent.size() + 10, '\0');
    {
      const std::jthread reader([&] {
        auto fd = StoppableFd::create(pipe.reading.get(), {});
        const auto size = fd ? fd->read_full(std::as_writable_bytes(std::span(got)), "read") : 0;
        got.resize(size ? *size : 0);
      });
      auto fd = StoppableFd::create(pipe.writing.get(), {});
      ASSERT_TRUE(fd);
      EXPECT_TRUE(fd->write_full(as_bytes(sent), "write"));
      pipe.writing.reset();
    }
    EXPECT_TRUE(got == sent) << flags;
  }
}

TEST(StoppableFd, ANamedPipeEndsWhenItsWriterHasGoneLongAgo) {
  const TestDirectory directory;
  const std::string name = directory / "pipe";
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  const UniqueFd reading(::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  UniqueFd writing(::open(name.c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(write_full(writing.get(), as_bytes("hi"), "write"));
  writing.reset();
  auto fd = StoppableFd::create(reading.get(), {});
  ASSERT_TRUE(fd);
  std::array<std::byte, 8> buffer{};
  const auto got = fd->read_full(buffer, "read");
  ASSERT_TRUE(got);
  EXPECT_EQ(as_text(Bytes(buffer).first(*got)), "hi");
}

TEST(StoppableFd, AReaderThatWentAwayIsAnError) {
  Pipe pipe;
  pipe.reading.reset();
  auto fd = StoppableFd::create(pipe.writing.get(), {});
  ASSERT_TRUE(fd);
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(fd->write_full(as_bytes("x"), "write").error().code, Code::kIo);
  std::signal(SIGPIPE, before);
}

TEST(StoppableFd, AFileIsReadAtOnce) {
  auto file = unnamed_temporary_file();
  ASSERT_TRUE(file);
  auto fd = StoppableFd::create(file->get(), {});
  ASSERT_TRUE(fd);
  ASSERT_TRUE(fd->write_full(as_bytes("hello"), "write"));
  ASSERT_EQ(::lseek(file->get(), 0, SEEK_SET), 0);
  std::array<std::byte, 8> buffer{};
  const auto got = fd->read_full(buffer, "read");
  ASSERT_TRUE(got);
  EXPECT_EQ(as_text(Bytes(buffer).first(*got)), "hello");
}

}  // namespace
}  // namespace penstock
