#include "flow/channel.h"

#include <atomic>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Channel, GivesItemsInTheOrderTheyCame) {
  Channel<int> channel(3);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(channel.push(i, {}));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(channel.pop({}), i);
}

TEST(Channel, LetsReadersDrainAfterClose) {
  Channel<int> channel(4);
  ASSERT_TRUE(channel.push(1, {}));
  ASSERT_TRUE(channel.push(2, {}));
  channel.close();
  channel.close();  // idempotent
  EXPECT_FALSE(channel.push(3, {}));
  EXPECT_EQ(channel.pop({}), 1);
  EXPECT_EQ(channel.pop({}), 2);
  EXPECT_EQ(channel.pop({}), std::nullopt);
  EXPECT_EQ(channel.pop({}), std::nullopt);
}

TEST(Channel, GivesNothingAfterAStopAlthoughItemsRemain) {
  Channel<int> channel(4);
  std::stop_source stop;
  ASSERT_TRUE(channel.push(1, stop.get_token()));
  stop.request_stop();
  EXPECT_EQ(channel.pop(stop.get_token()), std::nullopt);
  EXPECT_FALSE(channel.push(2, stop.get_token()));
  EXPECT_EQ(channel.pop({}), 1) << "others may go on: the item was not lost";
}

TEST(Channel, CloseWakesWaitingReadersAndWriters) {
  Channel<int> empty(1);
  Channel<int> full(1);
  ASSERT_TRUE(full.push(1, {}));
  std::optional<int> popped = 7;
  bool pushed = true;
  {
    std::jthread reader([&] { popped = empty.pop({}); });
    std::jthread writer([&] { pushed = full.push(2, {}); });
    empty.close();
    full.close();
  }
  EXPECT_EQ(popped, std::nullopt);
  EXPECT_FALSE(pushed);
}

TEST(Channel, StopWakesWaitingReadersAndWriters) {
  Channel<int> empty(1);
  Channel<int> full(1);
  ASSERT_TRUE(full.push(1, {}));
  std::stop_source stop;
  std::optional<int> popped = 7;
  bool pushed = true;
  {
    std::jthread reader([&] { popped = empty.pop(stop.get_token()); });
    std::jthread writer([&] { pushed = full.push(2, stop.get_token()); });
    stop.request_stop();
  }
  EXPECT_EQ(popped, std::nullopt);
  EXPECT_FALSE(pushed);
}

TEST(Channel, NeverHoldsMoreThanItsCapacity) {
  constexpr int kItems = 2000;
  Channel<int> channel(3);
  std::atomic<int> pushed{0};
  std::jthread writer([&] {
    for (int i = 0; i < kItems; ++i) {
      channel.push(i, {});
      ++pushed;
    }
    channel.close();
  });
  int popped = 0;
  while (channel.pop({})) {
    ++popped;
    // Those in the channel, and one that was pushed but is not counted as popped yet.
    EXPECT_LE(pushed.load() - popped, 3);
  }
  EXPECT_EQ(popped, kItems);
}

TEST(Channel, LosesAndDoublesNothingBetweenManyThreads) {
  constexpr int kWriters = 4;
  constexpr int kReaders = 3;
  constexpr int kEach = 3000;
  Channel<int> channel(8);
  std::vector<std::vector<int>> got(kReaders);
  {
    std::vector<std::jthread> readers;
    for (std::vector<int>& mine : got)
      readers.emplace_back([&channel, &mine] {
        while (std::optional<int> item = channel.pop({})) mine.push_back(*item);
      });
    {
      std::vector<std::jthread> writers;
      for (int w = 0; w < kWriters; ++w)
        writers.emplace_back([&channel, w] {
          for (int i = 0; i < kEach; ++i) channel.push(w * kEach + i, {});
        });
    }
    channel.close();
  }
  std::vector<int> seen(kWriters * kEach, 0);
  for (const std::vector<int>& mine : got)
    for (const int item : mine) ++seen[static_cast<std::size_t>(item)];
  EXPECT_EQ(seen, std::vector<int>(seen.size(), 1));
}

TEST(Channel, AStoppedReaderDoesNotTakeTheWakeUpOfAnother) {
  for (int round = 0; round < 300; ++round) {
    Channel<int> channel(1);
    std::stop_source stop;
    std::optional<int> stopped;
    std::optional<int> other;
    {
      std::jthread leaving([&] { stopped = channel.pop(stop.get_token()); });
      std::jthread staying([&] { other = channel.pop({}); });
      std::jthread stopper([&] { stop.request_stop(); });
      channel.push(round, {});
      leaving.join();
      if (stopped) channel.push(round, {});
    }
    EXPECT_EQ(other, round);
  }
}

TEST(Channel, MovesWhatCannotBeCopied) {
  Channel<std::unique_ptr<int>> channel(1);
  ASSERT_TRUE(channel.push(std::make_unique<int>(5), {}));
  const std::optional<std::unique_ptr<int>> item = channel.pop({});
  ASSERT_TRUE(item);
  EXPECT_EQ(**item, 5);
}

}  // namespace
}  // namespace penstock
