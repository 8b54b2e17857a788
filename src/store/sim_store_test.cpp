#include "store/sim_store.h"

#include <atomic>

#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "flow/channel.h"
#include "store/store_contract.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;

Result<std::shared_ptr<Store>> with_contents() {
  struct Simulated {
    VirtualClock clock;
    std::unique_ptr<Store> store;
  };
  const auto simulated = std::make_shared<Simulated>();
  PENSTOCK_TRY(const SimOptions options,
               SimOptions::parse("sim://?latency=50ms&bandwidth=10M&contents=1"));
  simulated->store = make_sim_store(options, simulated->clock);
  return std::shared_ptr<Store>(simulated, simulated->store.get());
}

INSTANTIATE_TEST_SUITE_P(Sim, StoreContract,
                         ::testing::Values(StoreKind{"WithContents", with_contents}),
                         store_kind_name);

TEST(SimOptions, AreReadFromTheUrl) {
  auto read = SimOptions::parse(
      "sim://?latency=50ms&bandwidth=10M&fail=5%&busy=1.5%&seed=7&inflight=2&clock=virtual");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->latency, 50ms);
  EXPECT_EQ(read->bandwidth, 10U << 20);
  EXPECT_DOUBLE_EQ(read->fail, 0.05);
  EXPECT_DOUBLE_EQ(read->busy, 0.015);
  EXPECT_EQ(read->seed, 7U);
  EXPECT_EQ(read->inflight, 2U);
  EXPECT_TRUE(read->virtual_clock);
  EXPECT_FALSE(read->contents);
  EXPECT_TRUE(SimOptions::parse("sim://"));
}

TEST(SimOptions, SayWhatIsWrong) {
  const auto message = [](const char* url) {
    auto read = SimOptions::parse(url);
    return read ? std::string("fine") : read.error().message;
  };
  EXPECT_EQ(message("sim://?latency=50"), "sim://: 'latency=50': expected a time like 50ms or 2s");
  EXPECT_EQ(message("sim://?fail=0.05"), "sim://: 'fail=0.05': expected 0% to 100%");
  EXPECT_EQ(message("sim://?fail=101%"), "sim://: 'fail=101%': expected 0% to 100%");
  EXPECT_EQ(message("sim://?clock=slow"), "sim://: 'clock=slow': expected real or virtual");
  EXPECT_EQ(message("sim://?speed=1"),
            "sim://: 'speed=1': expected latency, bandwidth, fail, busy, seed, inflight, clock or "
            "contents");
}

// Puts `count` files of `bytes` with so many workers; the virtual time it took.
std::chrono::nanoseconds time_of_puts(const char* url, int count, unsigned workers,
                                      std::size_t bytes, std::atomic<int>& failed) {
  VirtualClock clock;
  const auto store = make_sim_store(*SimOptions::parse(url), clock);
  const std::string content(bytes, 'x');
  std::atomic<int> next{0};
  const auto begin = clock.now();
  clock.run(workers, [&](unsigned) {
    for (int i = next++; i < count; i = next++) {
      const auto body = make_memory_body(as_bytes(content));
      Call call;
      if (!store->put("f" + std::to_string(i), *body, {}, call)) ++failed;
    }
  });
  return clock.now() - begin;
}

TEST(SimStore, AThousandPutsOfTwoSecondsWithTenWorkersTakeTwoHundredSeconds) {
  std::atomic<int> failed{0};
  EXPECT_EQ(time_of_puts("sim://?latency=2s", 1000, 10, 10, failed), 200s);
  EXPECT_EQ(failed, 0);
}

TEST(SimStore, ItsBandwidthIsSharedByAll) {
  std::atomic<int> failed{0};
  for (const unsigned workers : {1U, 8U}) {
    const auto time = time_of_puts("sim://?bandwidth=1M", 40, workers, 256 << 10, failed);
    EXPECT_NEAR(std::chrono::duration<double>(time).count(), 10, 0.01) << workers;
  }
}

TEST(SimStore, MoreThanItsRequestsInFlightAreToldToSlowDown) {
  std::atomic<int> failed{0};
  time_of_puts("sim://?latency=10ms&inflight=2", 100, 2, 10, failed);
  EXPECT_EQ(failed, 0);
  time_of_puts("sim://?latency=10ms&inflight=2", 100, 4, 10, failed);
  EXPECT_EQ(failed, 50);
}

TEST(SimStore, FailsAsOftenAsItIsTold) {
  std::atomic<int> failed{0};
  time_of_puts("sim://?fail=5%&busy=5%&seed=3", 2000, 1, 1, failed);
  EXPECT_NEAR(failed, 200, 50);
}

TEST(SimStore, KeepsSizesAndEtagsWithoutContents) {
  VirtualClock clock;
  const auto store = make_sim_store({}, clock);
  const auto body = make_memory_body(as_bytes("abc"));
  Call call;
  ASSERT_TRUE(store->put("a", *body, {}, call));
  auto info = store->stat("a", call);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->bytes, 3U);
  EXPECT_EQ(info->etag, "900150983cd24fb0d6963f7d28e17f72");
  std::size_t got = 0;
  Receiver receiver;
  receiver.bytes = [&got](Bytes piece) {
    got += piece.size();
    return Status();
  };
  ASSERT_TRUE(store->get("a", {}, receiver, call));
  EXPECT_EQ(got, 3U);
}

}  // namespace
}  // namespace penstock
