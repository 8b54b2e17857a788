#include "transfer/object_sink.h"

#include <latch>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penstock/pack.h"
#include "penstock/unpack.h"

#include "archive/pack_run.h"
#include "archive/unpack_source.h"
#include "transfer/object_source.h"
#include "transfer/push_testing.h"

namespace penstock {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ObjectSinkTest : public PushTest {
 protected:
  ObjectSinkTest() { sink_options.part_bytes = 1000; }
  std::unique_ptr<ObjectSink> open(std::stop_token stop = {}) {
    return std::make_unique<ObjectSink>(store, "key", sink_options, stop);
  }
  static Status write_in_pieces(ByteSink& sink, std::string_view text, std::size_t piece) {
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
      PENSTOCK_CHECK(sink.write(as_bytes(text.substr(0, piece))));
    return {};
  }

  ObjectSinkOptions sink_options;
};

TEST_F(ObjectSinkTest, WhatIsWrittenIsTheObject) {
  for (const std::size_t bytes : {0U, 999U, 1000U, 1001U, 25'000U}) {
    std::string text(bytes, 'x');
    if (bytes > 0) text.back() = 'y';
    const auto sink = open();
    ASSERT_TRUE(write_in_pieces(*sink, text, 700));
    EXPECT_EQ(sink->position(), bytes);
    const Status done = sink->finish();
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(content("key"), text);
    EXPECT_EQ(sink->etag(), info("key").etag);
  }
}

TEST_F(ObjectSinkTest, SendsSeveralPartsAtATime) {
  std::latch both(2);
  store.before = [&](std::string_view operation, const std::string& key) -> Status {
    // Else they would wait for ever.
    if (operation == "put_part" && (key == "key#1" || key == "key#2")) both.arrive_and_wait();
    return {};
  };
  const auto sink = open();
  ASSERT_TRUE(write_in_pieces(*sink, std::string(5000, 'x'), 5000));
  ASSERT_TRUE(sink->finish());
  EXPECT_EQ(content("key"), std::string(5000, 'x'));
}

TEST_F(ObjectSinkTest, NothingIsThereBeforeItIsFinished) {
  {
    const auto sink = open();
    ASSERT_TRUE(write_in_pieces(*sink, std::string(5000, 'x'), 5000));
    EXPECT_THAT(keys(), IsEmpty());
  }
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(ObjectSinkTest, FailureOfAPartIsToldAndLeavesNothing) {
  store.before = [](std::string_view operation, const std::string& key) -> Status {
    if (operation == "put_part" && key == "key#3") return fail(Code::kIo, "connection reset");
    return {};
  };
  {
    const auto sink = open();
    Status done = write_in_pieces(*sink, std::string(50'000, 'x'), 700);
    if (done) done = sink->finish();
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("connection reset"));
  }
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(ObjectSinkTest, CancelledOneLeavesNothing) {
  std::stop_source stop;
  {
    const auto sink = open(stop.get_token());
    ASSERT_TRUE(write_in_pieces(*sink, std::string(2500, 'x'), 700));
    stop.request_stop();
    Status done = write_in_pieces(*sink, std::string(9000, 'x'), 700);
    if (done) done = sink->finish();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kCancelled);
  }
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(ObjectSinkTest, MorePartsThanThereCanBeAreRefused) {
  store.change_traits().most_parts = 3;
  const auto sink = open();
  Status done = write_in_pieces(*sink, std::string(5000, 'x'), 700);
  if (done) done = sink->finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kUnsupported);
}

TEST_F(ObjectSinkTest, WhatExistsStaysWhenThatIsWanted) {
  sink_options.put.if_absent = true;
  put("key", "old");
  for (const std::size_t bytes : {10U, 5000U}) {
    const auto sink = open();
    Status done = write_in_pieces(*sink, std::string(bytes, 'x'), 700);
    if (done) done = sink->finish();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kExists);
  }
  EXPECT_EQ(content("key"), "old");
  EXPECT_EQ(uploads_left(), 0U);
}

TEST_F(ObjectSinkTest, ArchivePackedIntoAStoreUnpacksFromIt) {
  for (int i = 0; i < 50; ++i) source.file("d/" + std::to_string(i), std::string(3000, 'a'));
  std::string noise(3'000'000, '\0');
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * i >> 7);
  source.file("large", noise);
  const Secret password(std::string("secret"));
  PackOptions pack;
  pack.sources = {source / "d", source / "large"};
  pack.password = &password;
  pack.output = "key";
  sink_options.part_bytes = 100'000;
  Progress packing;
  const auto packed = zip::pack_into(
      pack, [&]() -> Result<std::unique_ptr<ByteSink>> { return open(); }, observer, packing, {});
  ASSERT_TRUE(packed) << packed.error().message;
  const auto archive = open_object_source(store, "key", "key", {4, 50'000, 200'000}, {});
  ASSERT_TRUE(archive);
  TestDirectory into;
  UnpackOptions unpack;
  unpack.directory = into.path();
  unpack.password = &password;
  Progress unpacking;
  const auto unpacked = zip::unpack_source(**archive, unpack, observer, unpacking, {});
  ASSERT_TRUE(unpacked) << unpacked.error().message;
  EXPECT_EQ(unpacked->files, 51U);
  EXPECT_EQ(into.read("large"), noise);
}

}  // namespace
}  // namespace penstock
