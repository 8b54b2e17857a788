#include "flow/ordered_ring.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(OrderedRing, GivesTicketsInOrderWhateverOrderTheyCome) {
  OrderedRing<int> ring(4);
  for (const int ticket : {2, 0, 3, 1})
    ASSERT_TRUE(ring.put(static_cast<std::uint64_t>(ticket), ticket * 10, {}));
  ring.finish(4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ring.take({}), i * 10);
  EXPECT_EQ(ring.take({}), std::nullopt);
}

TEST(OrderedRing, FinishMayComeBeforeTheLastTicket) {
  OrderedRing<int> ring(4);
  ring.finish(2);
  ASSERT_TRUE(ring.put(1, 11, {}));
  ASSERT_TRUE(ring.put(0, 10, {}));
  EXPECT_EQ(ring.take({}), 10);
  EXPECT_EQ(ring.take({}), 11);
  EXPECT_EQ(ring.take({}), std::nullopt);
}

TEST(OrderedRing, FinishWakesATakerThatHasEverything) {
  OrderedRing<int> ring(1);
  std::optional<int> last = 7;
  {
    std::jthread taker([&] { last = ring.take({}); });
    ring.finish(0);
  }
  EXPECT_EQ(last, std::nullopt);
}

TEST(OrderedRing, ATicketBeyondTheWindowWaits) {
  OrderedRing<int> ring(2);
  std::atomic<bool> in{false};
  std::atomic<bool> taken{false};
  bool in_too_early = false;
  {
    std::jthread ahead([&] {
      ring.put(2, 2, {});
      in_too_early = !taken;
      in = true;
    });
    ASSERT_TRUE(ring.put(1, 1, {}));
    ASSERT_TRUE(ring.put(0, 0, {}));
    taken = true;
    EXPECT_EQ(ring.take({}), 0);
  }
  EXPECT_TRUE(in);
  EXPECT_FALSE(in_too_early);
  EXPECT_EQ(ring.take({}), 1);
  EXPECT_EQ(ring.take({}), 2);
}

TEST(OrderedRing, GivesNothingAfterAStopAlthoughTheNextIsThere) {
  OrderedRing<int> ring(2);
  std::stop_source stop;
  ASSERT_TRUE(ring.put(0, 1, stop.get_token()));
  stop.request_stop();
  EXPECT_EQ(ring.take(stop.get_token()), std::nullopt);
  EXPECT_FALSE(ring.put(1, 1, stop.get_token()));
}

TEST(OrderedRing, StopWakesWaitingTakersAndPutters) {
  OrderedRing<int> ring(1);
  std::stop_source stop;
  std::optional<int> taken = 7;
  bool put = true;
  {
    std::jthread taker([&] { taken = ring.take(stop.get_token()); });
    std::jthread putter([&] { put = ring.put(1, 1, stop.get_token()); });
    stop.request_stop();
  }
  EXPECT_EQ(taken, std::nullopt);
  EXPECT_FALSE(put);
}

TEST(OrderedRing, RestoresTheOrderOfManyWorkers) {
  constexpr std::uint64_t kItems = 5000;
  OrderedRing<std::unique_ptr<std::uint64_t>> ring(7);
  std::atomic<std::uint64_t> tickets{0};
  std::vector<std::jthread> workers;
  for (int w = 0; w < 4; ++w)
    workers.emplace_back([&] {
      for (std::uint64_t ticket = tickets++; ticket < kItems; ticket = tickets++)
        ring.put(ticket, std::make_unique<std::uint64_t>(ticket), {});
    });
  ring.finish(kItems);
  std::uint64_t expected = 0;
  while (auto item = ring.take({})) ASSERT_EQ(**item, expected++);
  EXPECT_EQ(expected, kItems);
}

}  // namespace
}  // namespace penstock
