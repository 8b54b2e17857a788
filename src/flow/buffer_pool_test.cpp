#include "flow/buffer_pool.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "flow/channel.h"

namespace penstock {
namespace {

TEST(BufferPool, LendsAlignedBuffersOfTheSizeAskedFor) {
  BufferPool pool(3, 1000);
  std::vector<Buffer> held;
  for (std::size_t i = 0; i < pool.count(); ++i) held.push_back(*pool.acquire({}));
  for (const Buffer& buffer : held) {
    EXPECT_EQ(buffer.bytes().size(), 1000U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.bytes().data()) % 64, 0U);
    std::ranges::fill(buffer.bytes(), std::byte{0xff});
  }
}

TEST(BufferPool, NeverHasMoreBuffersThanItsCount) {
  BufferPool pool(4, 64);
  std::set<const std::byte*> seen;
  for (int round = 0; round < 10; ++round) {
    std::vector<Buffer> held;
    for (int i = 0; i < 4; ++i) {
      held.push_back(*pool.acquire({}));
      seen.insert(held.back().bytes().data());
    }
  }
  EXPECT_EQ(seen.size(), 4U);
}

TEST(BufferPool, TakesMemoryOnlyWhenItIsNeeded) {
  // More than any machine has: it must not be taken, only promised.
  BufferPool pool(1000, std::size_t{1} << 40);
  EXPECT_EQ(pool.count(), 1000U);
  BufferPool modest(1000, 64);
  const std::byte* first = modest.acquire({})->bytes().data();
  EXPECT_EQ(modest.acquire({})->bytes().data(), first) << "what was given back is lent again";
}

TEST(BufferPool, AnEmptyOneWaitsUntilABufferComesBackFromAnotherThread) {
  BufferPool pool(1, 64);
  std::atomic<bool> given_back{false};
  Channel<Buffer> to_other(1);
  ASSERT_TRUE(to_other.push(*pool.acquire({}), {}));
  std::jthread other([&] {
    std::optional<Buffer> buffer = to_other.pop({});
    given_back = true;
  });
  EXPECT_TRUE(pool.acquire({}));
  EXPECT_TRUE(given_back);
}

TEST(BufferPool, StopWakesWaiters) {
  BufferPool pool(1, 64);
  const std::optional<Buffer> only = pool.acquire({});
  std::stop_source stop;
  bool got = true;
  {
    std::jthread waiting([&] { got = pool.acquire(stop.get_token()).has_value(); });
    stop.request_stop();
  }
  EXPECT_FALSE(got);
}

TEST(BufferPool, GivesNothingAfterAStopAlthoughBuffersAreFree) {
  BufferPool pool(1, 64);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(pool.acquire(stop.get_token()));
}

TEST(BufferPool, AMovedFromBufferOwnsNothing) {
  BufferPool pool(2, 64);
  Buffer a = *pool.acquire({});
  Buffer b = std::move(a);
  EXPECT_FALSE(static_cast<bool>(a));  // NOLINT(bugprone-use-after-move): that is the promise
  EXPECT_TRUE(a.bytes().empty());
  EXPECT_EQ(b.bytes().size(), 64U);
  b = *pool.acquire({});  // gives the first one back
  EXPECT_TRUE(pool.acquire({}));
}

TEST(BufferPool, NoBufferIsLentTwiceAtATime) {
  constexpr int kThreads = 6;
  BufferPool pool(3, 64);
  std::atomic<int> clashes{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 1000; ++i) {
          const std::optional<Buffer> buffer = pool.acquire({});
          std::ranges::fill(buffer->bytes(), static_cast<std::byte>(t));
          for (const std::byte b : buffer->bytes())
            if (b != static_cast<std::byte>(t)) ++clashes;
        }
      });
  }
  EXPECT_EQ(clashes, 0);
}

}  // namespace
}  // namespace penstock
