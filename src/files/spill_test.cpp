#include "files/spill.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>
#include <rapidcheck.h>

// Every allocation of this program is counted, so that a budget can be checked and not believed.
namespace {
std::atomic<std::size_t> live_bytes{0};
std::atomic<std::size_t> peak_bytes{0};
}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  const std::size_t live = live_bytes += malloc_usable_size(memory);
  if (live > peak_bytes) peak_bytes = live;
  return memory;
}
void operator delete(void* memory) noexcept {
  live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace penstock {
namespace {

// The most memory that `work` held at a time, beyond what was there before.
std::size_t peak_of(const std::function<void()>& work) {
  const std::size_t before = live_bytes;
  peak_bytes = before;
  work();
  return peak_bytes - before;
}

constexpr std::size_t kOverhead = 4096;  // objects of fixed size, names of files

std::string read_back(const SpillBuffer& buffer, std::uint64_t offset, std::size_t size) {
  std::string text(size, '\0');
  const Status read = buffer.read_at(offset, std::as_writable_bytes(std::span(text)));
  return read ? text : read.error().message;
}

TEST(SpillBuffer, GivesBackWhatWasAppended) {
  for (const std::size_t budget : {0U, 1U, 7U, 100U, 1000000U}) {
    SpillBuffer buffer(budget);
    std::string expected;
    for (int i = 0; i < 300; ++i) {
      const std::string piece = std::to_string(i) + ",";
      ASSERT_TRUE(buffer.append(as_bytes(piece)));
      expected += piece;
      ASSERT_EQ(buffer.size(), expected.size());
    }
    EXPECT_EQ(read_back(buffer, 0, expected.size()), expected) << budget;
    for (std::size_t at = 0; at + 10 <= expected.size(); at += 13)
      ASSERT_EQ(read_back(buffer, at, 10), expected.substr(at, 10)) << budget << " " << at;
  }
}

TEST(SpillBuffer, ReadingBeyondTheEndFails) {
  SpillBuffer buffer(10);
  ASSERT_TRUE(buffer.append(as_bytes("abc")));
  std::byte bytes[2];
  EXPECT_EQ(buffer.read_at(2, bytes).error().code, Code::kInternal);
  EXPECT_EQ(buffer.read_at(~std::uint64_t{0}, bytes).error().code, Code::kInternal);
  EXPECT_TRUE(buffer.read_at(3, {}));
}

TEST(SpillBuffer, AppendsAfterReadsAndSurvivesAMove) {
  SpillBuffer first(4);
  ASSERT_TRUE(first.append(as_bytes("hello ")));
  EXPECT_EQ(read_back(first, 1, 3), "ell");
  SpillBuffer second = std::move(first);
  ASSERT_TRUE(second.append(as_bytes("world")));
  EXPECT_EQ(read_back(second, 0, 11), "hello world");
}

TEST(SpillBuffer, HoldsNoMoreThanItsBudget) {
  for (const std::size_t budget : {1000U, 100000U, 1000000U}) {
    const std::size_t peak = peak_of([budget] {
      SpillBuffer buffer(budget);
      for (int i = 0; i < 50000; ++i)
        ASSERT_TRUE(buffer.append(as_bytes("a record of 46 bytes, like a central directory's")));
      std::byte piece[100];
      for (std::uint64_t at = 0; at + 100 < buffer.size(); at += 9973)
        ASSERT_TRUE(buffer.read_at(at, piece));
    });
    EXPECT_LE(peak, budget + kOverhead);
  }
}

// All records after sorting; the message of a failure as the only record.
std::vector<std::string> sorted(SpillSort& sorter, const std::vector<std::string>& records) {
  std::vector<std::string> result;
  for (const std::string& record : records)
    if (const Status added = sorter.add(record); !added) return {added.error().message};
  if (const Status status = sorter.sort(); !status) return {status.error().message};
  for (;;) {
    const auto next = sorter.next();
    if (!next) return {next.error().message};
    if (!*next) return result;
    result.emplace_back(**next);
  }
}

TEST(SpillSort, ComparesAsUnsignedBytesShorterFirst) {
  SpillSort sorter(1 << 20);
  const std::string nul(1, '\0');
  EXPECT_EQ(sorted(sorter,
                   {"\xff", "b", "a" + nul, "", "a", "\x7f", "ab", "a/b", "a.b", "a" + nul + "a"}),
            (std::vector<std::string>{"", "a", "a" + nul, "a" + nul + "a", "a.b", "a/b", "ab", "b",
                                      "\x7f", "\xff"}));
  EXPECT_EQ(sorter.count(), 10U);
}

TEST(SpillSort, GivesNothingOfNothing) {
  SpillSort sorter(100);
  EXPECT_TRUE(sorted(sorter, {}).empty());
  EXPECT_EQ(*sorter.next(), std::nullopt);
}

TEST(SpillSort, AgreesWithStdSortUnderAnyBudget) {
  EXPECT_TRUE(rc::check([] {
    const auto alphabet = rc::gen::element<char>('a', 'b', '/', '\0', '\xff');
    auto records =
        *rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(alphabet));
    const std::size_t repeats = *rc::gen::inRange<std::size_t>(1, 20);
    const std::size_t size = records.size();
    for (std::size_t i = 1; i < repeats; ++i)
      for (std::size_t k = 0; k < size; ++k)
        records.push_back(records[k] + static_cast<char>('a' + i));
    SpillSort sorter(*rc::gen::inRange<std::size_t>(0, 5000));
    const std::vector<std::string> got = sorted(sorter, records);
    std::ranges::sort(records);
    RC_ASSERT(got == records);
  }));
}

TEST(SpillSort, MergesInSeveralPassesWhenThereAreTooManyRuns) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same records every time
  std::vector<std::string> records(20000);
  for (std::string& record : records) record = "common/prefix/" + std::to_string(random());
  SpillSort sorter(2000);  // about 40 records a run: some 500 runs, seven at a time
  const std::vector<std::string> got = sorted(sorter, records);
  std::ranges::sort(records);
  EXPECT_TRUE(got == records);
}

TEST(SpillSort, TakesRecordsBiggerThanItsBudget) {
  std::vector<std::string> records = {std::string(1 << 20, 'b'), "a", std::string(100000, 'b'), "c",
                                      std::string(70000, 'a')};
  SpillSort sorter(1000);
  const std::vector<std::string> got = sorted(sorter, records);
  std::ranges::sort(records);
  EXPECT_TRUE(got == records);
}

TEST(SpillSort, HoldsNoMoreThanItsBudget) {
  for (const std::size_t budget : {100000U, 1000000U}) {
    const std::size_t peak = peak_of([budget] {
      SpillSort sorter(budget);
      std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same records every time
      for (int i = 0; i < 100000; ++i) ASSERT_TRUE(sorter.add(std::to_string(random())));
      ASSERT_TRUE(sorter.sort());
      std::uint64_t count = 0;
      while (*sorter.next()) ++count;
      ASSERT_EQ(count, sorter.count());
    });
    EXPECT_LE(peak, budget + kOverhead);
  }
}

TEST(SpillSort, RefusesARecordOverItsLimit) {
  SpillSort sorter(1000);
  EXPECT_EQ(sorter.add(std::string((1 << 20) + 1, 'x')).error().code, Code::kInvalid);
}

}  // namespace
}  // namespace penstock
