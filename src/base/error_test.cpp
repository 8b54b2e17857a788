#include "penstock/error.h"

#include <cerrno>
#include <memory>

#include <gtest/gtest.h>

namespace penstock {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Code::kInvalid, "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  PENSTOCK_TRY(const int once, half(n));
  PENSTOCK_TRY(const int twice, half(once));
  return twice;
}

TEST(Result, CarriesTheValueOrTheError) {
  EXPECT_EQ(*quarter(8), 2);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().code, Code::kInvalid);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(made);
  EXPECT_EQ(*taken, 7);
}

TEST(ResultDeathTest, ReadingTheValueOfAFailureAborts) {
  Result<int> none = half(3);
  EXPECT_DEATH(static_cast<void>(*none), "value of a failed Result read: odd");
}

TEST(Error, EachLayerPutsItsStepInFront) {
  Error error{Code::kIo, "503 from server", Retry::kLater};
  const Error outer = std::move(error).within("part 3").within("push a.jpg");
  EXPECT_EQ(outer.message, "push a.jpg: part 3: 503 from server");
  EXPECT_EQ(outer.retry, Retry::kLater);
}

TEST(Error, ErrnoBecomesACodeAndAReason) {
  const Error error = fail_errno("open a.txt", ENOENT).value();
  EXPECT_EQ(error.code, Code::kNotFound);
  EXPECT_EQ(error.message, "open a.txt: No such file or directory");
  EXPECT_EQ(fail_errno("write", ENOSPC).value().code, Code::kNoSpace);
  EXPECT_EQ(fail_errno("open", EACCES).value().code, Code::kDenied);
}

}  // namespace
}  // namespace penstock
