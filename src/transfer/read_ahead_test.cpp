#include "transfer/read_ahead.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace penstock {
namespace {

constexpr std::size_t kSegment = 100;

std::byte byte_at(std::uint64_t offset) { return static_cast<std::byte>(offset * 7 % 251); }

Status fill(std::uint64_t offset, MutableBytes out) {
  for (std::byte& byte : out) byte = byte_at(offset++);
  return {};
}

// What was asked for, and how much of it nobody has read.
class Fetches {
 public:
  ReadAhead::Fetch fetch() {
    return [this](std::uint64_t offset, MutableBytes out, const std::stop_token&) {
      ++count;
      const std::size_t now = unread += out.size();
      std::size_t most = most_unread;
      while (most < now && !most_unread.compare_exchange_weak(most, now)) {
      }
      return fill(offset, out);
    };
  }

  std::atomic<unsigned> count{0};
  std::atomic<std::size_t> unread{0};
  std::atomic<std::size_t> most_unread{0};
};

ReadAheadLimits limits(unsigned requests, std::size_t segments) {
  return {requests, kSegment, segments * kSegment};
}

// As many bytes as there are from `offset` on, each compared.
std::size_t read(ReadAhead& ahead, std::uint64_t offset, std::size_t bytes) {
  std::vector<std::byte> out(bytes);
  const auto got = ahead.read(offset, out);
  EXPECT_TRUE(got) << got.error().message;
  if (!got) return 0;
  for (std::size_t i = 0; i < *got; ++i) EXPECT_EQ(out[i], byte_at(offset + i));
  return *got;
}

TEST(ReadAhead, MakesSeveralRequestsAtATime) {
  std::latch all(4);
  const auto fetch = [&](std::uint64_t offset, MutableBytes out, const std::stop_token&) {
    all.arrive_and_wait();  // for ever, if they were made one after the other
    return fill(offset, out);
  };
  ReadAhead ahead(fetch, limits(4, 4), {});
  const auto handle = ahead.announce(0, 4 * kSegment);
  for (std::uint64_t at = 0; at < 4 * kSegment; at += kSegment)
    EXPECT_EQ(read(ahead, at, kSegment), kSegment);
}

TEST(ReadAhead, GivesEveryByteOfALongRangeWithinItsMemory) {
  Fetches fetches;
  ReadAhead ahead(fetches.fetch(), limits(8, 4), {});
  const std::uint64_t end = 10'050;
  const auto handle = ahead.announce(50, end);
  for (std::uint64_t at = 50; at < end;) {
    const std::size_t got = read(ahead, at, 70);
    ASSERT_GT(got, 0U) << at;
    fetches.unread -= got;
    at += got;
  }
  EXPECT_EQ(fetches.count, 100U);
  // A segment is free when all of it was read: those within the budget, and the reader's own.
  EXPECT_LE(fetches.most_unread, 6 * kSegment);
}

TEST(ReadAhead, ReaderWaitsForNoMemory) {
  Fetches fetches;
  ReadAhead ahead(fetches.fetch(), limits(2, 1), {});
  const auto unread = ahead.announce(0, 10 * kSegment);  // takes all memory, and nobody reads it
  const auto wanted = ahead.announce(5000, 5000 + 2 * kSegment);
  EXPECT_EQ(read(ahead, 5000, kSegment), kSegment);
  EXPECT_EQ(read(ahead, 5000 + kSegment, kSegment), kSegment);
}

TEST(ReadAhead, TellsWhatItHasNot) {
  Fetches fetches;
  ReadAhead ahead(fetches.fetch(), limits(2, 4), {});
  EXPECT_EQ(read(ahead, 0, 10), 0U);
  auto handle = ahead.announce(0, 2 * kSegment);
  EXPECT_EQ(read(ahead, 0, kSegment), kSegment);
  EXPECT_EQ(read(ahead, 0, kSegment), 0U) << "read to its end: gone";
  EXPECT_EQ(read(ahead, 2 * kSegment, 10), 0U);
  handle.reset();
  EXPECT_EQ(read(ahead, kSegment, kSegment), 0U);
  EXPECT_EQ(ahead.announce(5, 5), nullptr);
}

TEST(ReadAhead, ShortRangeStaysAndIsFetchedOnce) {
  Fetches fetches;
  ReadAhead ahead(fetches.fetch(), limits(2, 4), {});
  const auto outer = ahead.announce(100, 180);
  {
    const auto inner = ahead.announce(110, 150);
    EXPECT_EQ(read(ahead, 110, 40), 40U);
  }
  EXPECT_EQ(read(ahead, 100, 80), 80U);
  EXPECT_EQ(read(ahead, 100, 80), 80U);
  EXPECT_EQ(fetches.count, 1U);
}

TEST(ReadAhead, FailureIsThatOfWhoReadsIt) {
  const auto fetch = [](std::uint64_t offset, MutableBytes out, const std::stop_token&) -> Status {
    if (offset == kSegment) return fail(Code::kIo, "cut");
    return fill(offset, out);
  };
  ReadAhead ahead(fetch, limits(2, 4), {});
  const auto handle = ahead.announce(0, 3 * kSegment);
  std::vector<std::byte> out(kSegment);
  EXPECT_TRUE(ahead.read(0, out));
  const auto failed = ahead.read(kSegment, out);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "cut");
  EXPECT_TRUE(ahead.read(2 * kSegment, out));
}

TEST(ReadAhead, StopEndsAWait) {
  std::stop_source stop;
  std::latch asked(1);
  const auto fetch = [&](std::uint64_t, MutableBytes, const std::stop_token& token) -> Status {
    asked.count_down();
    std::latch stopped(1);
    const std::stop_callback on_stop(token, [&] { stopped.count_down(); });
    stopped.wait();
    return fail(Code::kCancelled, "cancelled");
  };
  ReadAhead ahead(fetch, limits(1, 1), stop.get_token());
  const auto handle = ahead.announce(0, kSegment);
  std::jthread stopper([&] {
    asked.wait();
    stop.request_stop();
  });
  std::array<std::byte, 10> out{};
  const auto got = ahead.read(0, out);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::kCancelled);
}

TEST(ReadAhead, ManyReadersEachGetTheirs) {
  Fetches fetches;
  ReadAhead ahead(fetches.fetch(), limits(4, 3), {});
  std::vector<std::jthread> readers;
  for (std::uint64_t reader = 0; reader < 4; ++reader)
    readers.emplace_back([&, reader] {
      for (std::uint64_t round = 0; round < 50; ++round) {
        const std::uint64_t begin = (reader * 50 + round) * 1000;
        const auto handle = ahead.announce(begin, begin + 350);
        for (std::uint64_t at = begin; at < begin + 350;) {
          const std::size_t got = read(ahead, at, 60);
          if (got == 0) return ADD_FAILURE() << at;
          at += got;
        }
      }
    });
}

}  // namespace
}  // namespace penstock
