#include "transfer/push_stream.h"

#include <array>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "files/unique_fd.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PushStream : public PushTest {
 protected:
  PushStream() { stream.part_bytes = 1000; }
  // What comes out of a pipe.
  Result<PushStreamReport> send(const std::string& text, std::stop_token stop = {}) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    UniqueFd reading(ends[0]);
    std::jthread writer([text, fd = ends[1]] {
      UniqueFd writing(fd);
      static_cast<void>(write_full(fd, as_bytes(text), "pipe"));
    });
    const auto input = make_fd_input(reading.get(), "standard input");
    return push_stream(*input, store, "key", stream, std::move(stop));
  }

  PushStreamOptions stream;
};

TEST_F(PushStream, ShortOneIsOneRequest) {
  for (const std::size_t bytes : {0U, 1U, 999U, 1000U}) {
    store.forget_counts();
    const std::string text(bytes, 'x');
    const auto report = send(text);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->bytes, bytes);
    EXPECT_EQ(store.count_all(), 1U);
    EXPECT_EQ(content("key"), text);
  }
}

TEST_F(PushStream, LongOneGoesInPartsAndArrivesWhole) {
  for (const std::size_t bytes : {1001U, 2000U, 10'500U}) {
    store.forget_counts();
    std::string text(bytes, 'x');
    text.back() = 'y';
    const auto report = send(text);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(store.count("put_part"), (bytes + 999) / 1000);
    EXPECT_EQ(content("key"), text);
  }
}

TEST_F(PushStream, FailedOneLeavesNothing) {
  store.before = [](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key == "key#3") return fail(Code::kIo, "connection reset");
    return {};
  };
  const auto report = send(std::string(5000, 'x'));
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("connection reset"));
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(PushStream, StoppedOneLeavesNothing) {
  std::stop_source stop;
  store.before = [&](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key == "key#2") stop.request_stop();
    return {};
  };
  const auto report = send(std::string(5000, 'x'), stop.get_token());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kCancelled);
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(uploads_left(), 0U);
}

}  // namespace
}  // namespace penstock
