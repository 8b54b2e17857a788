#include "transfer/push_queue.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock {
namespace {

// A queue whose workers are only counted.
class PushQueueTest : public ::testing::Test {
 protected:
  void bring(PushQueue& queue, std::size_t count) {
    std::vector<PushFile> files(count);
    EXPECT_TRUE(queue.push(files, {}));
    EXPECT_TRUE(files.empty());
  }
  PushQueue::Options options(unsigned workers) {
    PushQueue::Options chosen;
    chosen.capacity = 100;
    chosen.workers = workers;
    chosen.start_worker = [this] { return ++asked_for_, can_start_; };
    return chosen;
  }

  int asked_for_ = 0;
  bool can_start_ = true;
};

TEST_F(PushQueueTest, NoWorkerIsStartedForNothing) {
  PushQueue queue(options(1000), steady_clock());
  queue.close();
  EXPECT_FALSE(queue.take({}));
  EXPECT_EQ(asked_for_, 0);
}

TEST_F(PushQueueTest, OneIsStartedForEachFileThatNoneIsFreeFor) {
  PushQueue queue(options(1000), steady_clock());
  bring(queue, 3);
  EXPECT_EQ(asked_for_, 1);
  EXPECT_EQ(queue.take({})->files.size(), 1U);
  EXPECT_EQ(asked_for_, 2);
  EXPECT_EQ(queue.take({})->files.size(), 1U);
  EXPECT_EQ(asked_for_, 3);
  EXPECT_EQ(queue.take({})->files.size(), 1U);
  EXPECT_EQ(asked_for_, 3);
}

TEST_F(PushQueueTest, NoMoreAreStartedThanAllowed) {
  PushQueue queue(options(2), steady_clock());
  for (int i = 0; i < 5; ++i) bring(queue, 1);
  EXPECT_EQ(asked_for_, 2);
  EXPECT_FALSE(queue.is_hungry());
}

TEST_F(PushQueueTest, NoMoreAreStartedThanAreOfUseNow) {
  unsigned useful = 1;
  PushQueue::Options chosen = options(1000);
  chosen.useful_workers = [&useful] { return useful; };
  PushQueue queue(chosen, steady_clock());
  for (int i = 0; i < 3; ++i) bring(queue, 1);
  EXPECT_EQ(asked_for_, 1);
  EXPECT_FALSE(queue.is_hungry());
  useful = 2;
  EXPECT_TRUE(queue.is_hungry());
  bring(queue, 1);
  EXPECT_EQ(asked_for_, 2);
}

TEST_F(PushQueueTest, WhereNoneCanBeStartedNoneIsAskedForAgain) {
  PushQueue queue(options(1000), steady_clock());
  can_start_ = false;
  for (int i = 0; i < 5; ++i) bring(queue, 1);
  EXPECT_EQ(asked_for_, 1);
  EXPECT_FALSE(queue.is_hungry());
}

}  // namespace
}  // namespace penstock
