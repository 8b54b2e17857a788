#include "base/cpu.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Cpu, ALimitHoldsAndCanBeLifted) {
  const CpuLevel before = cpu_level();
  ASSERT_TRUE(limit_cpu_level(CpuLevel::kPortable));
  EXPECT_EQ(cpu_level(), CpuLevel::kPortable);
  ASSERT_TRUE(limit_cpu_level(before));
  EXPECT_EQ(cpu_level(), before);
}

}  // namespace
}  // namespace penstock
