// What a hand-off between two threads costs.
#include <cstdint>
#include <thread>

#include <benchmark/benchmark.h>

#include "flow/buffer_pool.h"
#include "flow/channel.h"
#include "flow/ordered_ring.h"

namespace penstock {
namespace {

void BM_ChannelBetweenTwoThreads(benchmark::State& state) {
  Channel<int> channel(static_cast<std::size_t>(state.range(0)));
  std::jthread reader([&] {
    while (channel.pop({})) {
    }
  });
  for (auto _ : state) channel.push(1, {});
  channel.close();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ChannelBetweenTwoThreads)->Arg(1)->Arg(8)->Arg(256)->UseRealTime();

void BM_ChannelInOneThread(benchmark::State& state) {
  Channel<int> channel(1);
  std::stop_source stop;
  for (auto _ : state) {
    channel.push(1, stop.get_token());
    benchmark::DoNotOptimize(channel.pop(stop.get_token()));
  }
}
BENCHMARK(BM_ChannelInOneThread);

void BM_OrderedRingBetweenTwoThreads(benchmark::State& state) {
  OrderedRing<int> ring(static_cast<std::size_t>(state.range(0)));
  std::jthread taker([&] {
    while (ring.take({})) {
    }
  });
  std::uint64_t ticket = 0;
  for (auto _ : state) ring.put(ticket++, 1, {});
  ring.finish(ticket);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_OrderedRingBetweenTwoThreads)->Arg(8)->Arg(256)->UseRealTime();

void BM_BufferPool(benchmark::State& state) {
  BufferPool pool(4, 1 << 20);
  for (auto _ : state) benchmark::DoNotOptimize(pool.acquire({}));
}
BENCHMARK(BM_BufferPool);

}  // namespace
}  // namespace penstock
