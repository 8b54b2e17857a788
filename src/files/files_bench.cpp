// What walking, sorting and globbing cost. PENSTOCK_BENCH_TREE names a directory to walk; without
// it a tree of 3,500 directories with 14 files each is made (in memory, where there is some).
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "files/glob.h"
#include "files/spill.h"
#include "files/test_directory.h"
#include "files/walk.h"

namespace penstock {
namespace {

void make_tree(const TestDirectory& tree) {
  constexpr int kTops = 70;
  constexpr int kSubs = 50;
  constexpr int kFiles = 14;
  for (int top = 0; top < kTops; ++top)
    for (int sub = 0; sub < kSubs; ++sub) {
      const std::string directory =
          tree / ("package-" + std::to_string(top) + "/part" + std::to_string(sub));
      std::filesystem::create_directories(directory);
      for (int file = 0; file < kFiles; ++file)
        std::ofstream(directory + "/some-file-name-" + std::to_string(file * 7919 % 100) + ".txt");
    }
}

std::string tree_to_walk() {
  if (const char* named = std::getenv("PENSTOCK_BENCH_TREE")) return named;
  static const TestDirectory made(TestDirectory::in_memory());
  static const bool filled = (make_tree(made), true);
  static_cast<void>(filled);
  return made.path();
}

void BM_Walk(benchmark::State& state) {
  const std::string tree = tree_to_walk();
  std::int64_t items = 0;
  for (auto _ : state) {
    WalkOptions options;
    options.sources = {tree};
    if (state.range(0) != 0) options.filter.exclude = {"*.o", ".git/", "build"};
    auto walker = Walker::create(std::move(options));
    if (!walker) return state.SkipWithError(walker.error().message.c_str());
    for (auto item = walker->next({}); item && *item; item = walker->next({})) ++items;
  }
  state.SetItemsProcessed(items);
}
BENCHMARK(BM_Walk)->ArgName("filtered")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

std::vector<std::string> some_names(std::size_t count) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same names every time
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i)
    names.push_back("usr/share/doc/package-" + std::to_string(random() % 700) + "/examples/" +
                    std::to_string(random()) + ".txt");
  return names;
}

void BM_SpillSort(benchmark::State& state) {
  const std::vector<std::string> names = some_names(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    SpillSort sorter(static_cast<std::size_t>(state.range(1)));
    bool done = true;
    for (const std::string& name : names) done &= sorter.add(name).has_value();
    done &= sorter.sort().has_value();
    for (auto record = sorter.next(); record && *record; record = sorter.next())
      benchmark::DoNotOptimize(record);
    if (!done) return state.SkipWithError("sorting failed");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_SpillSort)
    ->ArgNames({"records", "budget"})
    ->Args({70'000, 64 << 20})
    ->Args({70'000, 1 << 20})
    ->Args({1'000'000, 4 << 20})
    ->Unit(benchmark::kMillisecond);

void BM_Glob(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(
        glob_matches("*.txt", "usr/share/doc/package-17/examples/changelog.gz"));
}
BENCHMARK(BM_Glob);

}  // namespace
}  // namespace penstock
