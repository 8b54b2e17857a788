#include "flow/request_tally.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using namespace std::chrono_literals;

TEST(RequestTally, TimeOnABoundBelongsBelowIt) {
  RequestTally tally;
  tally.add({0, 1ms, RequestFate::kOk});
  tally.add({0, 1ms + 1ns, RequestFate::kOk});
  tally.add({0, 31s, RequestFate::kOk});
  const RequestTally::Seen seen = tally.seen();
  EXPECT_EQ(seen.counts.front(), 1U);
  EXPECT_EQ(seen.counts[1], 1U);
  EXPECT_EQ(seen.counts.back(), 1U);
  EXPECT_EQ(seen.requests, 3U);
}

TEST(RequestTally, RefusalsOfABusyServerAreFailures) {
  RequestTally tally;
  tally.add({0, 1ms, RequestFate::kBusy});
  tally.add({0, 1ms, RequestFate::kFailed});
  tally.add({0, 1ms, RequestFate::kOk});
  EXPECT_EQ(tally.seen().failed, 2U);
  EXPECT_EQ(tally.seen().busy, 1U);
  EXPECT_EQ(tally.seen().time, 3ms);
}

}  // namespace
}  // namespace penstock
