#include "cli/exit_code.h"

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

TEST(ExitCode, IsWhatTheManualPromises) {
  EXPECT_EQ(exit_code(Code::kInvalid), 2);
  EXPECT_EQ(exit_code(Code::kExists), 2);
  EXPECT_EQ(exit_code(Code::kNotFound), 3);
  EXPECT_EQ(exit_code(Code::kDenied), 4);
  EXPECT_EQ(exit_code(Code::kCorrupt), 5);
  EXPECT_EQ(exit_code(Code::kUnsafe), 5);
  EXPECT_EQ(exit_code(Code::kUnsupported), 5);
  EXPECT_EQ(exit_code(Code::kCancelled), 130);
  for (const Code code :
       {Code::kChanged, Code::kNoSpace, Code::kIo, Code::kPartial, Code::kInternal})
    EXPECT_EQ(exit_code(code), 1) << name(code);
}

}  // namespace
}  // namespace penstock::cli
