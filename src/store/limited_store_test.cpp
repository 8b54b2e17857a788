#include "store/limited_store.h"

#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "store/memory_store.h"
#include "store/sim_store.h"
#include "store/store_contract.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using Mode = Gate::Options::Mode;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

Result<std::shared_ptr<Store>> with_all_limits() {
  struct Simulated {
    VirtualClock clock;
    std::shared_ptr<Store> store;
  };
  const auto simulated = std::make_shared<Simulated>();
  ThrottleOptions limits;
  limits.requests_per_second = 100;
  limits.up = limits.down = *RatePlan::parse("5M");
  StoreLimits shared;
  shared.throttle = std::make_shared<Throttle>(limits, simulated->clock);
  shared.gate = std::make_shared<Gate>(Gate::Options{}, simulated->clock);
  MemoryStoreOptions options;
  options.least_part_bytes = 16 << 10;
  simulated->store = make_limited_store(make_memory_store(options), shared, simulated->clock);
  return std::shared_ptr<Store>(simulated, simulated->store.get());
}

INSTANTIATE_TEST_SUITE_P(Limited, StoreContract,
                         ::testing::Values(StoreKind{"AllLimits", with_all_limits}),
                         store_kind_name);

class Limited : public ::testing::Test {
 protected:
  std::unique_ptr<Store> over(std::shared_ptr<Store> inner) {
    return make_limited_store(std::move(inner), limits_, clock_);
  }
  void throttle(const ThrottleOptions& options) {
    limits_.throttle = std::make_shared<Throttle>(options, clock_);
  }

  VirtualClock clock_;
  StoreLimits limits_;
};

TEST_F(Limited, BytesUpKeepTheBandwidth) {
  ThrottleOptions options;
  options.up = *RatePlan::parse("1M");
  throttle(options);
  const auto store = over(make_memory_store());
  const std::string content(5 << 20, 'x');
  const auto body = make_memory_body(as_bytes(content));
  const auto begin = clock_.now();
  Call call;
  ASSERT_TRUE(store->put("a", *body, {}, call));
  EXPECT_NEAR(seconds(clock_.now() - begin), 5, 0.1);
}

TEST_F(Limited, BytesDownKeepTheirOwn) {
  ThrottleOptions options;
  options.down = *RatePlan::parse("1M");
  throttle(options);
  const auto store = over(make_memory_store());
  const std::string content(5 << 20, 'x');
  const auto body = make_memory_body(as_bytes(content));
  const auto begin = clock_.now();
  Call call;
  ASSERT_TRUE(store->put("a", *body, {}, call));
  EXPECT_EQ(clock_.now(), begin);
  Receiver receiver;
  receiver.bytes = [](Bytes piece) {
    EXPECT_LE(piece.size(), 65536U);
    return Status();
  };
  ASSERT_TRUE(store->get("a", {}, receiver, call));
  EXPECT_NEAR(seconds(clock_.now() - begin), 5, 0.1);
}

TEST_F(Limited, RequestsKeepTheRate) {
  ThrottleOptions options;
  options.requests_per_second = 50;
  throttle(options);
  const auto store = over(make_memory_store());
  const auto begin = clock_.now();
  Call call;
  for (int i = 0; i < 500; ++i) ASSERT_FALSE(store->stat("a", call));
  EXPECT_NEAR(seconds(clock_.now() - begin), 10, 0.2);
}

TEST_F(Limited, RequestsInFlightKeepTheGate) {
  limits_.gate = std::make_shared<Gate>(Gate::Options{Mode::kFixed, 5}, clock_);
  const auto store =
      over(make_sim_store(*SimOptions::parse("sim://?latency=1s&inflight=5"), clock_));
  const auto begin = clock_.now();
  clock_.run(20, [&](unsigned) {
    Call call;
    auto info = store->stat("a", call);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, Code::kNotFound) << "never told to slow down";
  });
  EXPECT_EQ(clock_.now() - begin, 4s);
  EXPECT_EQ(limits_.gate->snapshot().peak, 5U);
}

TEST_F(Limited, ABusyServerHalvesTheGate) {
  limits_.gate = std::make_shared<Gate>(Gate::Options{Mode::kAutomatic, 32}, clock_);
  const auto store =
      over(make_sim_store(*SimOptions::parse("sim://?latency=1s&busy=100%"), clock_));
  Call call;
  EXPECT_FALSE(store->stat("a", call));
  EXPECT_EQ(limits_.gate->snapshot().limit, 16U);
}

}  // namespace
}  // namespace penstock
