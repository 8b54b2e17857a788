#include "base/virtual_clock.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace penstock {
namespace {

using namespace std::chrono_literals;

TEST(VirtualClock, OneThreadSleepsInNoTime) {
  VirtualClock clock;
  const auto begin = clock.now();
  EXPECT_TRUE(clock.sleep_for(1h, {}));
  EXPECT_TRUE(clock.sleep_for(0ns, {}));
  EXPECT_TRUE(clock.sleep_until(begin, {}));
  EXPECT_EQ(clock.now() - begin, 1h);
}

TEST(VirtualClock, SleepersWakeByTimeThenInTheirOrder) {
  VirtualClock clock;
  std::vector<int> order;  // one at a time: needs no lock
  clock.run(3, [&](unsigned i) {
    clock.sleep_for(std::chrono::seconds(3 - i), {});  // 2 wakes first, then 1, then 0
    order.push_back(static_cast<int>(i));
    clock.sleep_for(std::chrono::seconds(10 + i), {});  // 13, 13, 13: in the order of now
    order.push_back(static_cast<int>(i));
  });
  EXPECT_EQ(order, (std::vector{2, 1, 0, 2, 1, 0}));
}

TEST(VirtualClock, TimeStandsStillWhileAParticipantWorks) {
  VirtualClock clock;
  const auto begin = clock.now();
  std::atomic<bool> asleep{false};
  std::jthread sleeper;
  {
    const VirtualClock::Participant self(clock);
    auto other = std::make_unique<VirtualClock::Participant>(clock);
    sleeper = std::jthread([&, participant = std::move(other)] {
      asleep = true;
      clock.sleep_for(1s, {});
    });
    while (!asleep) std::this_thread::yield();
    EXPECT_EQ(clock.now(), begin);
  }
  sleeper.join();
  EXPECT_EQ(clock.now() - begin, 1s);
}

TEST(VirtualClock, AStopEndsASleep) {
  VirtualClock clock;
  const VirtualClock::Participant busy(clock);  // time does not pass
  const VirtualClock::Participant other(clock);
  std::stop_source stop;
  bool slept = true;
  std::jthread sleeper([&] { slept = clock.sleep_for(1h, stop.get_token()); });
  stop.request_stop();
  sleeper.join();
  EXPECT_FALSE(slept);
}

}  // namespace
}  // namespace penstock
