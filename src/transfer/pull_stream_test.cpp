#include "transfer/pull_stream.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transfer/file_metadata.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

class PullStream : public PushTest {
 protected:
  PullStream() { options_.part_bytes = 100; }
  Result<PullStreamReport> fetch() {
    got_.clear();
    return pull_stream(store, "key", options_,
                       [this](Bytes bytes) { return got_ += as_text(bytes), Status(); }, {});
  }
  static std::string text_of(std::size_t bytes) {
    std::string text(bytes, 'x');
    for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('a' + i / 7 % 26);
    return text;
  }

  PullStreamOptions options_;
  std::string got_;
};

TEST_F(PullStream, ComesInOrderWhateverItsSize) {
  for (const std::size_t bytes : {0U, 1U, 100U, 101U, 5050U}) {
    const std::string text = text_of(bytes);
    put("key", text);
    const auto report = fetch();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->bytes, bytes);
    EXPECT_EQ(got_, text);
  }
}

TEST_F(PullStream, MissingObjectIsNotFound) {
  const auto report = fetch();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kNotFound);
}

TEST_F(PullStream, ObjectReplacedMeanwhileIsNoMixture) {
  put("key", text_of(1000));
  options_.parts = 1;
  store.before = [&](std::string_view operation, const std::string&) -> Status {
    if (operation == "get" && store.count("get") == 3) put("key", std::string(1000, 'n'));
    return {};
  };
  const auto report = fetch();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kChanged);
  EXPECT_EQ(got_, text_of(200));
}

TEST_F(PullStream, WrongDigestIsToldAtTheEnd) {
  FileMetadata file;
  file.sha256.emplace();
  PutOptions wrong;
  wrong.metadata = encode(file);
  put("key", text_of(1000), wrong);
  const auto report = fetch();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::kCorrupt);
}

TEST_F(PullStream, FailureOfTheReaderEndsIt) {
  put("key", text_of(1000));
  unsigned calls = 0;
  const auto report = pull_stream(store, "key", options_,
                                  [&](Bytes) -> Status {
                                    ++calls;
                                    return fail(Code::kIo, "closed");
                                  },
                                  {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "closed");
  EXPECT_EQ(calls, 1U);
}

}  // namespace
}  // namespace penstock
