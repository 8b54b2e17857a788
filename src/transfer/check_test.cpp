#include "transfer/check.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transfer/push_testing.h"

namespace penstock {
namespace {

using ::testing::SizeIs;

class Check : public PushTest {
 protected:
  Check() {
    checked.sources = options.sources;
    checked.prefix = "p";
    checked.on_finding = [this](std::string_view name, CheckFinding finding) {
      found[std::string(name)] = finding;
    };
  }
  CheckReport check_all() {
    store.forget_counts();
    observer.problems.clear();
    found.clear();
    Progress counters;
    const auto report = check(checked, store, observer, counters, {});
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    return report ? *report : CheckReport{};
  }

  CheckOptions checked;
  std::map<std::string, CheckFinding> found;
};

TEST_F(Check, WhatWasPushedIsTheSameAndNothingIsWritten) {
  source.file("a", "one");
  source.file("d/b", "two");
  source.link("link", "a");
  run_well();
  const CheckReport report = check_all();
  EXPECT_TRUE(report.is_equal());
  EXPECT_EQ(report.same, 3U);
  EXPECT_EQ(store.count_all(), store.count("list"));
}

TEST_F(Check, NamesWhatIsMissingExtraAndDifferent) {
  source.file("a", "one");
  source.file("b", "two");
  source.file("c", "three");
  source.file("same", "same");
  run_well();
  source.file("b", "TWO");
  source.file("c", "longer than it was");
  source.file("new", "x");
  put("p/zzz", "extra");
  const CheckReport report = check_all();
  const std::map<std::string, CheckFinding> expected = {
      {"a", CheckFinding::kSame},    {"b", CheckFinding::kDiffers},
      {"c", CheckFinding::kDiffers}, {"new", CheckFinding::kMissing},
      {"same", CheckFinding::kSame}, {"zzz", CheckFinding::kExtra}};
  EXPECT_EQ(found, expected);
  EXPECT_FALSE(report.is_equal());
  EXPECT_EQ(report.differs, 2U);
}

TEST_F(Check, WithoutProofTheSameSizeIsUnprovenUntilItIsRead) {
  store.change_traits().md5_etag = false;
  store.change_traits().lists_metadata = false;
  source.file("a", "one");
  source.file("b", "two");
  run_well();
  source.file("b", "owt");
  EXPECT_EQ(check_all().unproven, 2U);
  checked.checksum = true;
  const CheckReport report = check_all();
  EXPECT_EQ(report.same, 1U);
  EXPECT_EQ(found["b"], CheckFinding::kDiffers);
  EXPECT_EQ(store.count("get"), 2U);
}

TEST_F(Check, LargeFilesAreProvenByTheEtagOfTheirParts) {
  options.part_bytes = checked.part_bytes = 1000;
  options.multipart_above_bytes = 1000;
  source.file("big", std::string(5500, 'x'));
  run_well();
  EXPECT_EQ(check_all().same, 1U);
  source.file("big", std::string(5499, 'x') + "y");
  EXPECT_EQ(check_all().differs, 1U);
}

TEST_F(Check, StoresAreComparedWithEachOther) {
  CountingStore other;
  const auto put_other = [&](const std::string& key, std::string_view text) {
    const auto body = make_memory_body(as_bytes(text));
    Call call;
    ASSERT_TRUE(other.put(key, *body, {}, call));
  };
  put("p/a", "1");
  put("p/b", "2");
  put("p/extra", "3");
  put_other("q/a", "1");
  put_other("q/b", "X");
  put_other("q/missing", "4");
  checked.source_store = &other;
  checked.source_prefix = "q";
  checked.sources.clear();
  for (const bool checksum : {false, true}) {
    checked.checksum = checksum;
    check_all();
    const std::map<std::string, CheckFinding> expected = {{"a", CheckFinding::kSame},
                                                          {"b", CheckFinding::kDiffers},
                                                          {"extra", CheckFinding::kExtra},
                                                          {"missing", CheckFinding::kMissing}};
    EXPECT_EQ(found, expected);
  }
}

TEST_F(Check, FileThatCannotBeComparedIsNamedAndTheOthersAre) {
  source.file("a", "one");
  source.file("b", "two");
  run_well();
  checked.checksum = true;
  store.before = [](std::string_view operation, const std::string& key) -> Status {
    if (operation == "get" && key == "p/a") return fail(Code::kIo, "connection reset");
    return {};
  };
  const CheckReport report = check_all();
  EXPECT_EQ(report.failed, 1U);
  EXPECT_EQ(report.same, 1U);
  EXPECT_FALSE(report.is_equal());
  EXPECT_THAT(observer.problems, SizeIs(1));
}

TEST_F(Check, SourceWithoutNamesBesideOthersIsRefused) {
  source.file("d/a", "x");
  checked.sources.push_back(source / "d");
  Progress counters;
  const auto report = check(checked, store, observer, counters, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace penstock
