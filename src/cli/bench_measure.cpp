#include "cli/bench_measure.h"

#include <numeric>

#include "flow/crew.h"

namespace penstock::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Rounds per second of one thread.
Result<double> pace(const BenchRound& round, std::chrono::duration<double> time,
                    const std::stop_token& stop) {
  PENSTOCK_CHECK(round.run());
  const auto begin = Clock::now();
  std::chrono::duration<double> passed{};
  double rounds = 0;
  do {
    if (stop.stop_requested()) return fail(Code::kCancelled, "cancelled");
    PENSTOCK_CHECK(round.run());
    ++rounds;
    passed = Clock::now() - begin;
  } while (passed < time);
  return rounds / passed.count();
}

Result<std::vector<BenchRound>> prepare_all(const BenchTask& task, unsigned threads) {
  std::vector<BenchRound> rounds(threads);
  for (BenchRound& round : rounds) {
    PENSTOCK_TRY(round, task.prepare());
  }
  return rounds;
}

// The paces of all, added up.
Result<double> pace_of_all(const std::vector<BenchRound>& rounds, const BenchEffort& effort,
                           const std::stop_token& stop) {
  std::vector<double> paces(rounds.size());  // each thread writes its own, read after join()
  Crew crew(stop);
  for (std::size_t i = 0; i < rounds.size(); ++i)
    crew.add("bench", [&, i](const std::stop_token& token) -> Status {
      PENSTOCK_TRY(paces[i], pace(rounds[i], effort.time, token));
      return {};
    });
  PENSTOCK_CHECK(crew.join());
  return std::accumulate(paces.begin(), paces.end(), 0.0);
}

}  // namespace

Result<BenchRow> measure(const BenchTask& task, const BenchEffort& effort,
                         const std::stop_token& stop) {
  PENSTOCK_TRY(const auto rounds, prepare_all(task, effort.threads));
  PENSTOCK_TRY(const double paces, pace_of_all(rounds, effort, stop));
  const std::uint64_t made = rounds.front().made;
  const auto amount = static_cast<double>(task.amount);
  return BenchRow{.group = task.group,
                  .name = task.name,
                  .counts_bytes = task.counts_bytes,
                  .per_second = paces * amount,
                  .ratio = made == 0 ? 0 : amount / static_cast<double>(made)};
}

}  // namespace penstock::cli
