#include "penstock/upload.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "transfer/push_testing.h"

namespace penstock {
namespace {

class UploadManagerTest : public PushTest {
 protected:
  UploadManager manager() {
    UploadOptions upload;
    upload.sources = options.sources;
    upload.destination = "p";
    upload.workers = 4;
    upload.journal = options.journal_path;
    UploadManager made = UploadManager::to(store, upload);
    made.on_result([this](const UploadResult& result) { results[result.file] = result; });
    return made;
  }
  std::map<std::string, UploadResult> results;
};

TEST_F(UploadManagerTest, TellsOfEveryFileAndSendsOnlyWhatIsMissing) {
  source.file("a", "one");
  source.file("d/b", "three");
  wait_for_clock();
  UploadManager upload = manager();
  std::uint64_t last_done = 0;
  upload.on_progress([&](const Progress& counters) { last_done = counters.files_done; });
  const auto first = upload.run();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->sent, 2U);
  EXPECT_EQ(first->bytes, 8U);
  EXPECT_EQ(last_done, 2U);
  EXPECT_TRUE(results["p/d/b"].success);
  EXPECT_EQ(results["p/d/b"].bytes, 5U);
  EXPECT_EQ(results["p/d/b"].attempts, 1U);
  const auto second = upload.run();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->unchanged, 2U);
  EXPECT_EQ(results["p/d/b"].attempts, 0U);
}

TEST_F(UploadManagerTest, FileThatFailsSaysWhyAndTheOthersArrive) {
  source.file("a", "one");
  source.file("b", "two");
  store.before = [](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put" && key == "p/a") return fail(Code::kIo, "503 SlowDown");
    return {};
  };
  const auto summary = manager().run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->failed, 1U);
  EXPECT_FALSE(results["p/a"].success);
  EXPECT_NE(results["p/a"].error.find("503 SlowDown"), std::string::npos);
  EXPECT_TRUE(results["p/b"].success);
}

TEST_F(UploadManagerTest, StopsWhenAskedTo) {
  source.file("a", "one");
  std::stop_source stop;
  stop.request_stop();
  const auto summary = manager().run(stop.get_token());
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, Code::kCancelled);
}

TEST_F(UploadManagerTest, PlaceThatNothingKnowsIsRefused) {
  UploadOptions upload;
  upload.sources = options.sources;
  upload.destination = "ftp://server/path";
  const auto made = UploadManager::create(upload);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace penstock
