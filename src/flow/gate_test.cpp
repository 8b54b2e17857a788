#include "flow/gate.h"

#include <algorithm>
#include <climits>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "flow/jitter.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using Mode = Gate::Options::Mode;
using Seconds = std::chrono::duration<double>;

std::chrono::nanoseconds ns(double seconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

// A server behind a line: each request takes the latency, then its bytes go over the line one after
// the other. Requests beyond `most` at a time are refused with "busy".
struct Network {
  double latency;    // seconds
  double bandwidth;  // bytes per second
  unsigned most = UINT_MAX;
};

struct Flight {
  Gate::Permit permit;
  RequestOutcome outcome;
};

// Keeps a gate full with requests, in one thread on the virtual clock.
class Traffic {
 public:
  Traffic(const Gate::Options& options, Network network)
      : network_(network), gate_(options, clock_) {}

  void run(std::chrono::nanoseconds time, const std::vector<std::uint64_t>& sizes) {
    for (const auto end = clock_.now() + time; clock_.now() < end;) {
      while (auto permit = gate_.try_enter()) start(std::move(*permit), sizes);
      finish_first();
    }
  }
  // Bytes per second, from now on for so long.
  double goodput(std::chrono::nanoseconds time, const std::vector<std::uint64_t>& sizes) {
    const std::uint64_t before = bytes;
    const auto begin = clock_.now();
    run(time, sizes);
    return static_cast<double>(bytes - before) / Seconds(clock_.now() - begin).count();
  }
  Gate& gate() { return gate_; }

  std::uint64_t bytes = 0;
  unsigned done = 0;
  unsigned busy = 0;

 private:
  void start(Gate::Permit permit, const std::vector<std::uint64_t>& sizes) {
    const std::uint64_t size = sizes[jitter_.next() % sizes.size()];
    const double latency = network_.latency * (0.9 + 0.2 * jitter_.fraction());
    const auto arrived = clock_.now() + ns(latency);
    RequestOutcome outcome{size, {}, RequestFate::kOk};
    auto ends = arrived;
    if (served_ >= network_.most) {
      outcome.fate = RequestFate::kBusy;
    } else {
      ++served_;
      ends = line_free_ =
          std::max(arrived, line_free_) + ns(static_cast<double>(size) / network_.bandwidth);
    }
    flights_.emplace(ends, Flight{std::move(permit), outcome});
  }
  void finish_first() {
    auto first = flights_.extract(flights_.begin());
    clock_.sleep_until(first.key(), {});
    Flight& flight = first.mapped();
    if (flight.outcome.fate == RequestFate::kOk) {
      --served_;
      ++done;
      bytes += flight.outcome.bytes;
    } else {
      ++busy;
    }
    flight.permit.leave(flight.outcome);
  }

  Network network_;
  VirtualClock clock_;
  Gate gate_;
  Jitter jitter_{1};
  unsigned served_ = 0;
  Clock::TimePoint line_free_{};
  std::multimap<Clock::TimePoint, Flight> flights_;
};

double best_fixed(Network network, const std::vector<std::uint64_t>& sizes) {
  double best = 0;
  for (const unsigned workers : {1U, 4U, 10U, 20U, 50U, 100U, 200U, 300U, 400U, 512U}) {
    Traffic traffic({Mode::kFixed, workers}, network);
    traffic.run(2s, sizes);
    best = std::max(best, traffic.goodput(2s, sizes));
  }
  return best;
}

class GateOnNetwork : public ::testing::TestWithParam<Network> {};

void expect_near_the_best(Network network, const std::vector<std::uint64_t>& sizes) {
  Traffic traffic({Mode::kAutomatic, 10}, network);
  traffic.run(8s, sizes);
  const double found = traffic.goodput(2s, sizes);
  const double best = best_fixed(network, sizes);
  EXPECT_GE(found, 0.9 * best) << found / best << " of it: " << traffic.gate().snapshot().reason;
}

TEST_P(GateOnNetwork, AutoReachesNineTenthsOfTheBestFixedNumberWithinTenSeconds) {
  expect_near_the_best(GetParam(), {256 << 10});
}

TEST_P(GateOnNetwork, AutoReachesItWithFilesOfOtherSizes) {
  expect_near_the_best(GetParam(), {1 << 20});
  expect_near_the_best(GetParam(), {32 << 10});
}

TEST_P(GateOnNetwork, AutoReachesItWithSmallAndLargeFilesMixed) {
  expect_near_the_best(GetParam(), {4 << 10, 64 << 10, 16 << 10, 1 << 20});
}

INSTANTIATE_TEST_SUITE_P(Networks, GateOnNetwork,
                         ::testing::Values(Network{0.001, 10e6}, Network{0.001, 1e9},
                                           Network{0.080, 10e6}, Network{0.080, 1e9}),
                         [](const auto& network) {
                           return std::to_string(static_cast<int>(network.param.latency * 1000)) +
                                  "ms" +
                                  std::to_string(static_cast<int>(network.param.bandwidth / 1e6)) +
                                  "MBs";
                         });

TEST(Gate, AutoHalvesAtOnceAndOnceForEachRoundTrip) {
  VirtualClock clock;
  Gate gate({Mode::kAutomatic, 64}, clock);
  std::vector<Gate::Permit> permits;
  for (int i = 0; i < 10; ++i) permits.push_back(*gate.try_enter());
  clock.sleep_for(80ms, {});
  for (Gate::Permit& permit : permits) permit.leave({0, {}, RequestFate::kBusy});
  EXPECT_EQ(gate.snapshot().limit, 32U);
  EXPECT_EQ(gate.snapshot().reason, "32: halved when the server was busy");
  clock.sleep_for(80ms, {});
  gate.try_enter()->leave({0, {}, RequestFate::kTimedOut});
  EXPECT_EQ(gate.snapshot().limit, 16U);
  EXPECT_EQ(gate.snapshot().reason, "16: halved when a request timed out");
}

TEST(Gate, AutoNeverGoesBelowOne) {
  VirtualClock clock;
  Gate gate({Mode::kAutomatic, 4}, clock);
  for (int i = 0; i < 10; ++i) {
    auto permit = gate.try_enter();
    ASSERT_TRUE(permit);
    clock.sleep_for(1ms, {});
    permit->leave({0, {}, RequestFate::kBusy});
  }
  EXPECT_EQ(gate.snapshot().limit, 1U);
}

TEST(Gate, AutoSettlesWhereTheServerRefusesNoMore) {
  Traffic traffic({Mode::kAutomatic, 10}, {0.005, 1e9, 2});
  traffic.run(10s, {4 << 10});
  EXPECT_LE(traffic.busy, traffic.done / 5) << "at most 20 % more requests";
  EXPECT_GE(traffic.done, 1500U) << "of 2000 per second x 2 at best, half may be lost to caution";
}

TEST(Gate, AutoDoesNotGrowWhileItsRoomIsNotUsed) {
  VirtualClock clock;
  Gate gate({Mode::kAutomatic, 16}, clock);
  for (int i = 0; i < 1000; ++i) {  // one at a time
    auto permit = gate.try_enter();
    clock.sleep_for(10ms, {});
    permit->leave({1 << 20, {}, RequestFate::kOk});
  }
  EXPECT_EQ(gate.snapshot().limit, 16U);
}

TEST(Gate, AFixedNumberIsNeverExceeded) {
  VirtualClock clock;
  Gate gate({Mode::kFixed, 3}, clock);
  const auto begin = clock.now();
  clock.run(9, [&](unsigned) {
    auto permit = gate.enter({});
    ASSERT_TRUE(permit);
    clock.sleep_for(1s, {});
    permit->leave({1, {}, RequestFate::kOk});
  });
  EXPECT_EQ(gate.snapshot().peak, 3U);
  EXPECT_EQ(gate.snapshot().in_flight, 0U);
  EXPECT_EQ(clock.now() - begin, 3s);
}

TEST(Gate, UnlimitedLetsAllInAtOnce) {
  VirtualClock clock;
  Gate gate({Mode::kUnlimited}, clock);
  std::vector<Gate::Permit> permits;
  for (int i = 0; i < 5000; ++i) permits.push_back(*gate.enter({}));
  EXPECT_EQ(gate.snapshot().peak, 5000U);
}

TEST(Gate, AStopEndsTheWaitAndAPermitThatGoesMakesRoom) {
  Gate gate({Mode::kFixed, 1}, steady_clock());
  std::stop_source stop;
  {
    auto permit = gate.enter({});
    std::jthread waiting([&] { EXPECT_FALSE(gate.enter(stop.get_token())); });
    stop.request_stop();
  }
  EXPECT_TRUE(gate.enter({}));
}

TEST(Gate, TheWorkerCountFollowsTheCores) {
  const unsigned cores = std::thread::hardware_concurrency();
  EXPECT_EQ(optimal_worker_count(), std::clamp(4 * cores, 10U, 64U));
}

}  // namespace
}  // namespace penstock
