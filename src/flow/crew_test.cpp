#include "flow/crew.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <new>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include "base/virtual_clock.h"
#include "flow/channel.h"

namespace penstock {
namespace {

// Ends when told to stop, and says so as success: the crew must know better.
Status until_stopped(const std::stop_token& stop) {
  Channel<int> never(1);
  static_cast<void>(never.pop(stop));
  return {};
}

TEST(Crew, SucceedsWhenAllSucceed) {
  Crew crew;
  std::atomic<int> ran{0};
  for (int i = 0; i < 5; ++i)
    crew.add("worker", [&](std::stop_token) -> Status {
      ++ran;
      return {};
    });
  EXPECT_TRUE(crew.join());
  EXPECT_EQ(ran, 5);
}

TEST(Crew, SucceedsWithNobodyInIt) {
  Crew crew;
  EXPECT_TRUE(crew.join());
}

TEST(Crew, TheFirstErrorStopsAllAndWins) {
  Crew crew;
  crew.add("patient", [](std::stop_token stop) -> Status {
    static_cast<void>(until_stopped(stop));
    return fail(Code::kCancelled, "stopped");
  });
  crew.add("failing", [](std::stop_token) -> Status { return fail(Code::kNoSpace, "disk full"); });
  const Status status = crew.join();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kNoSpace);
  EXPECT_EQ(status.error().message, "disk full");
}

TEST(Crew, MemoryThatCannotBeHadIsNoBug) {
  Crew crew;
  crew.add("hungry", [](std::stop_token) -> Status { throw std::bad_alloc(); });
  crew.add("patient", [](std::stop_token stop) { return until_stopped(stop); });
  const Status status = crew.join();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kNoSpace);
  EXPECT_EQ(status.error().message, "out of memory");
}

TEST(Crew, AnExceptionIsAnInternalErrorWithTheNameOfTheThread) {
  Crew crew;
  crew.add("walker", [](std::stop_token) -> Status { throw std::runtime_error("oops"); });
  crew.add("patient", [](std::stop_token stop) { return until_stopped(stop); });
  const Status status = crew.join();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInternal);
  EXPECT_EQ(status.error().message, "walker: oops");
}

TEST(Crew, AnythingThrownIsAnInternalError) {
  Crew crew;
  crew.add("odd", [](std::stop_token) -> Status { throw 7; });
  EXPECT_EQ(crew.join().error().code, Code::kInternal);
}

TEST(Crew, AStoppedRunIsCancelledNeverSuccess) {
  Crew crew;
  crew.add("patient", [](std::stop_token stop) { return until_stopped(stop); });
  crew.stop();
  EXPECT_EQ(crew.join().error().code, Code::kCancelled);
}

TEST(Crew, AStopFromOutsideStopsIt) {
  std::stop_source outside;
  Crew crew(outside.get_token());
  crew.add("patient", [](std::stop_token stop) { return until_stopped(stop); });
  outside.request_stop();
  EXPECT_EQ(crew.join().error().code, Code::kCancelled);
}

TEST(Crew, IsStoppedFromTheStartWhenTheOutsideIs) {
  std::stop_source outside;
  outside.request_stop();
  Crew crew(outside.get_token());
  EXPECT_TRUE(crew.token().stop_requested());
  EXPECT_EQ(crew.join().error().code, Code::kCancelled);
}

TEST(Crew, AnErrorBeforeTheStopIsNotHiddenByIt) {
  std::stop_source outside;
  Crew crew(outside.get_token());
  crew.add("failing", [](std::stop_token) -> Status { return fail(Code::kIo, "broken"); });
  static_cast<void>(until_stopped(crew.token()));
  outside.request_stop();
  EXPECT_EQ(crew.join().error().code, Code::kIo);
}

TEST(Crew, JoinGivesTheSameAnswerAgain) {
  std::stop_source outside;
  Crew crew(outside.get_token());
  crew.add("worker", [](std::stop_token) -> Status { return {}; });
  EXPECT_TRUE(crew.join());
  outside.request_stop();
  EXPECT_TRUE(crew.join()) << "the work was done before the stop";
}

TEST(Crew, DestructionStopsAndJoinsWhatStillRuns) {
  std::atomic<bool> ended{false};
  {
    Crew crew;
    crew.add("patient", [&](std::stop_token stop) -> Status {
      static_cast<void>(until_stopped(stop));
      ended = true;
      return {};
    });
  }
  EXPECT_TRUE(ended);
}

TEST(Crew, ItsThreadsMayAddOthers) {
  Crew crew;
  std::atomic<int> ran{0};
  std::function<Status(int)> grow = [&](int more) -> Status {
    ++ran;
    if (more == 0) return {};
    return crew.try_add("more", [&grow, more](const std::stop_token&) { return grow(more - 1); });
  };
  crew.add("first", [&](const std::stop_token&) { return grow(20); });
  EXPECT_TRUE(crew.join());
  EXPECT_EQ(ran, 21);
}

// Time stands still until all of them sleep, and goes on when one has ended.
TEST(Crew, ItsThreadsTakePartInItsClock) {
  VirtualClock clock;
  const auto begin = clock.now();
  std::vector<std::chrono::nanoseconds> woke(10);
  Crew crew({}, clock);
  {
    const Clock::Participant adding(clock);
    for (std::size_t i = 0; i < woke.size(); ++i)
      crew.add("sleeper", [&, i](const std::stop_token& stop) -> Status {
        clock.sleep_for(std::chrono::seconds(i), stop);
        woke[i] = clock.now() - begin;
        return {};
      });
  }
  EXPECT_TRUE(crew.join());
  for (std::size_t i = 0; i < woke.size(); ++i) EXPECT_EQ(woke[i], std::chrono::seconds(i));
}

TEST(Crew, NamesItsThreads) {
  std::array<char, 16> name{};
  Crew crew;
  crew.add("a-name-too-long-for-the-kernel", [&](std::stop_token) -> Status {
    pthread_getname_np(pthread_self(), name.data(), name.size());
    return {};
  });
  ASSERT_TRUE(crew.join());
  EXPECT_STREQ(name.data(), "a-name-too-long");
}

TEST(Crew, LeavesSignalsToTheThreadsOutside) {
  sigset_t inside;
  sigemptyset(&inside);
  Crew crew;
  crew.add("worker", [&](std::stop_token) -> Status {
    pthread_sigmask(SIG_SETMASK, nullptr, &inside);
    return {};
  });
  ASSERT_TRUE(crew.join());
  sigset_t outside;
  pthread_sigmask(SIG_SETMASK, nullptr, &outside);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGWINCH}) {
    EXPECT_EQ(sigismember(&inside, number), 1) << number;
    EXPECT_EQ(sigismember(&outside, number), 0) << number;
  }
  EXPECT_EQ(sigismember(&inside, SIGSEGV), 0) << "a crash must be heard";
}

TEST(Crew, OneOfManyErrorsIsKeptWhole) {
  for (int round = 0; round < 50; ++round) {
    Crew crew;
    for (int i = 0; i < 8; ++i)
      crew.add("w", [i](std::stop_token) -> Status { return fail(Code::kIo, std::to_string(i)); });
    const Status status = crew.join();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message.size(), 1U);
  }
}

}  // namespace
}  // namespace penstock
